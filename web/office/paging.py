"""Which page of a list was asked for."""

from __future__ import annotations

from flask import request

from web.intake import whole_number


def asked_page() -> int:
    """``?page=`` as a number from 1; anything else is the first page."""
    return whole_number(request.args.get("page", "")) or 1
