"""Addresses that lead elsewhere: open redirects, and what is written into headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlsplit

from attack.findings import Finding, held
from attack.target import Target
from attack.wire import Answer

TITLE: Final = "A link of ours leads to another site, or writes our headers"
ELSEWHERE: Final = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/%09/evil.example",
    "/\t/evil.example", "javascript:alert(1)", "https:evil.example", "///evil.example", "/./\\evil.example",
    "http://127.0.0.1@evil.example/", " //evil.example",
)  # fmt: skip
WRITTEN: Final = "/x\r\nSet-Cookie: planted=1\r\nX-Planted: yes"


def findings(target: Target) -> Iterator[Finding]:
    """What held; about a citizen of its own."""
    login = target.citizen()
    led = []
    for wish in ELSEWHERE:
        who = target.visitor()
        answer = who.post("/sign-in", {"login": login, "password": target.password, "next": wish})
        led += [wish] * _leads_away(target, answer)
        led += [wish] * _leads_away(target, who.get(f"/sign-in?next={quote(wish)}"))
    yield held(f"{len(ELSEWHERE)} kinds of “next” after signing in", led or "all stay here", not led)
    who = target.visitor()
    answers = [
        who.post("/sign-in", {"login": login, "password": target.password, "next": WRITTEN}),
        who.get(f"/sign-in?next={quote(WRITTEN)}"),
        who.get(f"/?lang={quote(WRITTEN)}"),
        who.get(f"/track/{quote(WRITTEN, safe='')}"),
    ]
    planted = any("X-Planted" in answer.headers or "planted" in who.cookies for answer in answers)
    yield held("line ends in addresses and forms", [answer.status for answer in answers], not planted)
    named = target.visitor().send(
        "GET", "/account", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    yield held("another Host", f"{named.status} {named.location}", not _leads_away(target, named))


def _leads_away(target: Target, answer: Answer) -> bool:
    """Whether a browser would go to another site, read as browsers read: a backslash is a stroke, signs below 32 are
    none."""
    where = "".join(sign for sign in answer.location.replace("\\", "/") if ord(sign) > 32)
    parts = urlsplit(where)
    return bool(parts.scheme or parts.netloc) and not where.startswith(target.url)
