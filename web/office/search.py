"""Finding a case."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.queries.office.search import search
from web.access import access
from web.context import house, reading
from web.office import blueprint
from web.office.paging import asked_page


@blueprint.get("/office/search", endpoint="search")
@access(groups=(*CASE_WORKERS, ADMINISTRATOR))
def show_search() -> ResponseReturnValue:
    """The search field, and what fits what was typed."""
    typed = request.args.get("q", "")
    with reading() as (session, actor):
        found = search(session, house(), actor, typed, asked_page()) if typed.strip() else None
    return render_template("office/search.html", found=found, typed=typed)
