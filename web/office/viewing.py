"""The view of the inbox that an officer works through: it stands in the address of the inbox, and goes along as one
text with the pages of its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from engine.queries.office.inbox_filters import Filters, Shelf, filters_in, shelf_in

LONGEST: Final = 1_500
_MOST_FIELDS: Final = 12
View = tuple[Shelf, Filters]
WHOLE: Final = "show=all"
"""The whole inbox as a text that goes along, where another view opens first."""


def view_in(asked: Mapping[str, str]) -> View:
    """The shelf and the filters of these arguments."""
    return shelf_in(asked), filters_in(asked)


def view_here() -> View:
    """The view that the address of the inbox says; each column that is ticked in its form comes by itself."""
    asked: MultiDict[str, str] = request.args
    return view_in({**asked.to_dict(), "cols": ".".join(asked.getlist("cols"))})


def says_nothing() -> bool:
    """Whether the address asks for no view, so that the officer's first one opens."""
    return not request.args.keys() - {"lang"}


def without_text(view: View) -> View:
    """The view as it may be kept: not with a name or a number that was searched for, which are somebody's."""
    shelf, filters = view
    return shelf, replace(filters, text="")


def arguments(view: View) -> dict[str, str]:
    """What stands in the address of the inbox for it; nothing for the whole inbox."""
    shelf, filters = view
    return ({"show": shelf} if shelf != "all" else {}) | filters.arguments()


def as_text(view: View) -> str:
    """The view as one text; empty for the whole inbox."""
    return urlencode(arguments(view))


def view_of(text: str) -> View:
    """The view that a text says, whatever else stands in it."""
    try:
        return view_in(dict(parse_qsl(text[:LONGEST], max_num_fields=_MOST_FIELDS)[::-1]))
    except ValueError:
        return view_in({})


def carried() -> View:
    """The view that came along with this page, in its address or its form."""
    return view_of(request.values.get("view", ""))


def carried_text() -> str:
    """The same, as it goes along further: nothing in it but what was understood."""
    return as_text(carried()) or (WHOLE if request.values.get("view") == WHOLE else "")
