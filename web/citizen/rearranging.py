"""Buttons of a form that only draw its page again: another row, one row less, the next list of places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request

BUTTONS: Final = ("_add", "_remove", "_choose")


def only_rearranges() -> bool:
    """Whether such a button was pressed, so that nothing is checked or kept."""
    return any(name in request.form for name in BUTTONS)


def rearranged(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with one row more or one row less in the group whose button was pressed."""
    shown = dict(values)
    group = request.form.get("_add", "")
    if group:
        shown[group] = [*(shown.get(group) or [{}]), {}]
    group, _, row = request.form.get("_remove", "").rpartition("-")
    if group and row.isdigit():
        shown[group] = [one for number, one in enumerate(shown.get(group) or []) if number != int(row)]
    return shown
