"""One case, to read."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from engine.packages.groups import DO_TASKS
from engine.queries.office.case_reading import open_case
from web.access import access
from web.context import house, note_case, now, transaction
from web.event_words import event_text, role_text
from web.labels import group_label
from web.office import blueprint
from web.security import allow_frames


@blueprint.get("/office/cases/<key>", endpoint="case")
@access(groups=DO_TASKS)
def show_case(key: str) -> ResponseReturnValue:
    """Everything about one case; that it was opened is noted for the applicant."""
    with transaction() as (session, actor):
        case = open_case(session, house(), actor, key, now=now())
    note_case(case.reference)
    drawn = render_template(
        "office/case.html", case=case, event_text=event_text, role_text=role_text, group_label=group_label
    )
    return allow_frames(make_response(drawn))
