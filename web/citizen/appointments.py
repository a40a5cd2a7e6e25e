"""Choosing a session: the day, time and place to come to; and another one instead of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NoSessionChosen, SessionCancelled, SessionFull, SessionOver, TooFewSeats
from engine.queries.citizen.choosing import change_page, choice_page
from engine.sessions import choosing
from engine.sessions.choosing import Chosen
from web.access import access
from web.citizen import blueprint
from web.context import house, note_case, now, reading, transaction
from web.errors import sentence

CHOSEN = "session"
"""The field of the session that is chosen."""
TRY_ANOTHER = (NoSessionChosen, SessionCancelled, SessionFull, SessionOver, TooFewSeats)
"""What is wrong with one session, so that another one can be chosen on the same page."""


@blueprint.get("/appointments/<key>", endpoint="appointment")
@access(signed_in=True, by_helper=True)
def show_choice(key: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """The sessions that can be chosen; at the counter an officer sees them too, and that is noted."""
    with reading() as (session, actor):
        page = choice_page(session, house(), actor, key, now=now())
    note_case(page.reference)
    action = url_for("citizen.appointment_post", key=key)
    answer = render_template(
        "citizen/appointment.html", page=page, action=action, errors=errors or {}, chosen=request.form.get(CHOSEN)
    )
    return answer, 422 if errors else 200


@blueprint.post("/appointments/<key>", endpoint="appointment_post")
@access(signed_in=True, by_helper=True)
def take_choice(key: str) -> ResponseReturnValue:
    """Takes the seat; a second click changes nothing."""
    try:
        with transaction() as (session, actor):
            done = choosing.choose(session, house(), actor, key, request.form.get(CHOSEN, ""), now=now())
            is_own = done.applicant_id == actor.person_id
    except TRY_ANOTHER as refused:
        return show_choice(key, {CHOSEN: sentence(refused)})
    return _done(done, is_own)


@blueprint.get("/applications/<key>/appointments/<session_kind>", endpoint="change_appointment")
@access(signed_in=True, by_helper=True)
def show_change(key: str, session_kind: str, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """The other sessions that can be chosen instead."""
    with reading() as (session, actor):
        page = change_page(session, house(), actor, key, session_kind, now=now())
    note_case(page.reference)
    action = url_for("citizen.change_appointment_post", key=key, session_kind=session_kind)
    answer = render_template(
        "citizen/appointment.html", page=page, action=action, errors=errors or {}, chosen=request.form.get(CHOSEN)
    )
    return answer, 422 if errors else 200


@blueprint.post("/applications/<key>/appointments/<session_kind>", endpoint="change_appointment_post")
@access(signed_in=True, by_helper=True)
def take_change(key: str, session_kind: str) -> ResponseReturnValue:
    """Takes the other seat, and gives back the first."""
    chosen = request.form.get(CHOSEN, "")
    try:
        with transaction() as (session, actor):
            done = choosing.change(session, house(), actor, key, session_kind, session_key=chosen, now=now())
            is_own = done.applicant_id == actor.person_id
    except TRY_ANOTHER as refused:
        return show_change(key, session_kind, {CHOSEN: sentence(refused)})
    return _done(done, is_own)


def _done(done: Chosen, is_own: bool) -> ResponseReturnValue:
    note_case(done.reference)
    flash(gettext("Thank you. The day is noted, and a message tells it."), "success")
    return redirect(url_for("citizen.application" if is_own else "office.case", key=done.application_key), code=303)
