"""Registering somebody whose papers the officer holds, or verifying an account with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.counter import identity_form, take_identity
from engine.case.access_log import is_answered_for
from engine.errors import AccountExists, BadAnswers, DisputeWaits, OriginalNotSeen, PersonKnown, ReasonMissing
from engine.packages.groups import FRONT_OFFICE
from engine.queries.office.counter import counter_offices, person_at_counter
from web.access import access
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.disputes import begun_at_counter, holder_beside
from web.office.tasks import typed_answers
from web.office.tokens import person_of, token_for


@blueprint.get("/office/walk-in/new", endpoint="walk_in_register")
@access(groups=(FRONT_OFFICE,))
def show_register() -> ResponseReturnValue:
    """The questions on one page, because the officer has the papers at hand."""
    return _identity_page(None, _typed() if request.form else None, {})


@blueprint.post("/office/walk-in/new", endpoint="walk_in_register_post")
@access(groups=(FRONT_OFFICE,))
def register() -> ResponseReturnValue:
    """Registers the person and goes on to what they came for."""
    return _taken(None)


@blueprint.get("/office/walk-in/<token>/papers", endpoint="walk_in_verify")
@access(groups=(FRONT_OFFICE,))
def show_verify(token: str) -> ResponseReturnValue:
    """The same questions for somebody with an account, filled with what is known."""
    if not may_be_shown(token):
        return redirect(url_for("office.walk_in"), code=303)
    return _identity_page(token, _typed() if request.form else None, {})


@blueprint.post("/office/walk-in/<token>/papers", endpoint="walk_in_verify_post")
@access(groups=(FRONT_OFFICE,))
def verify(token: str) -> ResponseReturnValue:
    """Writes what the papers say and verifies the account."""
    return _taken(token)


def may_be_shown(token: str) -> bool:
    """Whether this officer may open the person whom the address stands for; else they look them up anew, and say why.
    What was typed for somebody who is shown already is taken in any case."""
    with reading() as (session, actor):
        return is_answered_for(session, actor, person_of(actor, token), now=now())


def _taken(token: str | None) -> ResponseReturnValue:
    if "_choose" in request.form:  # without JavaScript: show the districts or communes of what was chosen
        return _identity_page(token, _typed(), {})
    if "_dispute" in request.form:
        return _disputed(token)
    try:
        with transaction() as (session, actor):
            known = person_of(actor, token) if token else None
            office = counter_offices(session, actor)[0]
            person = take_identity(session, house(), actor, office.id, request.form, person_id=known, now=now())
            onward = token_for(actor, person)
    except BadAnswers as refused:
        return _identity_page(token, _typed(), refused.errors), 422
    except AccountExists as refused:
        return _identity_page(token, _typed(), {"phone": sentence(refused)}), 422
    except PersonKnown as refused:
        return _identity_page(token, _typed(), {_number_field(): sentence(refused)}, beside_holder=True), 422
    flash(gettext("The papers were seen, the account is verified."), "success")
    return redirect(url_for("office.walk_in_person", token=onward), code=303)


def _disputed(token: str | None) -> ResponseReturnValue:
    """Begins a dispute with whoever is verified with the paper."""
    try:
        key = begun_at_counter(token)
    except BadAnswers as refused:
        return _identity_page(token, _typed(), refused.errors), 422
    except (OriginalNotSeen, ReasonMissing, DisputeWaits) as refused:
        field = {OriginalNotSeen: "original", ReasonMissing: "reason"}.get(type(refused), _number_field())
        return _identity_page(token, _typed(), {field: sentence(refused)}, beside_holder=True), 422
    flash(gettext("Asked. The head of the office must decide."), "success")
    return redirect(url_for("office.dispute", dispute_key=key), code=303)


def _number_field() -> str:
    return "passport_number" if request.form.get("id_kind") == "passport" else "id_number"


def _typed() -> dict[str, Any]:
    with reading() as (session, _actor):
        return typed_answers(identity_form(session, house(), now=now()), request.form)


def _identity_page(
    token: str | None, typed: Mapping[str, Any] | None, errors: Mapping[str, object], *, beside_holder: bool = False
) -> str:
    known_as, holder = holder_beside() if beside_holder else (None, "")
    with reading() as (session, actor):
        form = identity_form(session, house(), now=now())
        person = person_at_counter(session, person_of(actor, token)) if token else None
    if person:
        note_people([person.id], "counter")
    known = {part.key: person.facts.get(part.prefill or "") for part in form.components()} if person else {}
    values = known if typed is None else typed
    return render_template(
        "office/identity.html",
        form_shown=form,
        person=person,
        values=values,
        errors=errors,
        known=known_as,
        holder=holder,
        typed=request.form,
    )
