"""Which page of a list was asked for."""

from __future__ import annotations

from typing import Final

from flask import request

from engine.queries.shared.stretches import Wanted
from web.intake import whole_number

_LONGEST_KEY: Final = 80


def asked_page() -> int:
    """``?page=`` as a number from 1; anything else is the first page."""
    return whole_number(request.args.get("page", "")) or 1


def asked_stretch() -> Wanted:
    """``?after=`` or ``?before=``, the key of an item of the list, with the number that the link gave the page. An
    address with a number alone, of before lists were read so, is the first page; so is anything else."""
    after, before = (request.args.get(name, "")[:_LONGEST_KEY] for name in ("after", "before"))
    return Wanted(after, before, asked_page())
