"""The potter's card, whose officers and applicants answer in the middle of a case, to be written otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from engine.packages import read_files

POTTER: Final[Mapping[str, bytes]] = read_files(Path(__file__).parents[2] / "small" / "industry" / "potter_card")


def written(name: str, *changes: tuple[str, str], files: Mapping[str, bytes] = POTTER) -> dict[str, bytes]:
    """The card with these texts of a file replaced; they must be there."""
    text = files[name].decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return {**files, name: text.encode()}
