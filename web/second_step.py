"""The second step of signing in: a code of the app, a passkey or a recovery code. And a passkey as the only step."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotSignedIn, PasskeyCopied, PasskeyRefused, Refused, WrongCode, WrongRecoveryCode
from engine.people import authenticator_apps, factors, passkeys, recovery_codes
from engine.people.accounts import SignedIn
from engine.people.factors import Factor
from web import challenges
from web.access import access
from web.auth import safe_next
from web.browsers import place
from web.challenges import Purpose
from web.clock import machine_now
from web.context import house, public_reading, public_transaction
from web.entering import Waiting, arrived, begun_by, waiting
from web.errors import sentence, status_of
from web.second_factor import SECOND_STEP

blueprint = Blueprint("second", __name__)


@blueprint.get("/sign-in/second", endpoint="step")
@access(public=True)
def show_step(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """Asks for what the person has: a code of the app, a passkey."""
    found = waiting()
    if found is None:
        return _too_late()
    with public_reading() as session:
        held = factors.held(session, found.who.person_id)
    return render_template("auth/second.html", held=held, errors=errors or {}), status


@blueprint.post("/sign-in/second", endpoint="step_post")
@access(public=True, limit=SECOND_STEP)
def take_code() -> ResponseReturnValue:
    """Signs in with a code of the app; each one counts as a try before it is looked at."""
    found, code = waiting(), request.form.get("one_time_code", "")
    if found is None:
        return _too_late()
    person_id = found.who.person_id
    try:
        with public_transaction() as session:
            authenticator_apps.count_try(session, house(), person_id, now=machine_now())
        with public_transaction() as session:
            authenticator_apps.take(session, house(), person_id, code, now=machine_now())
            token = begun_by(session, found.who, Factor.APP)
    except NotSignedIn:
        return _too_late()
    except Refused as refusal:
        if isinstance(refusal, WrongCode):
            _note_failure(found, Factor.APP)
        return show_step({"one_time_code": sentence(refusal)}, status_of(refusal))
    return arrived(found.who, token, found.onward)


@blueprint.get("/sign-in/recovery", endpoint="recovery")
@access(public=True)
def show_recovery(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Asks for a code from paper."""
    if waiting() is None:
        return _too_late()
    return render_template("auth/recovery.html", errors=errors or {}), 422 if errors else 200


@blueprint.post("/sign-in/recovery", endpoint="recovery_post")
@access(public=True, limit=SECOND_STEP)
def take_recovery() -> ResponseReturnValue:
    """Signs in with a recovery code, which is spent."""
    found, code = waiting(), request.form.get("recovery_code", "")
    if found is None:
        return _too_late()
    try:
        with public_transaction() as session:
            recovery_codes.take(session, house(), found.who.person_id, code, place(), now=machine_now())
            token = begun_by(session, found.who, Factor.RECOVERY_CODE)
    except NotSignedIn:
        return _too_late()
    except WrongRecoveryCode as refusal:
        _note_failure(found, Factor.RECOVERY_CODE)
        return show_recovery({"recovery_code": sentence(refusal)})
    return arrived(found.who, token, found.onward)


@blueprint.get("/sign-in/passkey-options", endpoint="passkey_options")
@access(public=True)
def show_options() -> ResponseReturnValue:
    """What the browser asks the device for, as JSON: a passkey of whoever stands between the two steps, else any."""
    found = waiting()
    challenge = challenges.give(Purpose.SECOND_STEP if found else Purpose.SIGN_IN)
    with public_reading() as session:
        options = passkeys.asking_to_show(session, house(), challenge, found.who.person_id if found else None)
    return jsonify(options)


@blueprint.post("/sign-in/passkey", endpoint="passkey_post")
@access(public=True, limit=SECOND_STEP)
def take_passkey() -> ResponseReturnValue:
    """Signs in with a passkey: behind a password, or alone."""
    found, text = waiting(), request.form.get("assertion", "")
    onward = found.onward if found else safe_next(request.form.get("next"))
    try:
        who, token = _by_passkey(found, text)
    except NotSignedIn:
        return _too_late()
    except PasskeyRefused as refusal:
        _note_refused(found, text, refusal)
        said = {"passkey": sentence(refusal)}
        if found:
            return show_step(said, status_of(refusal))
        return render_template("auth/sign_in.html", onward=onward, login="", errors=said), status_of(refusal)
    return arrived(who, token, onward)


def _by_passkey(found: Waiting | None, text: str) -> tuple[SignedIn, str]:
    challenge = challenges.taken(Purpose.SECOND_STEP if found else Purpose.SIGN_IN).challenge
    with public_transaction() as session:
        if found is None:
            who = passkeys.sign_in(session, house(), text, challenge, now=machine_now())
        else:
            who, mine = found.who, found.who.person_id
            passkeys.take(session, house(), text, challenge, person_id=mine, now=machine_now())
        return who, begun_by(session, who, Factor.PASSKEY)


def _note_failure(found: Waiting, factor: Factor) -> None:
    with public_transaction() as session:
        factors.note_failure(session, found.who.person_id, factor, place(), now=machine_now())


def _note_refused(found: Waiting | None, text: str, refusal: PasskeyRefused) -> None:
    """A copied passkey is told to its person; of others only what came after a right password is written down."""
    if isinstance(refusal, PasskeyCopied):
        with public_transaction() as session:
            owner = passkeys.owner(session, text)
            if owner is not None:
                factors.note_copied(session, house(), owner, place(), now=machine_now())
    elif found is not None:
        _note_failure(found, Factor.PASSKEY)


def _too_late() -> ResponseReturnValue:
    """Back to the first step."""
    flash(gettext("Signing in took too long, or it was begun elsewhere. Begin once more."), "warning")
    return redirect(url_for("auth.sign_in"), code=303)
