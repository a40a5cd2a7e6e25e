"""Pages that are drawn again before their form goes on.

Buttons that only do that: another row, one row less, the next list of places. And which questions stood on the page,
since answers may bring up others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request

from web.intake import whole_number

SHOWN: Final = "_shown"
"""The field beside each question that says that it stood on the page."""
BUTTONS: Final = ("_add", "_remove", "_choose")


def only_rearranges() -> bool:
    """Whether such a button was pressed, so that nothing is checked or kept."""
    return any(name in request.form for name in BUTTONS)


def shown_questions() -> list[str] | None:
    """The questions that stood on the page that was sent; None when it said nothing about them."""
    return request.form.getlist(SHOWN) or None


def rearranged(values: Mapping[str, Any], sent: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The values with one row more or one row less in the group whose button was pressed. ``sent`` is where the button
    is looked for, what was posted when nothing is said."""
    posted = request.form if sent is None else sent
    shown = dict(values)
    group = posted.get("_add", "")
    if group:
        shown[group] = [*(_rows(shown, group) or [{}]), {}]
    group, _, row = posted.get("_remove", "").rpartition("-")
    if group and _rows(shown, group):
        shown[group] = [one for number, one in enumerate(_rows(shown, group)) if number != whole_number(row)]
    return shown


def _rows(values: Mapping[str, Any], group: str) -> list[Any]:
    """The rows of a repeating group; of anything else that a button may have named, none."""
    held = values.get(group)
    return held if isinstance(held, list) and all(isinstance(row, Mapping) for row in held) else []
