"""Why a promise ends on its day, and more time for it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing, Refused
from engine.errors.promises import TooMuchTime
from engine.flow import more_time
from engine.packages.groups import DO_TASKS, HEAD
from engine.queries.office.clock_page import open_clock
from web import clock_words
from web.access import access
from web.context import house, note_case, now, transaction
from web.errors import sentence
from web.event_words import RAISED_TO, role_text
from web.office import blueprint


@blueprint.get("/office/cases/<key>/clocks/<int:clock_id>", endpoint="case_clock")
@access(groups=DO_TASKS)
def show_clock(key: str, clock_id: int) -> ResponseReturnValue:
    """One promise of a case, day by day; that it was opened is noted for the applicant."""
    return _page(key, clock_id, {})


@blueprint.post("/office/cases/<key>/clocks/<int:clock_id>", endpoint="case_clock_give")
@access(groups=(HEAD,))
def give_time(key: str, clock_id: int) -> ResponseReturnValue:
    """The head of the office gives the promise more time; the applicant is told the new day and the reason."""
    typed, reason = request.form.get("count", ""), request.form.get("reason", "")
    shown = request.form.get("shown", "")
    try:
        with transaction() as (session, actor):
            number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 3 else -1
            more_time.give(session, house(), actor, key, typed, reason=reason, shown=number, now=now())
    except (ReasonMissing, TooMuchTime) as refused:
        field = "count" if isinstance(refused, TooMuchTime) else "reason"
        return _page(key, clock_id, {field: refused}), 422
    flash(gettext("More time was given. The applicant is told the new day."), "success")
    return redirect(url_for("office.case_clock", key=key, clock_id=clock_id), code=303)


def _page(key: str, clock_id: int, refused: Mapping[str, Refused]) -> str:
    with transaction() as (session, actor):
        page = open_clock(session, house(), actor, key, clock_id, now=now())
    note_case(page.reference)
    return render_template(
        "office/clock.html",
        page=page, days=clock_words.shortened(page.days.days), words=clock_words,
        role_text=role_text, raised_to=RAISED_TO,
        errors={field: sentence(one) for field, one in refused.items()}, typed=request.form,
    )  # fmt: skip
