"""Registering somebody whose papers the officer holds, or handing them the account that a code has shown is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.counter import identity_form, take_identity
from engine.applications.presence import ask_code
from engine.errors import (
    BadAnswers,
    DisputeWaits,
    OriginalNotSeen,
    PersonKnown,
    ProofOver,
    ReasonMissing,
    TooManyCodes,
)
from engine.errors.counter import PaperDiffers
from engine.packages.groups import FRONT_OFFICE
from engine.people.codes import Verdict
from engine.queries.office.counter import PersonLookedUp, counter_offices, looked_up
from engine.typed.fault import Fault
from engine.typed.telephones import typed_phone
from engine.words import IdentityStatus
from web.access import access
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.counter_codes import SHOWING, Sent, forget, keep, message_sent, said_of, sent_for
from web.office.disputes import begun_at_counter, holder_beside
from web.office.tasks import typed_answers
from web.office.tokens import looked_up_of, token_for
from web.office.walk_in_contacts import send_first_code
from web.office.walk_in_presence import may_be_shown, said_code

Errors = Mapping[str, object]


@blueprint.get("/office/walk-in/new", endpoint="walk_in_register")
@access(groups=(FRONT_OFFICE,))
def show_register() -> ResponseReturnValue:
    """The questions on one page, because the officer has the papers at hand."""
    return _identity_page(None, {})


@blueprint.post("/office/walk-in/new", endpoint="walk_in_register_post")
@access(groups=(FRONT_OFFICE,))
def register() -> ResponseReturnValue:
    """Registers the person and goes on: to the telephone that they named, or to what they came for."""
    if "_choose" in request.form:  # without JavaScript: show the districts or communes of what was chosen
        return _identity_page(None, {})
    if "_dispute" in request.form:
        return _disputed(None)
    try:
        with transaction() as (session, actor):
            office = counter_offices(session, actor)[0]
            person_id = take_identity(session, house(), actor, office.id, request.form, now=now())
            onward = token_for(actor, person_id)
    except BadAnswers as refused:
        return _identity_page(None, refused.errors), 422
    except PersonKnown as refused:
        return _identity_page(None, {_number_field(): sentence(refused)}, beside_holder=True), 422
    flash(gettext("The papers were seen, the account is verified."), "success")
    page = "office.walk_in_contact" if send_first_code(person_id) else "office.walk_in_person"
    return redirect(url_for(page, token=onward), code=303)


@blueprint.get("/office/walk-in/<token>/papers", endpoint="walk_in_verify")
@access(groups=(FRONT_OFFICE,))
def show_verify(token: str) -> ResponseReturnValue:
    """The same questions, and the code that was sent to the telephone or mailbox of an account."""
    if not may_be_shown(token):
        return redirect(url_for("office.walk_in"), code=303)
    return _identity_page(token, {})


@blueprint.post("/office/walk-in/<token>/papers", endpoint="walk_in_verify_post")
@access(groups=(FRONT_OFFICE,))
def verify(token: str) -> ResponseReturnValue:
    """Hands the account to whoever has read out the code, verified with their papers; what was typed stays while a code
    is wrong or over."""
    if "_choose" in request.form:
        return _identity_page(token, {})
    if "_new_code" in request.form:
        return _sent_again(token)
    with transaction() as (session, actor):
        person_id = looked_up_of(actor, token)
        is_verified = looked_up(session, actor, person_id).identity_status == IdentityStatus.VERIFIED
        verdict = Verdict.RIGHT if is_verified else said_code(session, actor, person_id, request.form.get("code", ""))
    if verdict != Verdict.RIGHT:
        return _identity_page(token, {"code": said_of(verdict)}), 422
    return _disputed(token) if "_dispute" in request.form else _handed_over(token)


def _handed_over(token: str) -> ResponseReturnValue:
    try:
        with transaction() as (session, actor):
            known, office = looked_up_of(actor, token), counter_offices(session, actor)[0]
            sent = sent_for(SHOWING, known)
            proof = sent.token if sent else ""
            take_identity(session, house(), actor, office.id, request.form, person_id=known, token=proof, now=now())
            onward = token_for(actor, known)
    except BadAnswers as refused:
        return _identity_page(token, refused.errors), 422
    except ProofOver as refused:
        return _identity_page(token, {"code": sentence(refused)}), 422
    except PersonKnown as refused:
        return _identity_page(token, {_number_field(): sentence(refused)}, beside_holder=True), 422
    except PaperDiffers as refused:
        return _identity_page(token, {_number_field(): sentence(refused)}), 422
    forget(SHOWING, known)
    flash(gettext("The papers were seen, the account is verified. Its old password and sign-ins ended."), "success")
    return redirect(url_for("office.walk_in_person", token=onward), code=303)


def _disputed(token: str | None) -> ResponseReturnValue:
    """Begins a dispute with whoever is verified with the paper."""
    try:
        key = begun_at_counter(token)
    except BadAnswers as refused:
        return _identity_page(token, refused.errors), 422
    except ProofOver as refused:
        return _identity_page(token, {"code": sentence(refused)}, beside_holder=True), 422
    except (OriginalNotSeen, ReasonMissing, DisputeWaits) as refused:
        field = {OriginalNotSeen: "original", ReasonMissing: "reason"}.get(type(refused), _number_field())
        return _identity_page(token, {field: sentence(refused)}, beside_holder=True), 422
    flash(gettext("Asked. The head of the office must decide."), "success")
    return redirect(url_for("office.dispute", dispute_key=key), code=303)


def _looked_for() -> dict[str, str]:
    """The number by which nobody was found, in the field that it is for: many an identity number looks nearly like a
    telephone number."""
    typed = request.args.get("q", "").strip()
    if not typed:
        return {}
    try:
        return {"phone": typed} if typed_phone(typed) else {"id_number": typed}
    except Fault:
        return {"id_number": typed}


def _number_field() -> str:
    return "passport_number" if request.form.get("id_kind") == "passport" else "id_number"


def _sent_again(token: str) -> ResponseReturnValue:
    """A new code to where the last one went, with everything that was typed."""
    try:
        with transaction() as (session, actor):
            person_id, office = looked_up_of(actor, token), counter_offices(session, actor)[0]
            person, sent = looked_up(session, actor, person_id), sent_for(SHOWING, person_id)
            way = next((way for way in person.ways if sent is None or way.ending == sent.to), None)
            channel = way.channel if way else ""
            code = ask_code(session, house(), actor, office.id, person_id, channel=channel, now=now())
    except TooManyCodes as refused:
        return _identity_page(token, {"code": sentence(refused)}), 429
    keep(SHOWING, person_id, Sent(code, way.ending if way else ""))
    return _identity_page(token, {})


def _identity_page(token: str | None, errors: Errors, *, beside_holder: bool = False) -> str:
    known_as, holder = holder_beside() if beside_holder else (None, "")
    with reading() as (session, actor):
        form = identity_form(session, house(), now=now())
        person: PersonLookedUp | None = looked_up(session, actor, looked_up_of(actor, token)) if token else None
    values: Mapping[str, Any] = typed_answers(form, request.form) if request.form else _looked_for()
    if person:
        note_people([person.id], "counter")
    return render_template(
        "office/identity.html",
        form_shown=form,
        person=person,
        token=token,
        sent=sent_for(SHOWING, person.id) if person else None,
        message=message_sent(SHOWING, person.id) if person else "",
        code=request.form.get("code", ""),
        values=values,
        errors=errors,
        known=known_as,
        holder=holder,
        looked_for=request.args.get("q", ""),
        typed=request.form,
    )
