"""Which page of a list was asked for."""

from __future__ import annotations

from flask import request

LAST = 1_000_000


def asked_page() -> int:
    """``?page=`` as a number from 1; anything else is the first page."""
    asked = request.args.get("page", "")
    return min(int(asked), LAST) if asked.isascii() and asked.isdigit() and asked != "0" else 1
