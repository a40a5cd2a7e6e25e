"""Into the house: whoever has shown who they are is signed in, or asked for their second factor first.

Between the two steps the browser holds no sign-in, only a note that we signed: who it is, for five minutes. Every way
to sign in that stands for a password ends in ``enter``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import redirect, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER, CASE_WORKERS, DECLARED, before_rules
from engine.people import factors
from engine.people.accounts import SignedIn
from engine.people.actors import Actor, load_actor
from engine.people.factors import Factor
from engine.people.sign_ins import sign_out
from web.access import begin_anew, remember, signed_in_as
from web.browsers import place
from web.clock import machine_now
from web.context import public_reading, public_transaction, today
from web.sign_ins import begun

NOTE_HOLDS: Final = timedelta(minutes=5)
_NOTE: Final = "second_step"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody between the first and the second step, and the page that they want."""

    who: SignedIn
    onward: str


def enter(who: SignedIn, onward: str) -> ResponseReturnValue:
    """On to the second step where the person has a factor, else to the page that they want, signed in. Whoever was
    signed in in this browser is not any more."""
    with public_reading() as session:
        asks = bool(factors.held(session, who.person_id))
    if not asks:
        with public_transaction() as session:
            token = begun(session, who)
        return arrived(who, token, onward)
    before = signed_in_as()
    if before is not None:
        with public_transaction() as session:
            sign_out(session, before.token, place(), now=machine_now())
    begin_anew()
    browser_session[_NOTE] = [who.person_id, who.epoch, int(machine_now().timestamp()), onward]
    return redirect(url_for("second.step"), code=303)


def arrived(who: SignedIn, token: str, onward: str) -> ResponseReturnValue:
    """The page that somebody wanted, with their sign-in in this browser."""
    remember(who.person_id, token)
    if onward != "/":
        return redirect(onward, code=303)
    with public_reading() as session:
        return redirect(first_page(load_actor(session, who.person_id, today=today())), code=303)


def waiting() -> Waiting | None:
    """Who stands between the two steps in this browser; ``None`` for nobody, and when the note is too old."""
    note = browser_session.get(_NOTE)
    if not isinstance(note, list) or machine_now().timestamp() - note[2] >= NOTE_HOLDS.total_seconds():
        return None
    return Waiting(SignedIn(note[0], note[1]), note[3])


def begin_again() -> None:
    """Nobody stands between the two steps in this browser any more."""
    browser_session.pop(_NOTE, None)


def begun_by(session: Session, who: SignedIn, factor: Factor) -> str:
    """The token of a sign-in in two steps, in the transaction that took the factor; NotSignedIn when the account was
    disabled meanwhile, or its sign-ins were all ended."""
    factors.still_welcome(session, who)
    return begun(session, who, factor.value)


def first_page(actor: Actor | None) -> str:
    """Where a person begins: officers at their inbox, administrators and analysts at their own pages."""
    groups = before_rules(actor.groups) if actor else frozenset()
    if groups & {*CASE_WORKERS, DECLARED}:
        return "/office"
    if ADMINISTRATOR in groups:
        return "/admin/clocks"
    return "/analyst" if groups & {ANALYST, APPROVER} else "/account"
