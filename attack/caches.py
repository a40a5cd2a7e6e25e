"""What a cache between many readers and the house may keep: nothing of one reader for another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.target import Target
from attack.wire import Answer, Visitor

TITLE: Final = "Somebody reads what a cache has kept of another"
FOR_EVERYBODY: Final = ("/performance.csv", "/offices/02/performance.csv", "/offices/02/performance.json")
OF_ONE: Final = ("/account", "/account/messages", "/office", "/sign-in", "/track", "/")
PASSED_ON: Final = ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Scheme", "X-Forwarded-Prefix")
STRANGE: Final = "cached.example"


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a citizen of its own."""
    citizen, officer = target.signed_in(target.citizen()), target.signed_in("front")
    yield _same_for_all(target.visitor(), citizen, officer)
    with_language = [page for page in FOR_EVERYBODY if _cookies(citizen.get(f"{page}?lang=en"))]
    yield held(
        "what everybody may keep, asked for in a language, sets no cookie", with_language or "none", not with_language
    )
    kept = [page for who in (citizen, officer) for page in OF_ONE if "no-store" not in _keeping(who.get(page))]
    yield held("pages that know their reader may be kept by nobody", kept or f"{len(OF_ONE)} pages, none", not kept)
    guest = target.visitor()
    answers = [guest.get("/sign-in", {name: STRANGE}) for name in PASSED_ON] + [guest.get("/", {"Host": STRANGE})]
    repeated = [answer for answer in answers if STRANGE in answer.text or STRANGE in str(answer.headers)]
    yield held("another host in a head is repeated on no page", f"{len(answers)} tried", not repeated)


def _same_for_all(*readers: Visitor) -> Finding:
    """Whoever asks, and whatever cookies they bring, the answer is the same and carries none."""
    wrong = []
    for page in FOR_EVERYBODY:
        answers = [who.get(page) for who in readers]
        same = len({answer.body for answer in answers}) == 1
        public = all("public" in _keeping(answer) for answer in answers)
        if not same or not public or any(map(_cookies, answers)):
            wrong.append(page)
    return held(
        "what everybody may keep carries no cookie of whoever asked first", wrong or "the same for all", not wrong
    )


def _cookies(answer: Answer) -> list[str]:
    return answer.headers.get_all("Set-Cookie", [])


def _keeping(answer: Answer) -> str:
    return str(answer.headers.get("Cache-Control", ""))
