"""Nobody tries codes for long: tracking and verification are limited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from engine.house import House
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from web.access import LOOK_UP
from web.app import create_app
from web.attempts import attempts_of
from web.config import Settings

FREE = LOOK_UP.same.free + 1 if LOOK_UP.same else 0
"""So many wrong digits of one code cost no pause."""


@pytest.fixture
def guesser(settings: Settings, house: House, clock: SetClock) -> FlaskClient:
    app = create_app(replace(settings, rate_limits=True), house, clock)
    app.config["WTF_CSRF_ENABLED"] = False
    attempts_of(app).clock = SetClock()
    return app.test_client()


def test_the_digits_of_one_code_can_be_guessed_a_few_times_and_then_slower(guesser: FlaskClient, kilns: Kilns) -> None:
    code = kilns.send().tracking_code
    guesses = [guesser.post("/track", data={"code": code, "digits": f"{n:04}"}).status_code for n in range(FREE + 1)]
    assert guesses == [404] * FREE + [429]


def test_codes_of_certificates_can_be_tried_many_times_and_then_slower(guesser: FlaskClient) -> None:
    tries = [guesser.get(f"/verify/0000000{n:03}").status_code for n in range(62)]
    assert tries == [404] * 61 + [429], tries


def test_looking_at_an_application_again_and_again_is_not_limited(guesser: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    guesser.post("/track", data={"code": sent.tracking_code, "digits": "5601"})
    assert {guesser.get(f"/track/{sent.tracking_code}").status_code for _ in range(30)} == {200}


def test_letters_and_blanks_around_a_code_make_it_no_other_code(guesser: FlaskClient, kilns: Kilns) -> None:
    code = kilns.send().tracking_code
    writings = (code, code.lower(), f"{code[:5]}-{code[5:]}", f" {code} ", f"{code[:3]} {code[3:]}", f"{code}.")
    guesses = [
        guesser.post("/track", data={"code": writings[n % len(writings)], "digits": f"{n:04}"}).status_code
        for n in range(FREE + 1)
    ]
    assert guesses == [404] * FREE + [429]


def test_a_stranger_who_guesses_at_digits_does_not_keep_the_applicant_from_looking(
    guesser: FlaskClient, kilns: Kilns
) -> None:
    sent = kilns.send()
    applicant = guesser.application.test_client()
    form = {"code": sent.tracking_code, "digits": "5601"}
    assert applicant.post("/track", data=form).status_code == 303
    for n in range(20):
        guesser.post("/track", data={"code": sent.tracking_code, "digits": f"{n:04}"})
    assert guesser.post("/track", data=form).status_code == 429
    assert applicant.post("/track", data=form).status_code == 303
    elsewhere = guesser.application.test_client()
    assert elsewhere.post("/track", data=form, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 303


def test_papers_can_be_asked_for_many_times_and_then_slower(guesser: FlaskClient, kilns: Kilns) -> None:
    tries = [guesser.get("/offices/02/fees-a4.pdf").status_code for _ in range(62)]
    assert tries == [200] * 61 + [429]
