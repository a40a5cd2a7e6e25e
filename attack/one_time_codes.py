"""One-time codes: guessed, taken to another browser, used twice, asked for without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held
from attack.steps import NEW_PASSWORD, ask_code, give_code, has_codes, is_inside, other_than, send_form
from attack.target import Target, Unable
from tour.browser import PageProblem

TITLE: Final = "A stranger guesses a one-time code, or uses somebody else's"
WRONG: Final = 5
THIEVES: Final = "thieves-river-lotus-sky"
MANY: Final = 8


def findings(target: Target) -> Iterator[Finding]:
    """What held; about citizens of its own."""
    if not has_codes(target):
        raise Unable("this server knows no one-time codes")
    yield from _guessed(target, target.citizen())
    yield from _elsewhere(target, target.citizen())
    yield from _twice(target, target.citizen())
    yield from _without_end(target, target.citizen())


def _guessed(target: Target, login: str) -> Iterator[Finding]:
    thief = target.visitor()
    code = ask_code(thief, login)
    wrong = [give_code(thief, one).status for one in other_than(code, WRONG)]
    right = give_code(thief, code)
    yield held(
        f"{WRONG} wrong codes, then the right one", f"{wrong}, then {right.status}", 303 not in [*wrong, right.status]
    )
    skipped = thief.get("/sign-in/password")
    yield held("the page behind it", f"{skipped.status} {skipped.location}", skipped.status != 200)


def _elsewhere(target: Target, login: str) -> Iterator[Finding]:
    owner, thief = target.visitor(), target.visitor()
    code = ask_code(owner, login)
    own = ask_code(thief, login)
    if code == own:
        raise Unable("two codes were equal by chance")
    stolen = give_code(thief, code)
    yield held("a code that was read over the shoulder, in another browser", stolen.status, stolen.status != 303)
    elsewhere = target.visitor()
    send_form(elsewhere, "/sign-in/forgotten", {"contact": "012 99 8877"}, "contact")
    other = give_code(elsewhere, code)
    yield held("a code of another telephone", other.status, other.status != 303)


def _twice(target: Target, login: str) -> Iterator[Finding]:
    owner = target.visitor()
    proved = give_code(owner, ask_code(owner, login))
    thief = owner.copy()  # everything that the browser holds, before the password is set
    done = send_form(owner, "/sign-in/password", {"new": NEW_PASSWORD}, "new")
    yield held("its owner sets a password by it", f"{proved.status}, {done.status}", is_inside(owner))
    try:
        again = str(send_form(thief, "/sign-in/password", {"new": THIEVES}, "new").status)
    except PageProblem:
        again = "no form any more"
    entered = target.enter(target.visitor(), login, THIEVES).status
    yield held(
        "the same proof a second time, from a copy of that browser", again, entered == 422 and not is_inside(thief)
    )
    old = target.enter(target.visitor(), login).status
    yield held("the password before", old, old == 422)


def _without_end(target: Target, login: str) -> Iterator[Finding]:
    nobody = "012 99 7766"
    ask_code(target.visitor(), nobody)  # as the other one had a code to register with
    asked = [_statuses(target, contact) for contact in (login, nobody)]
    said = f"{asked[0].count(303)} sent, then {asked[0][-1]}"
    yield held(f"{MANY} codes for one telephone in a row", said, asked[0][-1] != 303)
    yield held("the same for a telephone that nobody has", asked[1][-1], asked[0] == asked[1])


def _statuses(target: Target, contact: str) -> list[int]:
    form = {"contact": contact}
    return [send_form(target.visitor(), "/sign-in/forgotten", form, "contact").status for _ in range(MANY)]
