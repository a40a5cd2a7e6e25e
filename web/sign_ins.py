"""The sign-in of this browser: begun, and written down that it was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog
from flask import Flask, flash, g
from flask.wrappers import Response
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.outages import outage_in
from engine.people import sign_ins
from engine.people.accounts import SignedIn
from engine.people.sign_ins import Known
from engine.words import EndReason
from web.access import rule_here, signed_in_as
from web.browsers import place
from web.clock import machine_now
from web.context import public_transaction

log = structlog.get_logger("web")

ENDED: Final[Mapping[EndReason, LazyString]] = {
    EndReason.SIGNED_OUT: _l("You signed out in this browser."),
    EndReason.ELSEWHERE: _l("This browser was signed out from another one of yours."),
    EndReason.PASSWORD: _l("Your password was changed in another browser. Sign in with the new one."),
    EndReason.GROUPS: _l("An administrator changed what you may do. Sign in again to go on."),
    EndReason.DISABLED: _l(
        "An administrator disabled this account, so you cannot sign in with it. Ask at your office. What you typed on "
        "the last page is kept for a day."
    ),
}
"""Why a browser was signed out, told where the person is asked to sign in."""


def install(app: Flask) -> None:
    """Write down, some minutes apart, that a browser was seen."""
    app.after_request(_note_seen)


def begun(session: Session, who: SignedIn, factor: str = "") -> str:
    """The token of a new sign-in of this browser, which ends the one before. ``factor``: the second factor that was
    shown; where the same person goes on with a new token, what was shown in the one before holds."""
    before, known = signed_in_as(), g.get("known")
    if before is not None:
        sign_ins.sign_out(session, before.token, place(), now=machine_now())
    if known is not None and known.actor.person_id == who.person_id and known.factor_at is not None:
        factor = factor or "shown before"
    return sign_ins.begin(session, who.person_id, who.epoch, place(), factor=factor, now=machine_now())


def say_why_ended() -> None:
    """Tells a browser whose sign-in was ended before its time why, on the next page."""
    why: EndReason | None = g.get("end_kind")
    if why is not None:
        flash(str(ENDED[why]), "warning")


def _note_seen(response: Response) -> Response:
    """In a transaction of its own, once the page is done; of what a browser asks for by itself nothing is noted. Where
    the database went away meanwhile, the page stands."""
    known: Known | None = g.get("known")
    if known is None or not known.is_due or rule_here().by_itself:
        return response
    try:
        with public_transaction() as session:
            sign_ins.note_seen(session, known.sign_in_id, place().address, now=machine_now())
    except (DBAPIError, OSError) as away:
        if outage_in(away) is None:
            raise
        log.error("browser not noted", error=type(away).__name__)
    return response
