"""Finding out who has an account: by answers and by their times."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable, Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.steps import has_codes, send_form, words_of
from attack.target import Target
from attack.wire import Answer

TITLE: Final = "A stranger finds out who has an account"
TIMES: Final = 7
MOST_SECONDS: Final = 0.025
"""A shorter difference is the machine's. Looking at a password, or not, makes a longer one."""
FIRST_OF: Final = {"/register": 50, "/sign-in/forgotten": 70}
PEOPLE: Final = 4
CODES_EACH: Final = 2
"""Beside the one that somebody registered with; further ones wait."""
MOST_RATIO: Final = 1.6
"""Between the times of the two, either way."""
_LATIN: Final = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
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
    nobody = [_like(login, FIRST_OF[page] + number) for number, login in enumerate(people)]
    turns = [(login, login in people) for login in [*people, *nobody]] * CODES_EACH
    random.shuffle(turns)  # a busy moment meets both
    answers: list[list[object]] = []
    times: dict[bool, list[float]] = {True: [], False: []}
    for login, is_known in turns:
        who = target.visitor()
        asked = send_form(who, page, {"contact": login}, "contact")
        then = who.get("/sign-in/code")
        number = login.removeprefix("0").replace(" ", "")
        shown = "".join(words_of(then).split()).translate(_LATIN)
        words = re.sub(r"\d{6}", "", shown.replace(number, ""))
        answers.append([asked.status, asked.location, then.status, words])
        times[is_known].append(asked.seconds)
    differ = sum(each != answers[0] for each in answers)
    yield held(f"{what}: answers, and the page behind", f"{answers[0][:3]}, {differ} differ", differ == 0)
    yield _ratio(what, times[True], times[False])


def _ratio(what: str, there: list[float], not_there: list[float]) -> Finding:
    """Shortest and middle times: a busy machine may spoil one of the two, what is done for one kind only shows in
    both."""
    pairs = [(min(there), min(not_there)), (statistics.median(there), statistics.median(not_there))]
    alike = [max(pair) / min(pair) <= MOST_RATIO or abs(pair[0] - pair[1]) < MOST_SECONDS for pair in pairs]
    said = ", ".join(f"{one * 1000:.0f} and {other * 1000:.0f} ms" for one, other in pairs)
    return held(f"{what}: time with and without an account", said, any(alike))


def _compared(what: str, known: str, ask: Callable[[str], Answer]) -> Iterator[Finding]:
    """The same asked about an account and about nobody's login: by turns, so that a busy moment meets both."""
    nobody = [_like(known, number) for number in range(TIMES)]
    pairs = [(ask(known), ask(login), login) for login in nobody]
    differ = [
        login for one, other, login in pairs if (one.status, _plain(one, known)) != (other.status, _plain(other, login))
    ]
    yield held(f"{what}: answers", f"{pairs[0][0].status} both times, {len(differ)} differ", not differ)
    yield _ratio(what, [one.seconds for one, _, _ in pairs], [other.seconds for _, other, _ in pairs])


def _like(login: str, number: int) -> str:
    """A login of the same kind that nobody has."""
    return f"nobody{number}@owso.example" if "@" in login else f"012 99{number:04d}"


def _plain(answer: Answer, login: str) -> str:
    return _OF_ONE_SESSION.sub("", answer.text).replace(login, "")
