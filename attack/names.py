"""Names and answers with a script in them, read by officers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.target import Target, Unable
from attack.wire import Answer
from tour.people import IDENTITY, Citizen

TITLE: Final = "A script in what citizens type runs on the page of an officer"
NASTY: Final = "\"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}'"


def findings(target: Target) -> Iterator[Finding]:
    """What held; with an application of its own."""
    search = target.signed_in("front").get("/office/search?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E")
    yield held("a search for a script", search.status, not _runs(search))
    track = target.visitor().post("/track", {"code": NASTY, "digits": NASTY})
    yield held("a tracking code that is a script", track.status, not _runs(track))
    login = target.visitor()
    entered = target.enter(login, NASTY, "x")
    yield held("a login that is a script", entered.status, not _runs(entered))
    try:
        key = _sent(target)
    except Unable as reason:
        yield not_tried("an application with scripts in its answers", str(reason))
        return
    officer = target.signed_in("front")
    case = officer.get(f"/office/cases/{key}")
    shown = "onerror=alert(1)" in case.text
    yield held(
        "an application with scripts in its answers, on the officer's page",
        f"{case.status}, {'shown as it was typed' if shown else 'not shown'}",
        case.status == 200 and not _runs(case),
    )
    policy = case.headers.get("Content-Security-Policy", "")
    yield held("scripts in the page at all", "script-src 'self'", "script-src 'self';" in policy)


def _runs(answer: Answer) -> bool:
    return "<script>alert" in answer.text or "<img src=x" in answer.text


def _sent(target: Target) -> str:
    if target.stage is None:
        raise Unable("only on a server of our own")
    person = Citizen(target.stage, target.citizen())
    person.sign_in_again()
    key = person.begin("/account/verification")
    person.fill_in({**IDENTITY, "address-street": NASTY, "id_number": "010999888"})
    person.upload("documents/id_card")
    person.browser.follow("check")
    person.browser.submit()
    return key
