"""Whoever was looked up shows that the account is theirs: by a code that reached them, or by their paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.applications.counter import paper_form, show_paper
from engine.applications.presence import ask_code, show_account
from engine.case.access_log import is_answered_for
from engine.errors import BadAnswers, TooManyCodes
from engine.errors.counter import PaperDiffers
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.people.codes import Verdict
from engine.queries.office.counter import counter_offices, looked_up
from engine.words import IdentityStatus
from web.access import access
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.counter_codes import SHOWING, Sent, forget, keep, message_sent, said_of, sent_for
from web.office.tasks import typed_answers
from web.office.tokens import Shown, has_shown, looked_up_of, token_for


def may_be_shown(token: str) -> bool:
    """Whether this officer may open the person whom the address stands for; else they look them up anew, and say why.
    Whoever has shown that the account is theirs is here, and what was typed for somebody is taken in any case."""
    with reading() as (session, actor):
        person_id = looked_up_of(actor, token)
        if person_id == actor.person_id or has_shown(actor, token) != Shown.NOTHING:
            return True
        return is_answered_for(session, actor, person_id, now=now())


def found_page(token: str, errors: Mapping[str, object]) -> str:
    """The account with little of it, and how somebody shows that it is theirs."""
    with reading() as (session, actor):
        person = looked_up(session, actor, looked_up_of(actor, token))
        form = paper_form(session, house(), now=now()) if person.identity_status == IdentityStatus.VERIFIED else None
    note_people([person.id], "counter")
    typed: Mapping[str, Any] = typed_answers(form, request.form) if form and request.form else {}
    return render_template(
        "office/found.html",
        person=person,
        token=token,
        form_shown=form,
        values=typed,
        sent=sent_for(SHOWING, person.id),
        message=message_sent(SHOWING, person.id),
        errors=errors,
    )


def said_code(session: Session, actor: Actor, person_id: int, typed: str) -> Verdict:
    """Whether the code that was read out is the one that this browser sent to this person; over without any."""
    sent, office = sent_for(SHOWING, person_id), counter_offices(session, actor)[0]
    if sent is None:
        return Verdict.OVER
    return show_account(session, actor, office.id, person_id, token=sent.token, typed=typed, now=now())


@blueprint.post("/office/walk-in/<token>/code", endpoint="walk_in_code")
@access(groups=(FRONT_OFFICE,))
def send_code(token: str) -> ResponseReturnValue:
    """Sends a code to what the account has proved. An account that is not verified goes on with its papers."""
    channel = request.form.get("channel", "")
    try:
        with transaction() as (session, actor):
            person_id, office = looked_up_of(actor, token), counter_offices(session, actor)[0]
            person = looked_up(session, actor, person_id)
            code = ask_code(session, house(), actor, office.id, person_id, channel=channel, now=now())
    except TooManyCodes as refused:
        return found_page(token, {"channel": sentence(refused)}), 429
    keep(SHOWING, person_id, Sent(code, next(way.ending for way in person.ways if way.channel == channel)))
    onward = "office.walk_in_person" if person.identity_status == IdentityStatus.VERIFIED else "office.walk_in_verify"
    return redirect(url_for(onward, token=token), code=303)


@blueprint.post("/office/walk-in/<token>/shown", endpoint="walk_in_shown")
@access(groups=(FRONT_OFFICE,))
def take_code(token: str) -> ResponseReturnValue:
    """The code that was read out shows that a verified account is theirs."""
    with transaction() as (session, actor):
        person_id = looked_up_of(actor, token)
        verdict = said_code(session, actor, person_id, request.form.get("code", ""))
        onward = token_for(actor, person_id, Shown.CODE)
    if verdict != Verdict.RIGHT:
        return found_page(token, {"code": said_of(verdict)}), 422
    forget(SHOWING, person_id)
    return redirect(url_for("office.walk_in_person", token=onward), code=303)


@blueprint.post("/office/walk-in/<token>/paper", endpoint="walk_in_paper")
@access(groups=(FRONT_OFFICE,))
def take_paper(token: str) -> ResponseReturnValue:
    """The paper in the officer's hand is the one that the account was verified with, or it is not."""
    try:
        with transaction() as (session, actor):
            person_id, office = looked_up_of(actor, token), counter_offices(session, actor)[0]
            agreed = show_paper(session, house(), actor, office.id, person_id, raw=request.form, now=now())
            onward = token_for(actor, person_id)
    except BadAnswers as refused:
        return found_page(token, refused.errors), 422
    if not agreed:
        return found_page(token, {"id_kind": sentence(PaperDiffers())}), 422
    return redirect(url_for("office.walk_in_person", token=onward), code=303)
