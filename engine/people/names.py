"""How a person is named: on papers, and to those who have yet to show that they know them."""

from __future__ import annotations

import unicodedata

from engine.khmer import Bilingual
from storage.people import Person

_MARKS = ("Mn", "Mc", "Me")
_COENG = "\u17d2"


def holder(person: Person) -> Bilingual:
    """The name of a person in both scripts; the one there is when there is only one."""
    return Bilingual(km=person.name_km or person.name_latin, en=person.name_latin or person.name_km)


def shortened_name(person: Person) -> Bilingual:
    """The same with as much of it as those who know the person need."""
    name = holder(person)
    return Bilingual(shortened(name.km), shortened(name.en))


def shortened(name: str) -> str:
    """Enough of a name for those who know it, ``So… Da…``: the first letters of each word with their signs, one of
    Khmer and two of others."""
    return " ".join(map(_beginning, name.split()))


def _beginning(word: str) -> str:
    most, kept, letters = 1 if "\u1780" <= word[0] <= "\u17ff" else 2, "", 0
    for sign in word:
        letters += not (unicodedata.category(sign) in _MARKS or kept.endswith(_COENG))
        if letters > most:
            break
        kept += sign
    return f"{kept}…"
