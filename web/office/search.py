"""Finding a case."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.case.access_log import note_cases
from engine.packages.groups import DO_TASKS
from engine.queries.office.search import search
from web.access import access
from web.context import house, now, reading, transaction
from web.office import blueprint
from web.office.paging import asked_page


@blueprint.get("/office/search", endpoint="search")
@access(groups=DO_TASKS)
def show_search() -> ResponseReturnValue:
    """The search field, and what fits what was typed."""
    typed = request.args.get("q", "")
    with reading() as (session, actor):
        found = search(session, house(), actor, typed, asked_page()) if typed.strip() else None
    if found and found.hits.items:
        with transaction() as (session, actor):
            note_cases(session, actor, [hit.reference for hit in found.hits.items], "search", now=now())
    return render_template("office/search.html", found=found, typed=typed)
