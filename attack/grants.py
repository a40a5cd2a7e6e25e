"""The operator puts somebody into a group who registered by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.target import Target

TITLE: Final = "An account that somebody made for themselves is lifted into office"


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a citizen of its own."""
    login = target.citizen()
    before = target.signed_in(login)
    status, said = target.command("users", "grant", login, "specialist", "--office", "02")
    words = " ".join(said.split())[-60:]
    after = target.signed_in(login)
    opened = [who.get("/office").status for who in (before, after)]
    yield held(
        "`owso users grant` on it; the account opens the inbox before anybody accepted",
        f"exit {status}, /office {opened}: {words}",
        200 not in opened,
    )
    unknown, _ = target.command("users", "grant", "099 999 999", "specialist", "--office", "02")
    yield held("`owso users grant` on a telephone that nobody has", f"exit {unknown}", unknown != 0)
