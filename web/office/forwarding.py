"""An application that came to the wrong office is sent on to another one."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.forwarding import WHO_FORWARDS, Onward, forward
from engine.errors import ReasonMissing
from engine.errors.counter import NotTakenThere, TooLateToForward
from engine.packages.groups import FRONT_OFFICE
from engine.queries.office.forwarding import forward_page
from engine.reasons import LONGEST
from web.access import access
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.office import blueprint
from web.wording import in_language

LONGEST_CODE: Final = 80


@blueprint.get("/office/forward/<key>", endpoint="forward")
@access(groups=WHO_FORWARDS)
def show_forwarding(key: str) -> ResponseReturnValue:
    """Asks to which office, and why."""
    return _page(key, {})


@blueprint.post("/office/forward/<key>", endpoint="forward_post")
@access(groups=WHO_FORWARDS)
def take_forwarding(key: str) -> ResponseReturnValue:
    """Sends it on. From then on it is the other office's."""
    code, reason = request.form.get("office", "")[:LONGEST_CODE], request.form.get("reason", "")[:LONGEST]
    if not code:
        return _page(key, {"office": gettext("Choose an office.")}), 422
    try:
        with transaction() as (session, actor):
            sent = forward(session, house(), actor, key, Onward(code, reason), now=now())
    except ReasonMissing as refusal:
        return _page(key, {"reason": sentence(refusal)}), 422
    except (NotTakenThere, TooLateToForward) as refusal:
        return _page(key, {"office": sentence(refusal)}), status_of(refusal)
    flash(gettext("%(office)s has it now. The applicant is told.", office=in_language(sent.office)), "success")
    serves = actor.acts_for(FRONT_OFFICE, None) or FRONT_OFFICE in actor.groups
    return redirect(url_for("office.walk_in" if serves else "office.inbox"), code=303)


def _page(key: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        page = forward_page(session, house(), actor, key, now=now())
    return render_template("office/forward.html", page=page, typed=request.form, errors=errors)
