"""What to say of a name that is not there: those that are, the nearest first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_MOST: Final = 12
NONE: Final = "–"


def misspelt(written: Iterable[str], missing: Iterable[str]) -> dict[str, str]:
    """Of names that are written and names that lack: which seems to be meant by which."""
    lacking = list(missing)
    near = {name: difflib.get_close_matches(name, lacking, 1) for name in written}
    return {name: one[0] for name, one in near.items() if one}


def nearest(name: str, known: Iterable[str | None], most: int = _MOST) -> str:
    """The names there are, separated by commas: those most like ``name`` first, and no more than somebody reads."""
    there = list(dict.fromkeys(one for one in known if one))
    near = difflib.get_close_matches(name, there, 3)[:most]
    rest = [one for one in there if one not in near]
    kept = [*near, *rest][:most]
    return ", ".join([*kept, *(["…"] if len(there) > most else [])]) or NONE
