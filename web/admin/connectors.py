"""How everything stands that reaches the outside: senders, web services, the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.connectors import MOST, Standing, all_outside
from web.access import access
from web.admin import blueprint
from web.context import house, now, reading
from web.senders import SENDERS

STANDINGS: Final[Mapping[Standing, tuple[LazyString, str]]] = {
    Standing.MISSING: (_l("Not set up"), "grey"),
    Standing.UNKNOWN: (_l("Nothing sent yet"), "blue"),
    Standing.WORKS: (_l("Works"), "green"),
    Standing.FAILS: (_l("Fails"), "red"),
}


@blueprint.get("/connectors", endpoint="connectors")
@access(groups=(ADMINISTRATOR,))
def show_connectors() -> ResponseReturnValue:
    """Whether each is set up, what it did last, and what waits for it."""
    with reading() as (session, actor):
        outside = all_outside(session, house(), actor, SENDERS, now=now())
    return render_template("admin/connectors.html", outside=outside, standings=STANDINGS, most=MOST)
