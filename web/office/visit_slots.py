"""The day of a visit as it is typed: in three fields, with the part of the day beside it."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import request

from engine.tasks.visits import Slot
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.words import DayPart

_LONGEST: Final = 10


def slot_typed() -> Slot:
    """What was chosen; no day where none was written that exists."""
    part = part_typed()
    return Slot(_day(), DayPart(part) if part in set(DayPart) else DayPart.ANY)


def parts_typed() -> dict[str, str]:
    """The three fields of the day as they were typed."""
    return {part: request.form.get(f"day-{part}", "").strip()[:_LONGEST] for part in ("day", "month", "year")}


def part_typed() -> str:
    """The part of the day as it was chosen."""
    return request.form.get("part", "")[:_LONGEST]


def _day() -> date | None:
    try:
        return typed_day(parts_typed())
    except Fault:
        return None
