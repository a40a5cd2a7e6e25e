"""Getting past the second factor: by skipping it, by an old code, by guessing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.steps import has_page, is_inside, words_of
from attack.target import Target, Unable
from attack.wire import Visitor
from engine.people.totp import PERIOD, code_of

TITLE: Final = "A thief who knows the password gets past the second factor"
STEP: Final = "/sign-in/second"
_SECRET: Final = re.compile(r"\b(?:[A-Z2-7]{4} ?){8}\b")
_OFFER: Final = re.compile(r'name="offer"[^>]* value="([^"]+)"')
WRONG: Final = 10


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a citizen of its own, and an officer whose work demands a factor."""
    if not has_page(target, STEP):
        raise Unable("this server knows no second factor")
    yield from _of_a_role(target)
    login = target.citizen()
    secret, step = _set_up(target.signed_in(login))
    thief = target.visitor()
    answer = target.enter(thief, login)
    yield held("the password alone", f"{answer.status} {answer.location}", not is_inside(thief))
    reached = [page for page in ("/account", "/account/factors", "/account/password") if thief.get(page).status == 200]
    yield held("pages behind the step that was skipped", reached or "none opens", not reached)
    owner, before = target.visitor(), thief.copy()
    target.enter(owner, login)
    code = code_of(secret, step + 1)
    shown = owner.post(STEP, {"one_time_code": code}, via=STEP)
    yield held("its owner, with the code", f"{shown.status} {shown.location}", is_inside(owner))
    again = before.post(STEP, {"one_time_code": code}, via=STEP)
    yield held("the same code in the thief's browser", again.status, not is_inside(before))
    yield _guessed(target, login, secret, step)


def _of_a_role(target: Target) -> Iterator[Finding]:
    tried = "an officer whose work demands a factor, without one"
    if target.stage is None:
        yield not_tried(tried, "only on a server of our own")
        return
    officer = target.signed_in("approver")
    opened = [page for page in ("/analyst", "/analyst/releases", "/account") if officer.get(page).status == 200]
    answer = officer.get("/analyst/releases")
    yield held(tried, opened or f"{answer.status} {answer.location}", not opened)


def _set_up(who: Visitor) -> tuple[str, int]:
    """The secret of the app, and the half minute whose code was used for it."""
    page = who.get("/account/factors/app")
    secret, offer = _SECRET.search(words_of(page)), _OFFER.search(page.text)
    if secret is None or offer is None:
        raise Unable(f"no app can be set up ({page.status})")
    key, step = secret[0].replace(" ", ""), int(time.time()) // PERIOD - 1
    done = who.post("/account/factors/app", {"offer": offer[1], "one_time_code": code_of(key, step)})
    if done.status not in (200, 303):
        raise Unable(f"no app can be set up ({done.status})")
    return key, step


def _guessed(target: Target, login: str, secret: str, step: int) -> Finding:
    guesser = target.visitor()
    target.enter(guesser, login)
    right = {code_of(secret, step + around) for around in range(5)}
    wrong = [code for code in (f"{number:06d}" for number in range(WRONG + 5)) if code not in right][:WRONG]
    answers = [guesser.post(STEP, {"one_time_code": code}, via=STEP).status for code in wrong]
    guesser.post(STEP, {"one_time_code": code_of(secret, int(time.time()) // PERIOD + 1)}, via=STEP)
    return held(f"{WRONG} wrong codes, then a right one", answers, not is_inside(guesser))
