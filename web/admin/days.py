"""Days that are typed in three fields, in either digits."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import request
from flask_babel import lazy_gettext as _l

from engine.khmer import latin_digits
from web.intake import whole_number

NO_DAY: Final = _l("Enter a day that exists, for example 27 3 2026.")


def typed_day(name: str) -> tuple[date | None, bool]:
    """The day that was typed in three fields, none where all are empty, and whether it is none that exists."""
    parts = day_parts(name)
    if not any(parts.values()):
        return None, False
    year, month, day = (whole_number(latin_digits(parts[part])) or 0 for part in ("year", "month", "day"))
    try:
        return date(year, month, day), not 2000 <= year < 2200
    except ValueError:
        return None, True


def day_parts(name: str) -> dict[str, str]:
    """The three fields as they were typed."""
    return {part: request.values.get(f"{name}-{part}", "").strip()[:10] for part in ("day", "month", "year")}
