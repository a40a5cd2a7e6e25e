"""A day of a list of days off, as the form of administrators gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from flask_babel import gettext

from engine.errors import BadAnswers, Refused
from engine.khmer import Bilingual
from web.admin.hours_form import read_day_hours
from web.admin.parameters import PLANNED_YEARS
from web.errors import sentence
from web.intake import written_day


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A day with its name, whether it is worked, and its own hours."""

    day: date
    name: Bilingual
    works: bool
    hours: tuple[tuple[time, time], ...]


def read_day(form: Mapping[str, str]) -> tuple[TypedDay | None, dict[str, str]]:
    """The day that was typed, or what is wrong with which field."""
    day, wrong = typed_day(form, "day")
    errors = {"day": gettext("Enter a day that exists, for example 27 3 2026.")} if wrong else {}
    hours = read_day_hours(form.get("day_hours", ""))
    if hours is None:
        errors["day_hours"] = gettext("Write the hours of the day like 07:30–11:30, or 07:30–11:30, 14:00–16:00.")
    if day is None or hours is None:
        return None, errors
    name = Bilingual(form.get("name_km", ""), form.get("name_en", ""))
    return TypedDay(day, name, form.get("works") == "yes", hours), {}


def typed_day(form: Mapping[str, str], name: str) -> tuple[date | None, bool]:
    """The day that was typed in three fields, and whether it is none."""
    day = written_day(form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    return (None, True) if day is None or day.year not in PLANNED_YEARS else (day, False)


def sentences(refused: BadAnswers) -> dict[str, str]:
    """What is wrong with which field, in the reader's language."""
    return {field: sentence(error) for field, error in refused.errors.items() if isinstance(error, Refused)}
