"""Finding a case."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.case.access_log import note_cases
from engine.case.look_reasons import reason_given
from engine.packages.groups import DO_TASKS
from engine.queries.office.search import search
from web.access import access
from web.asking_why import case_search, question, take_reason
from web.context import house, now, reading, transaction
from web.office import blueprint
from web.office.paging import asked_page


@blueprint.get("/office/search", endpoint="search")
@access(groups=DO_TASKS)
def show_search() -> ResponseReturnValue:
    """The search field, and what fits what was typed: near the officer, and of every office with a reason."""
    return _page(request.args.get("q", ""), {})


@blueprint.post("/office/search", endpoint="search_further")
@access(groups=DO_TASKS)
def search_further() -> ResponseReturnValue:
    """Keeps the reason for looking in every office, for this search only, and goes on with it."""
    typed = request.form.get("q", "")
    if errors := take_reason(case_search(typed)):
        return _page(typed, errors), 422
    return redirect(url_for("office.search", q=typed), code=303)


def _page(typed: str, errors: dict[str, str]) -> str:
    asked = case_search(typed)
    with reading() as (session, actor):
        reason = reason_given(session, actor, asked, now=now())
        found = search(session, house(), actor, typed, asked_page(), reason_id=reason) if typed.strip() else None
    if found and found.hits.items and request.method == "GET":
        shown = [hit.reference for hit in found.hits.items]
        with transaction() as (session, actor):
            note_cases(session, actor, shown, "search", reason_id=reason, now=now())
    return render_template("office/search.html", found=found, typed=typed, question=question(asked, errors))
