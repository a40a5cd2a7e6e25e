"""Showing once more that it is you, before something is changed that opens the account. The browser goes on with a new
token: what somebody copied from it before opens nothing that was opened for its person."""

from __future__ import annotations

from flask import g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import PasskeyRefused, Refused, WrongCode, WrongPassword
from engine.people import authenticator_apps, factors, passkeys, sign_ins
from engine.people.factors import Factor
from web import challenges
from web.access import PASSWORD, access, go_on_with
from web.auth import safe_next
from web.browsers import place
from web.challenges import Purpose
from web.citizen import blueprint
from web.clock import machine_now
from web.context import house, public_transaction, reading, transaction
from web.errors import sentence, status_of


@blueprint.get("/account/confirm", endpoint="confirm")
@access(signed_in=True, before_factor=True)
def show_confirming(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """Asks for the password, or for a factor that the person has."""
    with reading() as (session, actor):
        held = factors.held(session, actor.person_id)
        by_password = not factors.must_show_factor(session, g.known)
    return render_template(
        "citizen/confirm.html", held=held, by_password=by_password, onward=_onward(), errors=errors or {}
    ), status


@blueprint.post("/account/confirm", endpoint="confirm_post")
@access(signed_in=True, before_factor=True, limit=PASSWORD)
def take_confirming() -> ResponseReturnValue:
    """Looks at the password or the code that was typed, and goes on."""
    password, code = request.form.get("password", ""), request.form.get("one_time_code", "")
    try:
        if password:
            with transaction() as (session, _actor):
                factors.confirm_by_password(session, house(), g.known, password, now=machine_now())
                token = sign_ins.renew(session, g.known.sign_in_id)
        else:
            token = _take_code(code)
    except WrongPassword as refusal:
        return show_confirming({"password": sentence(refusal)}, status_of(refusal))
    except Refused as refusal:
        if not isinstance(refusal, WrongCode) and status_of(refusal) != 429:
            raise
        return show_confirming({"one_time_code": sentence(refusal)}, status_of(refusal))
    go_on_with(token)
    return redirect(_onward(), code=303)


@blueprint.get("/account/confirm/options", endpoint="confirm_options")
@access(signed_in=True, before_factor=True)
def show_confirm_options() -> ResponseReturnValue:
    """What the browser asks the device for, as JSON: one of the person's passkeys."""
    challenge = challenges.give(Purpose.CONFIRM)
    with reading() as (session, actor):
        return jsonify(passkeys.asking_to_show(session, house(), challenge, actor.person_id))


@blueprint.post("/account/confirm/passkey", endpoint="confirm_passkey")
@access(signed_in=True, before_factor=True, limit=PASSWORD)
def take_confirming_passkey() -> ResponseReturnValue:
    """Looks at the passkey that the device showed, and goes on."""
    text = request.form.get("assertion", "")
    try:
        challenge = challenges.taken(Purpose.CONFIRM).challenge
        with transaction() as (session, actor):
            passkeys.take(session, house(), text, challenge, person_id=actor.person_id, now=machine_now())
            token = _confirmed(session)
    except PasskeyRefused as refusal:
        return show_confirming({"passkey": sentence(refusal)}, status_of(refusal))
    go_on_with(token)
    return redirect(_onward(), code=303)


def _take_code(code: str) -> str:
    """Each code counts as a try before it is looked at; the new token of the sign-in."""
    with transaction() as (session, actor):
        authenticator_apps.count_try(session, house(), actor.person_id, now=machine_now())
    try:
        with transaction() as (session, actor):
            authenticator_apps.take(session, house(), actor.person_id, code, now=machine_now())
            return _confirmed(session)
    except WrongCode:
        with public_transaction() as session:
            factors.note_failure(session, g.known.actor.person_id, Factor.APP, place(), now=machine_now())
        raise


def _confirmed(session: Session) -> str:
    """A factor was shown; the new token of the sign-in."""
    sign_ins.confirm(session, g.known.sign_in_id, by_factor=True, now=machine_now())
    return sign_ins.renew(session, g.known.sign_in_id)


def _onward() -> str:
    onward = safe_next(request.values.get("next"))
    return onward if onward != "/" else "/account/factors"
