"""Taking over a sign-in: planted before it, stolen during it, used after it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.target import Target, Unable
from attack.wire import Visitor

TITLE: Final = "A thief takes over somebody's sign-in"
_INSIDE: Final = "/account/sign-ins"
NEW: Final = "temple-river-lotus-sky"


def findings(target: Target) -> Iterator[Finding]:
    """What held; about citizens of its own."""
    yield from _planted(target, target.citizen())
    yield from _stolen(target, target.citizen())
    yield from _disabled(target)


def _is_inside(who: Visitor) -> bool:
    return who.get(_INSIDE).status == 200


def _planted(target: Target, login: str) -> Iterator[Finding]:
    planter = target.visitor()
    planter.token()  # has a session, but is nobody
    victim = planter.copy()
    target.enter(victim, login)
    yield held(
        "a session planted before the sign-in is the thief's afterwards",
        "inside" if _is_inside(planter) else "signed out",
        _is_inside(victim) and not _is_inside(planter),
    )


def _stolen(target: Target, login: str) -> Iterator[Finding]:
    victim = target.signed_in(login)
    thief = victim.copy()
    worked = _is_inside(thief)
    victim.post("/sign-out", {})
    yield held("a copied cookie after its person signed out", _said(thief), worked and not _is_inside(thief))
    one, other = target.signed_in(login), target.signed_in(login)
    thief = other.copy()
    worked = _is_inside(thief)
    changed = one.post("/account/password", {"old": target.password, "new": NEW})
    yield held(
        "a copied cookie after the password was changed elsewhere",
        f"{changed.status}, {_said(thief)}",
        worked and changed.status == 303 and not _is_inside(thief),
    )
    old = target.enter(target.visitor(), login).status
    yield held("the old password", old, old == 422)
    one.post("/account/password", {"old": NEW, "new": target.password})


def _disabled(target: Target) -> Iterator[Finding]:
    tried = "a copied cookie after the account was disabled"
    try:
        login = target.citizen()
        thief = target.signed_in(login).copy()
        worked = _is_inside(thief)
        status, _ = target.command("users", "disable", login)
    except Unable as reason:
        yield not_tried(tried, str(reason))
        return
    yield held(tried, _said(thief), worked and status == 0 and not _is_inside(thief))
    again = target.enter(target.visitor(), login).status
    yield held("signing in to it with the right password", again, again == 422)


def _said(thief: Visitor) -> str:
    answer = thief.get(_INSIDE)
    return f"{answer.status} {answer.location}".strip()
