"""Two accounts with one identity number, which two officers verify at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Barrier, Thread
from typing import Final

from attack.findings import Finding, held
from attack.target import Target, Unable
from tour.browser import PageProblem
from tour.people import Citizen, Officer

TITLE: Final = "Two accounts claim one identity number"
NUMBER: Final = "020406081"
VERIFIED: Final = "Your account is verified"
WAIT_SECONDS: Final = 120


def findings(target: Target) -> Iterator[Finding]:
    """What held; with two citizens of its own and two officers of one office."""
    if target.stage is None:
        raise Unable("only on a server of our own")
    logins = [target.citizen() for _ in range(2)]
    references = [target.claim(login, NUMBER) for login in logins]
    officers = [Officer(target.stage, "front") for _ in logins]
    officers[1].phone = target.people["second"]
    for officer, reference in zip(officers, references, strict=True):
        officer.open_task(reference)
    said = _at_once([partial(one.answer, {"verification_result": "verified"}) for one in officers])
    verified = sum(_is_verified(target, login) for login in logins)
    yield held("two officers verify them both at the same moment", f"{verified} verified {said}", verified <= 1)
    if verified == 0:
        said = _at_once([partial(_decide, one) for one in officers])
        verified = sum(_is_verified(target, login) for login in logins)
        tried = "two officers who see both papers decide otherwise at the same moment"
        yield held(tried, f"{verified} verified {said}", verified == 1)


def _decide(officer: Officer) -> None:
    """The person of the officer's own task is the real one."""
    mine = officer.browser.page.tree.xpath("//input[@name='real']/@value")
    if not mine:
        raise PageProblem("there is nobody to decide between")
    officer.browser.submit({"real": str(mine[0])}, form="real")


def _at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """What came of acts that are done at the same moment."""
    together, said = Barrier(len(acts)), ["taken"] * len(acts)

    def act(number: int) -> None:
        together.wait(WAIT_SECONDS)
        try:
            acts[number]()
        except PageProblem as problem:
            said[number] = str(problem).partition(": ")[2][:3]

    threads = [Thread(target=act, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def _is_verified(target: Target, login: str) -> bool:
    if target.stage is None:
        raise Unable("only on a server of our own")
    person = Citizen(target.stage, login)
    person.sign_in_again()
    return VERIFIED in person.browser.open("/account/messages").text
