"""Makes the list of passwords that are tried first: ``python -m bench.guessed_passwords LIST`` writes it anew.

``LIST`` has a password on each line, the most used first (docs/security.md says where ours is from). Of those that are
long enough to be chosen all are kept, of shorter ones the most used, which are words in longer ones.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from engine.people.passwords import SHORTEST, THE_LIST, packed

SHORT_ONES: Final = 20_000


def main(source: Path, target: Path = THE_LIST) -> None:
    """Says how many were kept."""
    lines = [line.strip() for line in source.read_text(encoding="utf-8").splitlines()]
    content = packed([*lines[:SHORT_ONES], *(line for line in lines if len(line) >= SHORTEST)])
    target.write_bytes(content)
    print(f"{target.name}: {len(content):,} bytes from {len(lines):,} lines")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
