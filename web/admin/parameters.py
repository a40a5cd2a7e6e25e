"""Reading the parameters of lists: a page number, a choice, a year."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import request

from engine.khmer import latin_digits
from web.intake import whole_number

PLANNED_YEARS: Final = range(2000, 2101)
"""The years that an office plans in."""


def page_number() -> int:
    """``?page=`` of this address, 1 when it is missing or no number."""
    return whole_number(latin_digits(request.args.get("page", ""))) or 1


def choice(name: str, allowed: Collection[str], default: str = "") -> str:
    """A parameter that must be one of a few words; anything else is the default."""
    chosen = request.args.get(name, "")
    return chosen if chosen in allowed else default


def year(default: int) -> int:
    """``?year=`` of this address when it is a year that an office plans in."""
    asked = whole_number(latin_digits(request.args.get("year", "")))
    return asked if asked is not None and asked in PLANNED_YEARS else default
