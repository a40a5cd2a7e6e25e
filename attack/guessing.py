"""Guessing at a password: from one place, from many, behind invented proxies; the owner gets in meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.steps import ask_code, give_code, has_codes
from attack.target import Target
from attack.wire import Answer, Visitor

TITLE: Final = "A stranger guesses at the password of somebody else"
MOST_FREE: Final = 12
"""So many wrong passwords from one place are generous."""
MANY_PLACES: Final = 60
GUESSES_AT_MOST: Final = 50


def findings(target: Target) -> Iterator[Finding]:
    """What held; about a citizen of its own."""
    victim = target.citizen()
    owner = target.signed_in(victim)
    yield from _from_one_place(target, victim)
    yield from _from_many_places(target, victim)
    if has_codes(target):
        yield _by_code(target, victim)
    again = Visitor(target.url, target.visitor().place, {"owso-known": owner.cookies.get("owso-known", "")})
    answer = target.enter(again, victim)
    yield held("the owner, signed out, in the browser that was right before", answer.status, answer.status == 303)
    other = target.citizen()
    answer = target.enter(target.visitor(), other)
    yield held("somebody else signs in meanwhile", answer.status, answer.status == 303)


def _from_one_place(target: Target, victim: str) -> Iterator[Finding]:
    guesser = target.visitor()
    answers: list[Answer] = []
    while len(answers) < MOST_FREE and (not answers or answers[-1].status != 429):
        answers.append(target.enter(guesser, victim, f"a wrong one {len(answers)}"))
    stopped = answers[-1]
    said = f"{len(answers) - 1} looked at, then {stopped.status}, Retry-After {stopped.headers.get('Retry-After')}"
    yield held("wrong passwords from one place", said, stopped.status == 429 and "Retry-After" in stopped.headers)
    burst = [target.enter(_said_to_be(guesser, n), victim, "wrong again") for n in range(25)]
    slowed = sum(answer.status == 429 for answer in burst)
    yield held("the same with an invented X-Forwarded-For each", f"{slowed} of 25 not looked at", slowed >= 15)


def _by_code(target: Target, victim: str) -> Finding:
    """The owner in a browser that nobody knows, in the middle of the guesses."""
    owner = target.visitor()
    closed = target.enter(owner, victim).status
    proved = give_code(owner, ask_code(owner, victim)).status
    entered = target.enter(owner, victim).status
    said = f"{closed}, after the code {proved}, then {entered}"
    return held("the owner in a new browser, by a code and the right password", said, entered == 303)


def _said_to_be(guesser: Visitor, number: int) -> Visitor:
    """The same place, which says that it is another."""
    address = f"198.51.100.{number}"
    return Visitor(guesser.url, guesser.place, says={"X-Forwarded-For": address, "X-Real-IP": address})


def _from_many_places(target: Target, victim: str) -> Iterator[Finding]:
    statuses = [target.enter(target.visitor(), victim, f"guess {n}").status for n in range(MANY_PLACES)]
    said = f"{statuses.count(422)} looked at, {statuses.count(429)} not"
    yield held(f"one guess each from {MANY_PLACES} places", said, 429 in statuses)
    answer = 0
    for _ in range(8):  # a slow machine lets a short pause end; the next one is twice as long
        for _ in range(GUESSES_AT_MOST):
            if target.enter(target.visitor(), victim, "a guess").status == 429:
                break
        answer = target.enter(target.visitor(), victim).status
        if answer == 429:
            break
    yield held("the right password from a new place while that pause runs", answer, answer == 429)
