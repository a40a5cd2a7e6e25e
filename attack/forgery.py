"""Forms that another site sends in somebody's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.target import Target

TITLE: Final = "Another site sends a form in the name of whoever is signed in"


def findings(target: Target) -> Iterator[Finding]:
    """What held; about a citizen of its own."""
    login = target.citizen()
    victim, stranger = target.signed_in(login), target.visitor()
    form = {"language": "en"}
    bare = victim.post_raw("/account/language", form)
    yield held("a form without its token", bare.status, bare.status == 400)
    borrowed = victim.post_raw("/account/language", {**form, "csrf_token": stranger.token()})
    yield held("a form with the token of another browser", borrowed.status, borrowed.status == 400)
    kept = victim.token()
    target.enter(victim, login)
    old = victim.post_raw("/account/language", {**form, "csrf_token": kept})
    yield held("a form with the token of the sign-in before", old.status, old.status == 400)
    entering = target.visitor().post_raw("/sign-in", {"login": login, "password": target.password})
    yield held("a sign-in without its token (into the attacker's account)", entering.status, entering.status == 400)
    answer = stranger.get("/sign-in", {"Origin": "https://evil.example"})
    shared = answer.headers.get("Access-Control-Allow-Origin")
    yield held("another site reads our pages", f"Access-Control-Allow-Origin: {shared}", shared is None)
    cookies = target.visitor().get("/sign-in").headers.get_all("Set-Cookie", [])
    strict = all("SameSite=Lax" in line and "HttpOnly" in line for line in cookies)
    yield held("cookies travel with other sites' forms, or are read by scripts", f"{len(cookies)} looked at", strict)
    framed = victim.get("/account").headers
    closed = framed.get("X-Frame-Options") == "DENY" and "frame-ancestors 'none'" in framed.get(
        "Content-Security-Policy", ""
    )
    yield held("our pages in another site's frame", framed.get("X-Frame-Options"), closed)
