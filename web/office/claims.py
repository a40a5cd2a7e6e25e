"""Two claims on one identity number: which of them is real."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import DO_TASKS
from engine.tasks.meeting_claims import decide_between
from web.access import access
from web.context import house, note_case, now, transaction
from web.office import blueprint
from web.office.tasks import again


@blueprint.post("/office/tasks/<key>/claims", endpoint="task_claims")
@access(groups=DO_TASKS)
def decide_claims(key: str) -> ResponseReturnValue:
    """Verifies the person who is real and refuses the others, or refuses all."""
    real, mark = request.form.get("real", ""), request.form.get("mark", "")
    if not real:
        return again(key, {"real": gettext("Choose who is real, or that none of them is.")})
    with transaction() as (session, actor):
        done = decide_between(session, house(), actor, key, real, mark=mark, now=now())
    note_case(done.reference)
    flash(gettext("Decided. Everybody is told what concerns them."), "success")
    return redirect(url_for("office.inbox"), code=303)
