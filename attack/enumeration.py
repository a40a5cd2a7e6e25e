"""Finding out who has an account: by answers and by their times."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from typing import Final

from attack.findings import Finding, held
from attack.target import Target
from attack.wire import Answer

TITLE: Final = "A stranger finds out who has an account"
TIMES: Final = 7
MOST_RATIO: Final = 1.6
"""Between the middle times of the two, either way: a busy machine is generous."""
_OF_ONE_SESSION: Final = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<=nonce=")[^"]+')


def findings(target: Target) -> Iterator[Finding]:
    """What held; about a citizen of its own."""
    known = target.citizen()
    yield from _compared("signing in", known, lambda login: target.enter(target.visitor(), login, "wrong"))


def _compared(what: str, known: str, ask: Callable[[str], Answer]) -> Iterator[Finding]:
    """The same asked about an account and about nobody's login: by turns, so that a busy moment meets both."""
    nobody = [_like(known, number) for number in range(TIMES)]
    pairs = [(ask(known), ask(login), login) for login in nobody]
    differ = [
        login for one, other, login in pairs if (one.status, _plain(one, known)) != (other.status, _plain(other, login))
    ]
    yield held(f"{what}: answers", f"{pairs[0][0].status} both times, {len(differ)} differ", not differ)
    there = statistics.median(one.seconds for one, _, _ in pairs)
    not_there = statistics.median(other.seconds for _, other, _ in pairs)
    ratio = max(there, not_there) / min(there, not_there)
    yield held(
        f"{what}: time with and without an account",
        f"{there * 1000:.0f} and {not_there * 1000:.0f} ms, ratio {ratio:.2f}",
        ratio <= MOST_RATIO,
    )


def _like(login: str, number: int) -> str:
    """A login of the same kind that nobody has."""
    return f"nobody{number}@owso.example" if "@" in login else f"012 99{number:04d}"


def _plain(answer: Answer, login: str) -> str:
    return _OF_ONE_SESSION.sub("", answer.text).replace(login, "")
