"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import WrongSignIn
from engine.people.accounts import note_failure, sign_in
from engine.people.sign_ins import sign_out
from web.access import SIGN_IN, access, forget, signed_in_as
from web.browsers import place
from web.clock import machine_now
from web.context import house, now, public_reading, public_transaction
from web.entering import begin_again, enter
from web.errors import sentence
from web.known_browsers import fingerprint

blueprint = Blueprint("auth", __name__)


@blueprint.get("/sign-in", endpoint="sign_in")
@access(public=True)
def show_sign_in() -> ResponseReturnValue:
    """The sign-in page; somebody who is signed in already goes on."""
    onward = safe_next(request.args.get("next"))
    begin_again()
    if signed_in_as() is not None:
        return redirect(onward, code=303)
    return render_template("auth/sign_in.html", onward=onward, login=request.form.get("login", ""), errors={})


@blueprint.post("/sign-in", endpoint="sign_in_post")
@access(public=True, limit=SIGN_IN)
def take_sign_in() -> ResponseReturnValue:
    """Checks phone or e-mail and password; the same refusal whichever of them was wrong."""
    onward = safe_next(request.form.get("next"))
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        with public_reading() as session:  # looking at a password takes long: no writer waits for it
            found = sign_in(session, house(), login, password, now=now())
    except WrongSignIn as refusal:
        with public_transaction() as session:
            note_failure(session, login, fingerprint("login", login), place(), now=machine_now())
        answer = render_template("auth/sign_in.html", onward=onward, login=login, errors={"login": sentence(refusal)})
        return answer, 422
    return enter(found, onward)


@blueprint.post("/sign-out", endpoint="sign_out")
@access(public=True)
def take_sign_out() -> ResponseReturnValue:
    """Ends the sign-in of this browser, here and on the server."""
    carried = signed_in_as()
    forget()  # first: whatever becomes of the rest, this browser holds nothing any more
    if carried is not None:
        with public_transaction() as session:
            sign_out(session, carried.token, place(), now=machine_now())
    return redirect("/", code=303)


def safe_next(wish: str | None) -> str:
    """Where to go after signing in: an address on this site, else the first page. Never another site."""
    if not wish or not wish.startswith("/") or "\\" in wish or any(ord(sign) < 32 for sign in wish):
        return "/"
    parts = urlsplit(wish)
    return "/" if wish.startswith("//") or parts.scheme or parts.netloc else wish
