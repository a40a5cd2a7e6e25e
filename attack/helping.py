"""Somebody who acts for another does what is not theirs, or goes on after it was ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.steps import has_page, other_than, send_form
from attack.target import Target, Unable
from attack.wire import Visitor
from tour.browser import PageProblem
from tour.people import Officer

TITLE: Final = "A helper reaches further than they were let"
HELPING: Final = "/account/helping"
CLOSED: Final = (
    "/account/password", "/account/sign-ins", "/account/factors", "/account/contacts", "/account/message-ways", HELPING,
)  # fmt: skip
_BEGIN: Final = re.compile(r'action="(/account/helping/\d+)/begin"')


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a helper and two people of its own."""
    if target.stage is None or not has_page(target, HELPING):
        raise Unable("only on a server of our own that knows helpers")
    helper_login, helped_login, other_login = (target.citizen() for _ in range(3))
    _verify(target, helper_login)
    key, others = target.application(helped_login), target.application(other_login)
    helper, helped = target.signed_in(helper_login), target.signed_in(helped_login)
    send_form(helper, HELPING, {"contact": helped_login}, "contact")
    code = target.code_sent_to(helped_login)
    wrong = send_form(helper, f"{HELPING}/code", {"code": other_than(code, 1)[0]}, "code")
    yield held("a code that was guessed", wrong.status, wrong.status != 303)
    unproved = helper.get(f"{HELPING}/whom")
    yield held("the page behind the code", unproved.status, unproved.status != 200)
    send_form(helper, f"{HELPING}/code", {"code": code}, "code")
    made = send_form(helper, f"{HELPING}/whom", {"kind": "family", "days": "30"}, "person")
    mandate = _mandate(helper)
    acting = helper.post(f"{mandate}/begin", {}, via=HELPING)
    mine = helper.get(f"/applications/{key}")
    yield held(
        "with the code: the helper opens the application",
        f"{made.status}, {acting.status}, {mine.status}",
        mine.status == 200,
    )
    opened = [page for page in CLOSED if helper.get(page).status == 200]
    yield held(
        "password, telephone, factors, sign-ins of the person", opened or f"{len(CLOSED)} pages, none opens", not opened
    )
    foreign = helper.get(f"/applications/{others}")
    yield held("an application of somebody else", foreign.status, foreign.status != 200)
    ended = helped.post(f"{mandate}/end", {"confirmed": "yes"})
    reads = helper.get(f"/applications/{key}")
    sends = helper.post(f"/applications/{key}/withdraw", {"confirmed": "yes", "reason": "not theirs"}, via="/account")
    again = helper.post(f"{mandate}/begin", {}, via="/account/password")
    yield held("after it was ended: the helper reads", f"{ended.status}, {reads.status}", reads.status != 200)
    there = helped.get(f"/applications/{key}")
    yield held("after it was ended: the helper withdraws it", sends.status, "Withdrawn" not in there.text)
    yield held(
        "after it was ended: the helper begins again", again.status, helper.get(f"/applications/{key}").status != 200
    )


def _mandate(helper: Visitor) -> str:
    found = _BEGIN.search(helper.get(HELPING).text)
    if found is None:
        raise Unable("nobody may be helped")
    return found[1]


def _verify(target: Target, login: str) -> None:
    """An officer verifies this citizen, because only verified people help."""
    if target.stage is None:
        raise Unable("only on a server of our own")
    reference = target.claim(login, "030507091")
    officer = Officer(target.stage, "front")
    try:
        officer.open_task(reference)
        officer.answer({"verification_result": "verified"})
    except PageProblem as problem:
        raise Unable(f"nobody could be verified: {problem}"[:200]) from problem
