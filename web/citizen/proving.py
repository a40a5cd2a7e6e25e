"""Showing how one is reached: a code goes to a phone or mailbox and comes back, before anything is said of accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.connectors.messenger import Reach
from engine.errors import ContactMissing, ContactNotReached, NotAnEmail, NotAPhone, ProofOver, TooManyCodes
from engine.people import codes, door
from engine.people.actors import Actor
from engine.people.codes import Verdict
from engine.people.contacts import ContactPoint
from engine.people.door import Reached
from engine.words import CodePurpose
from web import code_messages, ways_in
from web.access import BY_CODE, REGISTER, access, signed_in_as
from web.auth import safe_next
from web.browsers import place
from web.citizen import blueprint
from web.context import current_language, house, now, public_reading, public_transaction, today
from web.errors import sentence, status_of
from web.known_browsers import asker_of, know_here
from web.ways_in import WayIn


@blueprint.get("/sign-in/forgotten", endpoint="forgotten")
@access(public=True)
def show_forgotten() -> ResponseReturnValue:
    """Asks how the person who cannot sign in is reached."""
    return show_contact(is_new=False)


@blueprint.post("/sign-in/forgotten", endpoint="forgotten_post")
@access(public=True, limit=REGISTER)
def take_forgotten() -> ResponseReturnValue:
    """Sends a code, whether an account is reached there or not."""
    return take_contact(is_new=False)


@blueprint.get("/sign-in/code", endpoint="code")
@access(public=True)
def show_code(error: str | None = None) -> ResponseReturnValue:
    """Asks for the six digits."""
    if signed_in_as() is not None:
        return redirect(url_for("citizen.account"), code=303)
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    with public_reading() as session:
        asked = codes.asked_for(session, way.token, CodePurpose.DOOR)
        shown = code_messages.message_of(session, way.token, CodePurpose.DOOR)
    page = render_template(
        "door/code.html",
        way=way,
        point=asked.point if asked else None,
        shown=shown,
        typed=request.form.get("code", "")[:40],
        errors={"code": error} if error else {},
    )
    return page, 422 if error else 200


@blueprint.post("/sign-in/code", endpoint="code_post")
@access(public=True, limit=BY_CODE)
def take_code() -> ResponseReturnValue:
    """Whether these are the digits; then on, and the browser is known for this contact from now on."""
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    with public_transaction() as session:
        verdict = codes.check(
            session, way.token, request.form.get("code", ""), CodePurpose.DOOR, by=Actor(None, place=place()), now=now()
        )
        asked = codes.asked_for(session, way.token, CodePurpose.DOOR)
    if asked is None or verdict == Verdict.OVER:
        return show_code(gettext("This code holds no longer. Ask for a new one."))
    if verdict == Verdict.WRONG:
        return show_code(gettext("This is not the code. Look at the latest message, and type its six digits."))
    know_here(asked.point.address)
    return redirect(_next_step(way), code=303)


@blueprint.post("/sign-in/code/again", endpoint="code_again")
@access(public=True, limit=REGISTER)
def take_code_again() -> ResponseReturnValue:
    """Sends another code to the same contact; the one before opens nothing in this browser any more."""
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    try:
        with public_transaction() as session:
            asked = codes.asked_for(session, way.token, CodePurpose.DOOR)
            if asked is None:
                return ways_in.lost()
            token = door.ask(session, house(), asked.point, current_language(), asker=asker_of(asked.point), now=now())
    except TooManyCodes as refusal:
        return show_code(sentence(refusal))
    ways_in.asked_again(way, token)
    flash(gettext("A new code is on its way. The one before holds no longer here."), "success")
    return redirect(url_for("citizen.code"), code=303)


def show_contact(error: str | None = None, status: int = 422, *, is_new: bool) -> ResponseReturnValue:
    """The page on which somebody says how they are reached; somebody who is signed in needs none of it."""
    if signed_in_as() is not None:
        return redirect(url_for("citizen.account"), code=303)
    page = render_template(
        "door/register.html" if is_new else "door/forgotten.html",
        contact=request.form.get("contact", ""),
        onward=safe_next(request.values.get("next")),
        sends=bool(house().messengers) or code_messages.are_shown(),
        begun=ways_in.here() is not None,
        errors={"contact": error} if error else {},
    )
    return page, status if error else 200


def take_contact(*, is_new: bool) -> ResponseReturnValue:
    """Sends a code to what was typed, and on to the page that asks for it."""
    try:
        point = door.read_contact(request.form.get("contact", ""))
        _require_reached(point)
        with public_transaction() as session:
            token = door.ask(session, house(), point, current_language(), asker=asker_of(point), now=now())
    except (ContactMissing, NotAPhone, NotAnEmail, ContactNotReached, TooManyCodes) as refusal:
        return show_contact(sentence(refusal), status_of(refusal), is_new=is_new)
    ways_in.begin(token, safe_next(request.form.get("next")), is_new=is_new)
    return redirect(url_for("citizen.code"), code=303)


def behind_the_code(page: Callable[[WayIn, Sequence[Reached]], ResponseReturnValue]) -> ResponseReturnValue:
    """A page for whoever gave the code back, with whom the contact reaches; else the way to a new code, and for
    somebody who is signed in their account."""
    if signed_in_as() is not None:
        return redirect(url_for("citizen.account"), code=303)
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    try:
        with public_reading() as session:
            found = door.reached(session, way.token, today=today(), now=now())
    except ProofOver as refusal:
        return ways_in.over(way, refusal)
    return page(way, found)


def _next_step(way: WayIn) -> str:
    """Where no account is reached, one is made; where it is the only one and its password is forgotten, it is that one;
    else one is chosen."""
    try:
        with public_reading() as session:
            found = door.reached(session, way.token, today=today(), now=now())
    except ProofOver:
        return url_for("citizen.code")
    if not found:
        return url_for("citizen.new_account")
    if not way.is_new and len(found) == 1 and found[0].is_offered:
        ways_in.choose(way, found[0].person_id)
        return url_for("citizen.new_password")
    return url_for("citizen.reached")


def _require_reached(point: ContactPoint) -> None:
    """Some offices send only SMS, some only e-mail, some nothing."""
    needed = Reach.TELEPHONE if point.is_phone else Reach.MAIL
    if not code_messages.are_shown() and needed not in {sender.reaches for sender in house().messengers.values()}:
        raise ContactNotReached
