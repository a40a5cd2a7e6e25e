"""Why a promise ends on its day."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.packages.groups import DO_TASKS
from engine.queries.office.clock_page import open_clock
from web import clock_words
from web.access import access
from web.context import house, note_case, now, transaction
from web.event_words import clock_text, role_text
from web.office import blueprint


@blueprint.get("/office/cases/<key>/clocks/<int:clock_id>", endpoint="case_clock")
@access(groups=DO_TASKS)
def show_clock(key: str, clock_id: int) -> ResponseReturnValue:
    """One promise of a case, day by day; that it was opened is noted for the applicant."""
    with transaction() as (session, actor):
        page = open_clock(session, house(), actor, key, clock_id, now=now())
    note_case(page.reference)
    return render_template(
        "office/clock.html",
        page=page, days=clock_words.shortened(page.days.days), words=clock_words,
        clock_text=clock_text, role_text=role_text,
    )  # fmt: skip
