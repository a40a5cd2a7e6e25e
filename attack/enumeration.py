"""Finding out who has an account: by answers and by their times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.steps import has_codes, send_form, words_of
from attack.target import Target
from attack.wire import Answer

TITLE: Final = "A stranger finds out who has an account"
TIMES: Final = 7
FIRST_OF: Final = {"/register": 50, "/sign-in/forgotten": 70}
PEOPLE: Final = 4
CODES_EACH: Final = 2
"""Beside the one that somebody registered with; further ones wait."""
MOST_RATIO: Final = 1.6
"""Between the shortest times of the two, either way: what a busy machine adds is not in them."""
_OF_ONE_SESSION: Final = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<=nonce=")[^"]+')


def findings(target: Target) -> Iterator[Finding]:
    """What held; about a citizen of its own."""
    known = target.citizen()
    yield from _compared("signing in", known, lambda login: target.enter(target.visitor(), login, "wrong"))
    if not has_codes(target):
        yield not_tried("registering, forgotten passwords", "this server knows no one-time codes")
        return
    for what, page in (("registering", "/register"), ("a forgotten password", "/sign-in/forgotten")):
        people = [target.citizen() for _ in range(PEOPLE)]
        yield from _compared_codes(target, what, page, people)


def _compared_codes(target: Target, what: str, page: str, people: list[str]) -> Iterator[Finding]:
    """A code is asked for; the page behind it is looked at too, without the code that a demonstration shows."""
    seen: list[tuple[list[object], float]] = []
    nobody = [_like(login, FIRST_OF[page] + number) for number, login in enumerate(people)]
    turns = [each for pair in zip(people, nobody, strict=True) for each in pair] * CODES_EACH
    for login in turns:
        who = target.visitor()
        asked = send_form(who, page, {"contact": login}, "contact")
        then = who.get("/sign-in/code")
        number = login.removeprefix("0").replace(" ", "")
        words = re.sub(r"\d{6}", "", "".join(words_of(then).split()).replace(number, ""))
        seen.append(([asked.status, asked.location, then.status, words], asked.seconds))
    answers = [each for each, _ in seen]
    differ = sum(one != other for one, other in zip(answers[::2], answers[1::2], strict=True))
    yield held(f"{what}: answers, and the page behind", f"{answers[0][:3]}, {differ} differ", differ == 0)
    there, not_there = (min(seconds for _, seconds in seen[side::2]) for side in (0, 1))
    yield _ratio(what, there, not_there)


def _ratio(what: str, there: float, not_there: float) -> Finding:
    ratio = max(there, not_there) / min(there, not_there)
    said = f"{there * 1000:.0f} and {not_there * 1000:.0f} ms, ratio {ratio:.2f}"
    return held(f"{what}: time with and without an account", said, ratio <= MOST_RATIO)


def _compared(what: str, known: str, ask: Callable[[str], Answer]) -> Iterator[Finding]:
    """The same asked about an account and about nobody's login: by turns, so that a busy moment meets both."""
    nobody = [_like(known, number) for number in range(TIMES)]
    pairs = [(ask(known), ask(login), login) for login in nobody]
    differ = [
        login for one, other, login in pairs if (one.status, _plain(one, known)) != (other.status, _plain(other, login))
    ]
    yield held(f"{what}: answers", f"{pairs[0][0].status} both times, {len(differ)} differ", not differ)
    there = min(one.seconds for one, _, _ in pairs)
    not_there = min(other.seconds for _, other, _ in pairs)
    yield _ratio(what, there, not_there)


def _like(login: str, number: int) -> str:
    """A login of the same kind that nobody has."""
    return f"nobody{number}@owso.example" if "@" in login else f"012 99{number:04d}"


def _plain(answer: Answer, login: str) -> str:
    return _OF_ONE_SESSION.sub("", answer.text).replace(login, "")
