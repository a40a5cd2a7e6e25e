"""A stranger registers somebody else's telephone before its owner does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.steps import NAMES, NEW_PASSWORD, code_on, has_codes, is_inside
from attack.target import Target, Unable
from attack.wire import Visitor

TITLE: Final = "A stranger registers the telephone of somebody else first"
PHONE: Final = "012 660 001"
THIEVES: Final = "thieves-river-lotus-sky"


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a telephone that nobody has registered."""
    if target.stage is None:
        raise Unable("only on a server of our own")
    yield from _by_code(target) if has_codes(target) else _at_once(target)


def _at_once(target: Target) -> Iterator[Finding]:
    """Where an account is made without a code."""
    thief, owner = target.visitor(), target.visitor()
    form = {"phone": PHONE, "name_km": NAMES["name_km"], "name_latin": "Chhay Thief"}
    thief.post("/register", {**form, "password": THIEVES})
    yield held("without the code, the stranger has an account with it", _said(thief), not is_inside(thief))
    answer = owner.post("/register", {**form, "name_latin": "Sok Owner", "password": NEW_PASSWORD})
    yield held("its owner registers it then", answer.status, is_inside(owner))


def _by_code(target: Target) -> Iterator[Finding]:
    thief, owner = target.visitor(), target.visitor()
    thief.post("/register", {"contact": PHONE})
    for page in ("/register/account", "/sign-in/password", "/sign-in/accounts"):
        thief.post(page, {**NAMES, "password": THIEVES, "new": THIEVES, "account": "1"})
    yield held("without the code, the stranger has an account with it", _said(thief), not is_inside(thief))
    entered = target.enter(target.visitor(), PHONE, THIEVES).status
    yield held("the stranger signs in with it", entered, entered == 422)
    asked = owner.post("/register", {"contact": PHONE})
    proved = owner.post("/sign-in/code", {"code": code_on(owner.get("/sign-in/code"))})
    owner.post("/register/account", {**NAMES, "password": NEW_PASSWORD})
    said = f"{asked.status}, {proved.status} {proved.location}, {'inside' if is_inside(owner) else 'outside'}"
    yield held("its owner registers it then, by the code", said, is_inside(owner))
    thief.post("/register/account", {**NAMES, "password": THIEVES})
    yield held("the stranger's page behind it", _said(thief), not is_inside(thief))


def _said(who: Visitor) -> str:
    return "inside" if is_inside(who) else "outside"
