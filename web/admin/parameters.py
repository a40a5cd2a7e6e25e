"""Reading the parameters of lists: a page number, a choice, a year."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from engine.khmer import latin_digits


def page_number() -> int:
    """``?page=`` of this address, 1 when it is missing or no number."""
    typed = latin_digits(request.args.get("page", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def choice(name: str, allowed: Collection[str], default: str = "") -> str:
    """A parameter that must be one of a few words; anything else is the default."""
    chosen = request.args.get(name, "")
    return chosen if chosen in allowed else default


def year(default: int) -> int:
    """``?year=`` of this address when it is a year that an office plans in."""
    typed = latin_digits(request.args.get("year", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and 2000 <= int(typed[:5]) <= 2100 else default
