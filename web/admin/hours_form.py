"""The week of an office as a form: for each weekday a morning and an afternoon, both optional."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.typed.fault import Fault
from engine.typed.times import typed_time
from engine.working_time.calendar import Opening

WEEKDAYS: Final[tuple[LazyString, ...]] = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
PARTS: Final = ("morning", "afternoon")
_BETWEEN: Final = re.compile(r"[,;]|និង")
_DASH: Final = re.compile(r"[‐‑‒–—―]")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class DayFields:
    """The four fields of one weekday as they are shown: (name, value) of opening and closing, before and after noon."""

    name: LazyString
    fields: tuple[tuple[str, str], ...]


def read_hours(form: Mapping[str, str]) -> tuple[tuple[Opening, ...], dict[str, str]]:
    """The hours that were typed, and for each field that cannot be read what is wrong with it."""
    weekly: list[Opening] = []
    errors: dict[str, str] = {}
    for weekday in range(len(WEEKDAYS)):
        for part in PARTS:
            opens_name, closes_name = _names(weekday, part)
            typed = [form.get(name, "").strip() for name in (opens_name, closes_name)]
            if not any(typed):
                continue
            opens, closes = (_time(text) for text in typed)
            if opens is None or closes is None:
                wrong = opens_name if opens is None else closes_name
                errors[wrong] = gettext(
                    "%(day)s: write both times like 07:30, or leave both empty.", day=WEEKDAYS[weekday]
                )
            else:
                weekly.append((weekday, opens, closes))
    return tuple(weekly), errors


def week(weekly: Sequence[Opening], typed: Mapping[str, str] | None = None) -> tuple[DayFields, ...]:
    """The fields filled with these hours, or with what was typed when the page is shown again."""
    shown: dict[str, str] = {}
    for weekday, opens, closes in weekly:
        part = PARTS[0] if _names(weekday, PARTS[0])[0] not in shown and opens < time(12) else PARTS[1]
        shown.update(zip(_names(weekday, part), (f"{opens:%H:%M}", f"{closes:%H:%M}"), strict=True))
    source = shown if typed is None else typed
    return tuple(
        DayFields(name, tuple((field, source.get(field, "")) for part in PARTS for field in _names(weekday, part)))
        for weekday, name in enumerate(WEEKDAYS)
    )


def _names(weekday: int, part: str) -> tuple[str, str]:
    return f"{part}-{weekday}-opens", f"{part}-{weekday}-closes"


def read_day_hours(text: str) -> tuple[tuple[time, time], ...] | None:
    """The hours of a single day from a text such as ``07:30–11:30, 14:00–16:00``; none when it is empty, and None when
    it cannot be read."""
    hours: list[tuple[time, time]] = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text[:_LONGEST]))):
        opens, _, closes = _DASH.sub("-", part).partition("-")
        begin, end = _time(opens.strip()), _time(closes.strip())
        if begin is None or end is None:
            return None
        hours.append((begin, end))
    return tuple(hours)


def _time(text: str) -> time | None:
    try:
        read = typed_time(text)
    except Fault:
        return None
    return time.fromisoformat(read) if read else None
