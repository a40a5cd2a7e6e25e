"""How the person at the counter is reached from now on, and the slip for whoever is reached by nothing."""

from __future__ import annotations

import secrets
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.claim_slips import print_slip
from engine.applications.counter_contacts import Taken, ask_contact_code, take_contact, was_taken
from engine.applications.presence import show_code
from engine.errors import BadAnswers, ContactFull, ProofOver, TooManyCodes
from engine.errors.counter import NoRoomHere, OfficersAccount
from engine.packages.groups import FRONT_OFFICE
from engine.people.codes import Verdict
from engine.queries.office.counter import counter_offices, person_at_counter
from web.access import access
from web.citizen.problems import said
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.counter_codes import REACHING, Sent, forget, keep, message_sent, said_of, sent_for
from web.office.tokens import paper_of


def send_first_code(person_id: int) -> bool:
    """Sends a code to the telephone that somebody named who was just registered; whether they named any. One that
    cannot be sent now is asked for on the next page."""
    with reading() as (session, _actor):
        named = person_at_counter(session, person_id, now=now()).said
    if not named:
        return False
    try:
        _send(person_id, named)
    except (BadAnswers, TooManyCodes) as refused:
        wrong = refused.errors["contact"] if isinstance(refused, BadAnswers) else refused
        flash(said({"contact": wrong})["contact"], "warning")
    return True


@blueprint.get("/office/walk-in/<token>/contact", endpoint="walk_in_contact")
@access(groups=(FRONT_OFFICE,))
def show_contact(token: str) -> ResponseReturnValue:
    """What reaches the account, and what shall."""
    return _contact_page(token, {})


@blueprint.post("/office/walk-in/<token>/contact", endpoint="walk_in_contact_post")
@access(groups=(FRONT_OFFICE,))
def send_contact_code(token: str) -> ResponseReturnValue:
    """Sends a code to a telephone or mailbox."""
    with reading() as (_session, actor):
        person_id = paper_of(actor, token)
    try:
        _send(person_id, request.form.get("contact", ""))
    except BadAnswers as refused:
        return _contact_page(token, said(refused.errors)), 422
    except TooManyCodes as refused:
        return _contact_page(token, {"contact": sentence(refused)}), 429
    except OfficersAccount as refused:
        return _contact_page(token, {"contact": sentence(refused)}), 403
    return redirect(url_for("office.walk_in_contact", token=token), code=303)


@blueprint.post("/office/walk-in/<token>/contact/code", endpoint="walk_in_contact_code")
@access(groups=(FRONT_OFFICE,))
def take_contact_code(token: str) -> ResponseReturnValue:
    """The code was read out: the contact counts, or waits for a second person."""
    with transaction() as (session, actor):
        person_id, office = paper_of(actor, token), counter_offices(session, actor)[0]
        sent, typed = sent_for(REACHING, person_id), request.form.get("code", "")
        done = was_taken(session, person_id, request.form.get("contact", ""), now=now())
        verdict = Verdict.OVER
        if sent is not None and done is None:
            verdict = show_code(session, actor, office.id, person_id, token=sent.token, typed=typed, now=now())
    if done is None and (sent is None or verdict != Verdict.RIGHT):
        return _contact_page(token, {"code": said_of(verdict)}), 422
    try:
        if done is None and sent is not None:
            with transaction() as (session, actor):
                done = take_contact(session, house(), actor, office.id, person_id, token=sent.token, now=now())
    except ContactFull:
        return _contact_page(token, {"code": sentence(NoRoomHere())}), 422
    except (ProofOver, OfficersAccount) as refused:
        return _contact_page(token, {"code": sentence(refused)}), 422
    forget(REACHING, person_id)
    if done == Taken.WAITS:
        flash(gettext("Proved. It counts once a second officer of the office has agreed."), "success")
    else:
        flash(gettext("Proved. Messages go there from now on, and a code sent there opens the account."), "success")
    return redirect(url_for("office.walk_in_person", token=token), code=303)


@blueprint.post("/office/walk-in/<token>/slip", endpoint="walk_in_slip")
@access(groups=(FRONT_OFFICE,))
def claim_slip(token: str) -> ResponseReturnValue:
    """The slip with which they get into the account at home; the one before opens nothing any more."""
    with transaction() as (session, actor):
        person_id, office = paper_of(actor, token), counter_offices(session, actor)[0]
        seed = request.form.get("seed", "")
        slip = print_slip(session, house(), actor, office.id, person_id, seed=seed, now=now())
    answer = send_file(BytesIO(slip.content), mimetype="application/pdf", download_name="claim.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def new_seed() -> str:
    """Random signs that a slip is made from; the page holds them, so that a second click prints the same slip."""
    return secrets.token_urlsafe(24)


def _send(person_id: int, typed: str) -> None:
    with transaction() as (session, actor):
        office = counter_offices(session, actor)[0]
        code = ask_contact_code(session, house(), actor, office.id, person_id, typed=typed, now=now())
    keep(REACHING, person_id, Sent(code, typed))


def _contact_page(token: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        person = person_at_counter(session, paper_of(actor, token), now=now())
    note_people([person.id], "counter")
    return render_template(
        "office/contact.html",
        person=person,
        token=token,
        sent=sent_for(REACHING, person.id),
        message=message_sent(REACHING, person.id),
        typed=request.form.get("contact"),
        code=request.form.get("code", ""),
        errors=errors,
    )
