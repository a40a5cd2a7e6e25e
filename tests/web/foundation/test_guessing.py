"""Guessing slows, by account and by place, whoever guesses; and the owner gets in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from engine.house import House
from engine.people.pauses import Pace
from storage.attempts import AttemptCount
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import Cast
from tests.fixtures.houses import SetClock, both_databases
from tests.statements import counted
from tests.web.foundation.conftest import build_app
from web.access import LOOK_UP, REGISTER, SIGN_IN
from web.attempts import attempts_of

Attempt = Callable[..., TestResponse]
HERE, ELSEWHERE, OWNER = "203.0.113.1", "198.51.100.7", "192.0.2.20"
WRITINGS = ("+85512345601", "012345601", "+855 12-345-601", "០១២ ៣៤៥ ៦០១", "00855 12 345 601", "(012) 345 601")
FREE = SIGN_IN.same.free + 1 if SIGN_IN.same else 0
"""So many fail about one account from one place before the first pause."""
FREE_EVERYWHERE = SIGN_IN.everywhere.free + 1 if SIGN_IN.everywhere else 0
SLOWED = (SecurityKind.GUESSED_AT, SecurityKind.PLACE_SLOWED)
PAGES = "/register", "/sign-in/forgotten"
FREE_PLACE = SIGN_IN.place.free + 1 if SIGN_IN.place else 0


@pytest.fixture
def machine() -> SetClock:
    """The clock of the machine, by which attempts are counted."""
    return SetClock()


@pytest.fixture
def app(house: House, tmp_path: Path, machine: SetClock) -> Flask:
    return server(house, tmp_path, machine)


def server(house: House, folder: Path, machine: SetClock, **settings: object) -> Flask:
    app = build_app(folder, house, rate_limits=True, trusted_proxies=1, WTF_CSRF_ENABLED=False, **settings)
    attempts_of(app).clock = machine
    return app


@pytest.fixture
def attempt(app: Flask) -> Attempt:
    """Tries to sign in from an address, in a browser of its own unless one is given."""

    def tried(address: str, login: str, password: str = "wrong", browser: FlaskClient | None = None) -> TestResponse:
        return sign_in(browser or app.test_client(), address, login, password)

    return tried


def sign_in(browser: FlaskClient, address: str, login: str, password: str) -> TestResponse:
    form, header = {"login": login, "password": password}, {"X-Forwarded-For": address}
    return browser.post("/sign-in?lang=en", data=form, headers=header)


def as_if_failed(house: House, pace: Pace | None, failures: int) -> None:
    """The count of this pace, in which one failure stands, as it is after so many."""
    assert pace is not None
    one = AttemptCount.empty_at - AttemptCount.failed_at == pace.step
    with house.database.transaction() as session:
        session.execute(update(AttemptCount).where(one).values(empty_at=AttemptCount.failed_at + failures * pace.step))


def test_each_wrong_password_beyond_the_free_ones_doubles_the_pause(
    attempt: Attempt, cast: Cast, machine: SetClock
) -> None:
    assert [attempt(HERE, cast.dara.phone).status_code for _ in range(FREE)] == [422] * FREE
    pauses = []
    for _ in range(11):
        slowed = attempt(HERE, cast.dara.phone)
        assert slowed.status_code == 429
        pauses.append(int(slowed.headers["Retry-After"]))
        machine.pass_time(seconds=pauses[-1])
        assert attempt(HERE, cast.dara.phone).status_code == 422
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_who_guesses_during_a_pause_makes_it_no_longer_and_the_right_password_is_not_looked_at(
    attempt: Attempt, cast: Cast, machine: SetClock
) -> None:
    for _ in range(FREE):
        attempt(HERE, cast.dara.phone)
    assert {attempt(HERE, cast.dara.phone, cast.dara.password).status_code for _ in range(20)} == {429}
    machine.pass_time(seconds=1)
    assert attempt(HERE, cast.dara.phone, cast.dara.password).status_code == 303


def test_the_pause_is_said_in_words_and_what_was_typed_stays(attempt: Attempt, cast: Cast, machine: SetClock) -> None:
    for _ in range(FREE):
        attempt(HERE, cast.dara.phone)
    said = attempt(HERE, cast.dara.phone).get_data(as_text=True)
    assert "Try again in 1 second." in said
    assert cast.dara.phone in said
    for _ in range(7):
        machine.pass_time(minutes=2)
        attempt(HERE, cast.dara.phone)
    assert "Try again in 3 minutes." in attempt(HERE, cast.dara.phone).get_data(as_text=True)


def test_the_answer_is_the_same_whether_there_is_such_an_account(attempt: Attempt, cast: Cast) -> None:
    answers = []
    for login in (cast.dara.phone, "+85517999999"):
        for _ in range(FREE):
            attempt(HERE, login)
        slowed = attempt(HERE, login)
        text = re.sub(r'(?<=name="csrf_token" value=")[^"]+', "…", slowed.get_data(as_text=True)).replace(login, "…")
        answers.append((slowed.status_code, slowed.headers["Retry-After"], text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 429


def test_failures_are_forgotten_with_time(attempt: Attempt, cast: Cast, machine: SetClock) -> None:
    for _ in range(FREE):
        attempt(HERE, cast.dara.phone)
    machine.pass_time(hours=8)
    assert [attempt(HERE, cast.dara.phone).status_code for _ in range(FREE + 1)] == [422] * FREE + [429]


def test_the_right_password_clears_the_count_of_its_place_and_not_of_another(
    attempt: Attempt, cast: Cast, app: Flask
) -> None:
    for _ in range(FREE):
        attempt(HERE, cast.dara.phone)
    for _ in range(FREE - 1):
        attempt(ELSEWHERE, cast.dara.phone)
    assert attempt(ELSEWHERE, cast.dara.phone, cast.dara.password).status_code == 303
    assert [attempt(ELSEWHERE, cast.dara.phone).status_code for _ in range(FREE)] == [422] * FREE
    assert attempt(HERE, cast.dara.phone, cast.dara.password).status_code == 429


def test_however_an_account_is_written_it_is_the_same_account(attempt: Attempt, cast: Cast) -> None:
    tries = [attempt(HERE, WRITINGS[n % len(WRITINGS)]).status_code for n in range(FREE + 1)]
    assert tries == [422] * FREE + [429]


def test_a_stranger_who_guesses_from_one_place_does_not_make_the_owner_wait_elsewhere(
    attempt: Attempt, cast: Cast
) -> None:
    for _ in range(30):
        attempt(HERE, cast.dara.phone)
    assert attempt(HERE, cast.dara.phone, cast.dara.password).status_code == 429
    assert attempt(OWNER, cast.dara.phone, cast.dara.password).status_code == 303


def test_guesses_from_many_places_make_strangers_wait_but_not_a_browser_that_was_right_before(
    attempt: Attempt, cast: Cast, app: Flask
) -> None:
    known = app.test_client()
    assert attempt(OWNER, cast.dara.phone, cast.dara.password, known).status_code == 303
    known.post("/sign-out")
    tries = [attempt(f"203.0.113.{n}", WRITINGS[n % 6]).status_code for n in range(FREE_EVERYWHERE)]
    assert set(tries) == {422}
    for writing in WRITINGS:
        assert attempt("203.0.113.200", writing, cast.dara.password).status_code == 429
    assert attempt("203.0.113.201", cast.dara.phone, cast.dara.password, known).status_code == 303
    assert attempt("203.0.113.202", cast.bopha.phone, cast.bopha.password).status_code == 303


def test_a_browser_is_known_to_one_account_and_a_stranger_to_any_other(
    attempt: Attempt, cast: Cast, app: Flask
) -> None:
    known = app.test_client()
    assert attempt(OWNER, cast.dara.phone, cast.dara.password, known).status_code == 303
    for n in range(FREE_EVERYWHERE):
        attempt(f"203.0.113.{n}", cast.bopha.phone)
    assert attempt(OWNER, cast.bopha.phone, cast.bopha.password, known).status_code == 429


def test_a_browser_that_is_known_slows_like_any_other(attempt: Attempt, cast: Cast, app: Flask) -> None:
    known = app.test_client()
    attempt(OWNER, cast.dara.phone, cast.dara.password, known)
    tries = [attempt(f"203.0.113.{n}", cast.dara.phone, "wrong", known).status_code for n in range(FREE + 1)]
    assert tries == [422] * FREE + [429]


def test_a_note_that_somebody_made_themselves_is_not_believed(attempt: Attempt, cast: Cast, app: Flask) -> None:
    forger = app.test_client()
    about = hashlib.sha256(b"+85512345601").hexdigest()
    forger.set_cookie("owso-known", URLSafeTimedSerializer("a guess", salt="known browser").dumps(["x", about]))
    for n in range(FREE_EVERYWHERE):
        attempt(f"203.0.113.{n}", cast.dara.phone)
    assert attempt("203.0.113.200", cast.dara.phone, cast.dara.password, forger).status_code == 429


def test_all_who_share_an_address_sign_in_and_may_mistype(attempt: Attempt, cast: Cast, house: House) -> None:
    """A carrier's customers and everybody in an office come from one address: what succeeds is not counted."""
    members = (cast.dara, cast.bopha, cast.sopheap, cast.rithy, cast.mony, cast.kunthea)
    assert attempt(HERE, "mistyped@example.org").status_code == 422
    as_if_failed(house, SIGN_IN.place, FREE_PLACE - 2)
    for member in members:
        assert attempt(HERE, member.phone, member.password).status_code == 303
    assert attempt(HERE, "mistyped-too@example.org").status_code == 422
    assert attempt(HERE, cast.dara.phone, cast.dara.password).status_code == 303


def test_a_place_from_which_too_much_fails_waits_longer_and_longer_but_its_known_browsers_do_not(
    attempt: Attempt, cast: Cast, machine: SetClock, app: Flask, house: House
) -> None:
    known = app.test_client()
    attempt(HERE, cast.dara.phone, cast.dara.password, known)
    attempt(HERE, "guess@example.org")
    as_if_failed(house, SIGN_IN.place, FREE_PLACE)
    waits = []
    for n in range(4):
        waits.append(attempt(HERE, f"more{n}@example.org").headers["Retry-After"])
        machine.pass_time(seconds=int(waits[-1]))
        attempt(HERE, f"again{n}@example.org")
    assert waits == ["1", "2", "4", "8"]
    assert attempt(HERE, cast.bopha.phone, cast.bopha.password).status_code == 429
    assert attempt(HERE, cast.dara.phone, cast.dara.password, known).status_code == 303
    assert attempt(ELSEWHERE, cast.bopha.phone, cast.bopha.password).status_code == 303


def test_the_machines_of_one_household_are_one_place(attempt: Attempt, cast: Cast) -> None:
    for n in range(FREE):
        attempt(f"2001:db8:1:2::{n:x}", cast.dara.phone)
    assert attempt("2001:db8:1:2:ffff::1", cast.dara.phone).status_code == 429
    assert attempt("2001:db8:1:3::1", cast.dara.phone).status_code == 422


def test_who_has_an_account_may_not_guess_more_at_others(attempt: Attempt, cast: Cast, app: Flask) -> None:
    signed_in = app.test_client()
    attempt(HERE, cast.bopha.phone, cast.bopha.password, signed_in)
    for _ in range(FREE):
        attempt(HERE, cast.dara.phone)
    assert attempt(HERE, cast.dara.phone, "wrong", signed_in).status_code == 429


@both_databases
def test_what_two_servers_count_at_once_adds_up(house: House, cast: Cast, tmp_path: Path, machine: SetClock) -> None:
    servers = [server(house, tmp_path / name, machine) for name in ("one", "two")]

    def guess(app: Flask) -> None:
        for _ in range(FREE // 2):
            assert sign_in(app.test_client(), HERE, cast.dara.phone, "wrong").status_code == 422

    threads = [Thread(target=guess, args=(app,)) for app in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for app in servers:
        assert sign_in(app.test_client(), HERE, cast.dara.phone, cast.dara.password).status_code == 429


def test_the_table_holds_neither_logins_nor_addresses(attempt: Attempt, cast: Cast, house: House) -> None:
    attempt(HERE, cast.dara.phone)
    with house.database.reading() as session:
        keys = session.scalars(select(AttemptCount.key)).all()
    assert len(keys) == 3  # this account from here, from everywhere, and the place
    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)


def test_a_page_that_succeeds_writes_no_count(attempt: Attempt, cast: Cast, app: Flask, house: House) -> None:
    app.test_client().get("/sign-in")
    attempt(HERE, cast.dara.phone, cast.dara.password)
    with house.database.reading() as session:
        assert session.scalars(select(AttemptCount.key)).all() == []


def test_an_attempt_costs_one_statement_before_it(app: Flask, cast: Cast, house: House) -> None:
    with counted(house.database) as asked:
        sign_in(app.test_client(), HERE, cast.dara.phone, cast.dara.password)
    assert [text for text in asked.texts if "attempt_count" in text and not text.startswith("SELECT")] == []
    assert len([text for text in asked.texts if "attempt_count" in text]) == 1


def test_codes_are_sent_for_one_address_as_many_as_an_office_needs_and_then_slower(
    house: House, tmp_path: Path, cast: Cast, machine: SetClock
) -> None:
    """What succeeds is limited too: whoever asks for codes by a machine fails at nothing. To register and to get in
    counts together."""
    app = server(house, tmp_path, machine, demo=True)

    def registered(number: int, address: str) -> int:
        form = {"contact": f"012 770 {number:03}"}
        return app.test_client().post(PAGES[number % 2], data=form, headers={"X-Forwarded-For": address}).status_code

    free = REGISTER.every.free + 1 if REGISTER.every else 0
    assert [registered(number, HERE) for number in range(free + 1)] == [303] * free + [429]
    assert registered(free, ELSEWHERE) == 303
    assert app.test_client().get("/register", headers={"X-Forwarded-For": HERE}).status_code == 200
    machine.pass_time(seconds=1)
    assert registered(free + 1, HERE) == 303


def test_codes_slow_by_place_behind_a_proxy_that_is_trusted(app: Flask) -> None:
    free = LOOK_UP.place.free + 1 if LOOK_UP.place else 0
    reader = app.test_client()
    tries = [reader.get(f"/probe/codes/{n}", headers={"X-Forwarded-For": HERE}).status_code for n in range(free + 1)]
    assert tries == [404] * free + [429]
    assert reader.get("/probe/codes/x", headers={"X-Forwarded-For": ELSEWHERE}).status_code == 404


def test_nobody_escapes_a_pause_by_inventing_a_proxy(house: House, tmp_path: Path, machine: SetClock) -> None:
    app = build_app(tmp_path, house, rate_limits=True)
    attempts_of(app).clock = machine
    free = LOOK_UP.place.free + 1 if LOOK_UP.place else 0
    headers = ({"X-Forwarded-For": f"203.0.113.{n}"} for n in range(free + 1))
    answers = [app.test_client().get("/probe/codes/x", headers=header).status_code for header in headers]
    assert answers == [404] * free + [429]


def test_a_failure_of_the_house_is_nobodys_attempt(app: Flask, house: House) -> None:
    app.test_client().get("/probe/abort/503")
    with house.database.reading() as session:
        assert session.scalars(select(AttemptCount.key)).all() == []


def test_an_administrator_reads_whose_account_is_guessed_at_and_from_where(
    attempt: Attempt, cast: Cast, house: House, machine: SetClock
) -> None:
    attempt(ELSEWHERE, cast.dara.phone)
    as_if_failed(house, SIGN_IN.everywhere, FREE_EVERYWHERE - 3)
    for n in range(5):
        attempt(f"203.0.113.{n}", cast.dara.phone)
    attempt("192.0.2.1", "guess@example.org")
    as_if_failed(house, SIGN_IN.place, FREE_PLACE - 3)
    for n in range(5):
        attempt("192.0.2.1", f"guess{n}@example.org")
    with house.database.reading() as session:
        lines = session.scalars(select(SecurityEvent).where(SecurityEvent.kind.in_(SLOWED)).order_by(SecurityEvent.id))
        assert [(line.kind, line.person_id, line.address) for line in lines] == [
            (SecurityKind.GUESSED_AT, cast.dara.person_id, "203.0.113.*"),
            (SecurityKind.PLACE_SLOWED, None, "192.0.2.*"),
        ]
