"""Papers that some test of this process has drawn: most tests have the same few drawn, and each takes a process of its
own, which is longer than all else that such a test does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from engine.documents import pdf

DRAWN: Final[dict[str, list[bytes]]] = {}
"""By all that they were drawn from."""


@contextmanager
def each_paper_once() -> Iterator[None]:
    """What was drawn before from the same template, data, files, fonts and moment is not drawn again: by promise it
    would be the same bytes. Who asks twice for the same, to compare, gets a new drawing the second time."""
    compile_, asked_for = pdf._compile, set[str]()

    def drawn(folder: Path, asked: Sequence[Mapping[str, Any]], sheets: Sequence[pdf.Sheet]) -> list[bytes]:
        key = _key(folder, asked)
        if key not in DRAWN or key in asked_for:
            DRAWN[key] = compile_(folder, asked, sheets)
        asked_for.add(key)
        return list(DRAWN[key])

    pdf._compile = drawn
    try:
        yield
    finally:
        pdf._compile = compile_


def _key(folder: Path, asked: Sequence[Mapping[str, Any]]) -> str:
    """All that goes into the papers, wherever the folder lies from which they are drawn."""
    total = hashlib.sha256(json.dumps(asked).replace(str(folder), "").encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        total.update(f"\0{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()
