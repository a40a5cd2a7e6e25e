"""Into the house: whoever has shown who they are is signed in. Every way that stands for a password ends here."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER, CASE_WORKERS, DECLARED, before_rules
from engine.people.accounts import SignedIn
from engine.people.actors import Actor, load_actor
from web.access import remember
from web.context import public_reading, public_transaction, today
from web.sign_ins import begun


def enter(who: SignedIn, onward: str) -> ResponseReturnValue:
    """On to the page that the person wants, signed in."""
    with public_reading() as session:
        actor = load_actor(session, who.person_id, today=today())
    with public_transaction() as session:
        token = begun(session, who)
    remember(who.person_id, token)
    return redirect(onward if onward != "/" else first_page(actor), code=303)


def first_page(actor: Actor | None) -> str:
    """Where a person begins: officers at their inbox, administrators and analysts at their own pages."""
    groups = before_rules(actor.groups) if actor else frozenset()
    if groups & {*CASE_WORKERS, DECLARED}:
        return "/office"
    if ADMINISTRATOR in groups:
        return "/admin/clocks"
    return "/analyst" if groups & {ANALYST, APPROVER} else "/account"
