"""The notes in a cashier's drawer, as they are counted and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import BadAnswers
from engine.khmer import Bilingual
from engine.packages.form_errors import FieldError
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number

NOTES: Final = (200_000, 100_000, 50_000, 30_000, 20_000, 15_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50)
"""The values of riel that may lie in a drawer, notes and coins alike (National Bank of Cambodia; 15,000, 30,000 and
200,000 were issued for anniversaries)."""
MOST_NOTES: Final = 100_000
"""Of one value in one drawer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of each value were counted; those of which there are none are left out."""

    notes: Mapping[int, int]

    @property
    def amount(self) -> int:
        """What they come to, in whole riel."""
        return sum(value * count for value, count in self.notes.items())

    @property
    def kept(self) -> dict[str, int]:
        """As a closing keeps them."""
        return {str(value): count for value, count in self.notes.items()}


def field_of(value: int) -> str:
    """The field of a page in which the notes of this value are counted."""
    return f"note-{value}"


def typed_count(typed: Mapping[str, Any]) -> Counted:
    """What was typed into the fields, where an empty one is none; ``BadAnswers`` names every field that is wrong."""
    notes: dict[int, int] = {}
    errors: dict[str, object] = {}
    for value in NOTES:
        name = field_of(value)
        try:
            count = typed_number(typed.get(name))
        except Fault as fault:
            errors[name] = FieldError(name, fault.error, _label(value), fault.params)
            continue
        if count is None:
            continue
        if count != int(count):
            errors[name] = FieldError(name, "not_whole", _label(value))
        elif count < 0:
            errors[name] = FieldError(name, "too_small", _label(value), {"limit": 0})
        elif count > MOST_NOTES:
            errors[name] = FieldError(name, "too_large", _label(value), {"limit": MOST_NOTES})
        elif count:
            notes[value] = int(count)
    if errors:
        raise BadAnswers(errors)
    return Counted(notes)


def _label(value: int) -> Bilingual:
    grouped = f"{value:,}".replace(",", " ")
    return Bilingual(f"{grouped} រៀល", f"{grouped} riel")
