"""Late cases that were raised to an officer by the chain of their office."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.packages.groups import DO_TASKS
from engine.queries.office.raised import raised_cases
from engine.queries.shared.names import read_names
from web.access import access
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.office import blueprint


@blueprint.get("/office/raised", endpoint="raised")
@access(groups=DO_TASKS)
def show_raised() -> ResponseReturnValue:
    """The late cases that were raised to the officer, and how long ago."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        cases = raised_cases(session, names, actor)
    note_listed(actor, [one.key for one in cases])
    return render_template("office/raised.html", cases=cases, raised_to=RAISED_TO)
