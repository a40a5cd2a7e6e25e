"""My second factors: the app, passkeys and recovery codes. For applicants and officers alike."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.documents.qr import inline_svg
from engine.errors import OfferEnded, PasskeyKnown, PasskeyNameMissing, PasskeyRefused, Refused, WrongCode
from engine.people import authenticator_apps, factors, passkeys, recovery_codes
from engine.people.authenticator_apps import Offer
from engine.people.sign_ins import Known
from engine.queries.citizen.factors import my_factors
from web import challenges
from web.access import PASSWORD, access
from web.challenges import Purpose
from web.citizen import blueprint
from web.clock import machine_now
from web.context import house, reading, transaction
from web.entering import first_page
from web.errors import sentence, status_of


@blueprint.get("/account/factors", endpoint="factors")
@access(signed_in=True, before_factor=True)
def show_factors(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """What the person has; ``?rename=3`` opens the name of a passkey."""
    with reading() as (session, _actor):
        mine = my_factors(session, house(), g.known)
    rename = request.args.get("rename", type=int)
    return render_template("citizen/factors.html", mine=mine, rename=rename, errors=errors or {}), status


@blueprint.get("/account/factors/app", endpoint="factor_app")
@access(signed_in=True, before_factor=True)
def show_app() -> ResponseReturnValue:
    """A new secret, as QR code and as text."""
    with reading() as (session, actor):
        factors.require_fresh(session, g.known, now=machine_now())
        made = authenticator_apps.offer(session, house(), actor, now=machine_now())
    return _app_page(made)


@blueprint.post("/account/factors/app", endpoint="factor_app_post")
@access(signed_in=True, before_factor=True, limit=PASSWORD)
def take_app() -> ResponseReturnValue:
    """Adds the app once it has shown a code of this secret."""
    sealed, code = request.form.get("offer", ""), request.form.get("one_time_code", "")
    try:
        with reading() as (session, actor):
            made = authenticator_apps.offered(session, house(), actor, sealed, now=machine_now())
    except OfferEnded as refusal:
        with reading() as (session, actor):
            made = authenticator_apps.offer(session, house(), actor, now=machine_now())
        return _app_page(made, refusal)
    try:
        with transaction() as (session, _actor):
            authenticator_apps.add(session, house(), g.known, made, code, now=machine_now())
            codes = recovery_codes.first(session, house(), g.known, now=machine_now())
    except WrongCode as refusal:
        return _app_page(made, refusal)
    flash(gettext("The app is your second factor from now on."), "success")
    return _codes_page(codes) if codes else _to_mine()


@blueprint.post("/account/factors/app/remove", endpoint="factor_app_remove")
@access(signed_in=True, before_factor=True)
def take_removal_of_app() -> ResponseReturnValue:
    """Removes the app, once the person said yes."""
    with reading() as (session, _actor):
        factors.require_fresh(session, g.known, now=machine_now())
    if request.form.get("confirmed") != "yes":
        return _asked(url_for("citizen.factor_app_remove"), gettext("Remove the app?"))
    with transaction() as (session, _actor):
        authenticator_apps.remove(session, house(), g.known, now=machine_now())
    flash(gettext("The app was removed."), "success")
    return _to_mine()


@blueprint.get("/account/factors/passkey", endpoint="factor_passkey")
@access(signed_in=True, before_factor=True)
def show_new_passkey(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """Asks for the name of a new passkey; the browser makes it."""
    with reading() as (session, _actor):
        factors.require_fresh(session, g.known, now=machine_now())
    return render_template(
        "citizen/factor_passkey.html", name=request.form.get("name", ""), errors=errors or {}
    ), status


@blueprint.get("/account/factors/passkey/options", endpoint="factor_passkey_options")
@access(signed_in=True, before_factor=True)
def show_options() -> ResponseReturnValue:
    """What the browser asks the device for, as JSON."""
    with reading() as (session, _actor):
        factors.require_fresh(session, g.known, now=machine_now())
        challenge = passkeys.new_challenge()
        options = passkeys.asking_to_make(session, house(), g.known, challenge)
    challenges.give(Purpose.MAKE, challenge, options["user"]["id"])
    return jsonify(options)


@blueprint.post("/account/factors/passkey", endpoint="factor_passkey_post")
@access(signed_in=True, before_factor=True)
def take_passkey() -> ResponseReturnValue:
    """Adds the passkey that the device made."""
    name, text = request.form.get("name", ""), request.form.get("assertion", "")
    try:
        given = challenges.taken(Purpose.MAKE)
        with transaction() as (session, _actor):
            passkeys.add(session, house(), g.known, text, name=name, given=given, now=machine_now())
            codes = recovery_codes.first(session, house(), g.known, now=machine_now())
    except (PasskeyNameMissing, PasskeyRefused, PasskeyKnown) as refusal:
        field = "name" if isinstance(refusal, PasskeyNameMissing) else "passkey"
        return show_new_passkey({field: sentence(refusal)}, status_of(refusal))
    flash(gettext("The passkey was added."), "success")
    return _codes_page(codes) if codes else _to_mine()


@blueprint.post("/account/factors/passkeys/<int:passkey_id>/name", endpoint="factor_passkey_name")
@access(signed_in=True, before_factor=True)
def take_name(passkey_id: int) -> ResponseReturnValue:
    """Gives a passkey another name."""
    try:
        with transaction() as (session, _actor):
            passkeys.rename(session, g.known, passkey_id, request.form.get("name", ""))
    except PasskeyNameMissing as refusal:
        return show_factors({"name": sentence(refusal)}, status_of(refusal))
    flash(gettext("The passkey has its new name."), "success")
    return _to_mine()


@blueprint.post("/account/factors/passkeys/<int:passkey_id>/remove", endpoint="factor_passkey_remove")
@access(signed_in=True, before_factor=True)
def take_removal_of_passkey(passkey_id: int) -> ResponseReturnValue:
    """Removes a passkey, once the person said yes."""
    with reading() as (session, _actor):
        passkeys.require_own(session, g.known, passkey_id)
        factors.require_fresh(session, g.known, now=machine_now())
    if request.form.get("confirmed") != "yes":
        address = url_for("citizen.factor_passkey_remove", passkey_id=passkey_id)
        return _asked(address, gettext("Remove the passkey?"))
    with transaction() as (session, _actor):
        passkeys.remove(session, house(), g.known, passkey_id, now=machine_now())
    flash(gettext("The passkey was removed."), "success")
    return _to_mine()


@blueprint.post("/account/factors/codes", endpoint="factor_codes")
@access(signed_in=True, before_factor=True)
def take_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown this once; those before open nothing any more."""
    with transaction() as (session, _actor):
        codes = recovery_codes.make(session, house(), g.known, now=machine_now())
    return _codes_page(codes)


def _app_page(made: Offer, refusal: Refused | None = None) -> ResponseReturnValue:
    code = Markup(inline_svg(made.address, gettext("QR code for your authenticator app")))  # noqa: S704 - our own drawing, title escaped
    errors = {} if refusal is None else {"one_time_code": sentence(refusal)}
    status = 200 if refusal is None else status_of(refusal)
    return render_template("citizen/factor_app.html", offer=made, qr=code, errors=errors), status


def _codes_page(codes: Sequence[str]) -> ResponseReturnValue:
    """The codes, and the way on: to the work of whoever had to set up a factor first."""
    known: Known = g.known
    onward = first_page(known.actor) if factors.lacks(house(), known) else url_for("citizen.factors")
    return render_template("citizen/recovery_codes.html", codes=codes, onward=onward)


def _asked(address: str, question: str) -> ResponseReturnValue:
    return render_template("citizen/factor_remove.html", address=address, question=question)


def _to_mine() -> ResponseReturnValue:
    return redirect(url_for("citizen.factors"), code=303)
