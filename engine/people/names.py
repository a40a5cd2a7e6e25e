"""How a person is named on papers."""

from __future__ import annotations

from engine.khmer import Bilingual
from storage.people import Person


def holder(person: Person) -> Bilingual:
    """The name of a person in both scripts; the one there is when there is only one."""
    return Bilingual(km=person.name_km or person.name_latin, en=person.name_latin or person.name_km)
