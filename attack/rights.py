"""Doors that are somebody else's: pages of other roles, other people's applications, other offices' cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.target import Target, Unable
from attack.wire import Answer, Visitor

TITLE: Final = "Somebody opens what is another's business"
OF_OFFICERS: Final = ("/office", "/office/search", "/office/walk-in")
OF_ADMINISTRATORS: Final = (
    "/admin/clocks", "/admin/outbox", "/admin/incidents", "/admin/accounts", "/admin/security-log", "/admin/offices",
)  # fmt: skip
OF_ANALYSTS: Final = ("/analyst", "/analyst/drafts", "/analyst/releases")
OF_PEOPLE: Final = ("/account", "/account/messages", "/account/looks", "/account/sign-ins", "/account/certificates")


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a citizen of its own, and officers of two offices."""
    citizen, nobody = target.signed_in(target.citizen()), target.visitor()
    officer = target.signed_in("front")
    yield _closed("nobody opens pages of people, officers, administrators, analysts", nobody, OF_PEOPLE + OF_OFFICERS)
    yield _closed("nobody opens pages of administrators and analysts", nobody, OF_ADMINISTRATORS + OF_ANALYSTS)
    yield _closed("a citizen opens pages of officers", citizen, OF_OFFICERS)
    yield _closed("a citizen opens pages of administrators and analysts", citizen, OF_ADMINISTRATORS + OF_ANALYSTS)
    yield _closed("an officer opens pages of administrators and analysts", officer, OF_ADMINISTRATORS + OF_ANALYSTS)
    yield _opens(citizen, OF_PEOPLE)
    yield _opens(officer, OF_OFFICERS)
    yield _opens(target.signed_in("administrator"), OF_ADMINISTRATORS)
    yield _opens(target.signed_in("analyst"), OF_ANALYSTS)
    yield from _of_an_application(target, citizen)


def _closed(tried: str, who: Visitor, pages: tuple[str, ...]) -> Finding:
    answers = {page: who.get(page) for page in pages}
    let_in = [f"{page} {answer.status}" for page, answer in answers.items() if not _is_refused(answer)]
    return held(tried, ", ".join(let_in) or f"{len(pages)} pages, none opens", not let_in)


def _opens(who: Visitor, pages: tuple[str, ...]) -> Finding:
    """A page that is closed to everybody shows nothing."""
    shut = [page for page in pages if who.get(page).status != 200]
    return held(f"those whose business it is open {pages[0]} and the like", shut or "all open", not shut)


def _is_refused(answer: Answer) -> bool:
    return answer.asks_to_sign_in or answer.status in (401, 403, 404)


def _of_an_application(target: Target, other: Visitor) -> Iterator[Finding]:
    tried = "another's application, its papers, its case"
    try:
        owner = target.citizen()
        key = target.application(owner)
    except Unable as reason:
        yield not_tried(tried, str(reason))
        return
    mine = target.signed_in(owner)
    own = mine.get(f"/applications/{key}")
    papers = sorted({part.split('"')[0] for part in own.text.split('href="/documents/')[1:]})
    pages: tuple[str, ...] = (f"/applications/{key}", f"/applications/{key}/check", f"/applications/{key}/payment")
    pages += tuple(f"/documents/{paper}" for paper in papers)
    yield held("the applicant opens it, with its papers", f"{own.status}, {len(papers)} papers", own.status == 200)
    yield _closed("another citizen opens it and its papers", other, pages)
    withdrawn = other.post(f"/applications/{key}/withdraw", {"confirmed": "yes", "reason": "not mine"})
    yield held("another citizen withdraws it", withdrawn.status, _is_refused(withdrawn))
    case = f"/office/cases/{key}"
    here = target.signed_in("front").get(case)
    yield held("an officer of its office reads the case", here.status, here.status == 200)
    elsewhere = target.signed_in("elsewhere")
    yield _closed("an officer of another office reads the case and the papers", elsewhere, (case, *pages))
    yield _closed("a citizen reads the case as officers do", other, (case,))
