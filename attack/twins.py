"""Two accounts with one identity number, which two officers verify at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Final

from attack.findings import Finding, held
from attack.target import Target, Unable
from tour.browser import PageProblem
from tour.people import Citizen, Officer

TITLE: Final = "Two accounts claim one identity number"
NUMBER: Final = "020406081"
VERIFIED: Final = "Your account is verified"


def findings(target: Target) -> Iterator[Finding]:
    """What held; with two citizens of its own and two officers of one office."""
    if target.stage is None:
        raise Unable("only on a server of our own")
    logins = [target.citizen() for _ in range(2)]
    references = [target.claim(login, NUMBER) for login in logins]
    officers = [Officer(target.stage, "front") for _ in logins]
    officers[1].phone = target.people["second"]
    together, said = Barrier(2), ["", ""]

    def verify(side: int) -> None:
        try:
            officers[side].open_task(references[side])
        except PageProblem as problem:
            said[side] = str(problem)[:80]
        together.wait(timeout=120)
        try:
            if not said[side]:
                officers[side].answer({"verification_result": "verified"})
        except PageProblem as problem:
            said[side] = str(problem)[:80]

    threads = [Thread(target=verify, args=(side,)) for side in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verified = [_is_verified(target, login) for login in logins]
    yield held(
        "two officers verify both at the same moment",
        f"{sum(verified)} verified {said}",
        sum(verified) <= 1 and not all(said),
    )


def _is_verified(target: Target, login: str) -> bool:
    if target.stage is None:
        raise Unable("only on a server of our own")
    person = Citizen(target.stage, login)
    person.sign_in_again()
    return VERIFIED in person.browser.open("/account/messages").text
