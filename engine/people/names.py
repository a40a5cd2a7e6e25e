"""How a person is named on papers, and before others who may not know whose account it is."""

from __future__ import annotations

import re
from typing import Final

from engine.khmer import Bilingual
from storage.people import Person

_FIRST_LETTER: Final = re.compile("(?s:.)(?:\u17d2.|[\u17b6-\u17d1\u17d3\u17dd\u0300-\u036f])*")
"""A letter with what stands on and under it: without its vowel or foot a Khmer one is another."""


def holder(person: Person) -> Bilingual:
    """The name of a person in both scripts; the one there is when there is only one."""
    return Bilingual(km=person.name_km or person.name_latin, en=person.name_latin or person.name_km)


def shortened(name: Bilingual) -> Bilingual:
    """As much of a name as whoever bears it knows it by: the family name, and the first letter of the others."""
    return Bilingual(_shortened(name.km), _shortened(name.en))


def _shortened(name: str) -> str:
    first, *others = name.split() or [""]
    hidden = others or [first]
    letters = [f"{found.group()}…" for word in hidden if (found := _FIRST_LETTER.match(word))]
    return " ".join([first, *letters] if others else letters)
