"""Places by what people call them, in either language and however it is typed."""

from __future__ import annotations

from functools import cache
from typing import Final

from engine.packages.gazetteer import communes, districts, provinces
from storage.normal_form import words_of

MOST_PLACES: Final = 30
SHORTEST: Final = 2


def places_called(word: str) -> tuple[str, ...]:
    """The codes of provinces, districts and communes whose name holds this word (in its normal form), the largest
    first and at most thirty."""
    if len(word) < SHORTEST:
        return ()
    found = [code for code, names in _names() if word in names]
    return tuple(sorted(found, key=lambda code: (len(code), code))[:MOST_PLACES])


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Each code with its names in their normal form; what parts them is in no word."""
    cities = [part for unit in provinces() for part in districts(unit.code)]
    units = [*provinces(), *cities, *(part for unit in cities for part in communes(unit.code))]
    both = ((unit.code, (unit.name.km, unit.name.en)) for unit in units)
    return tuple((code, "\n".join("".join(words_of(name)) for name in names)) for code, names in both)
