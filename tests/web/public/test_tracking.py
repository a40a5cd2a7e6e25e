"""Tracking over HTTP: on any phone, without JavaScript, with a code and four digits."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from tests.cast import NOW
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns

DIGITS = "5601"
BUDGET = 20_000
"""Octets over the line on a first visit, everything together."""


@pytest.fixture
def phone(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def look(phone: FlaskClient, sent: Submitted, digits: str = DIGITS) -> str:
    answer = phone.post("/track", data={"code": sent.tracking_code, "digits": digits})
    assert answer.status_code == 303
    assert answer.location == f"/track/{sent.tracking_code}"
    return phone.get(answer.location).get_data(as_text=True)


def test_code_and_digits_open_the_application(phone: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    page = look(phone, sent)
    assert sent.reference in page
    assert "Brick kiln permit" in page
    assert "It waits for your payment" in page
    assert "The clock stands still until then." in page
    assert "Ready by, if it is paid today" in page
    assert "Monday 9\u00a0March\u00a02026" in page
    assert "Cashier · Battambang One Window Service Office" in page


def test_it_is_in_khmer_first(client: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    page = look(client, sent)
    assert 'lang="km"' in page
    assert "លិខិតអនុញ្ញាតឡឥដ្ឋ" in page
    assert "ថ្ងៃចន្ទ ទី៩ ខែមីនា ឆ្នាំ២០២៦" in page


@pytest.mark.parametrize(("code", "digits"), [(None, "0000"), ("0000000000", DIGITS), (None, ""), ("", "")])
def test_a_wrong_code_and_wrong_digits_get_the_same_page(
    phone: FlaskClient, kilns: Kilns, code: str | None, digits: str
) -> None:
    sent = kilns.send()
    typed = sent.tracking_code if code is None else code
    answer = phone.post("/track", data={"code": typed, "digits": digits})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert page.count("We found no application with this code and these digits. Check both.") == 2
    assert sent.reference not in page
    assert f'value="{typed}"' in page or not typed


def test_the_address_alone_shows_only_the_form(phone: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    for code in (sent.tracking_code, "0000000000"):
        answer = phone.get(f"/track/{code}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert f'value="{code}"' in page
        assert sent.reference not in page


def test_another_browser_must_show_the_digits_itself(app: Flask, kilns: Kilns) -> None:
    sent = kilns.send()
    look(app.test_client(), sent)
    assert sent.reference not in app.test_client().get(f"/track/{sent.tracking_code}").get_data(as_text=True)


def test_a_late_application_shows_the_new_day_and_an_apology(phone: FlaskClient, kilns: Kilns, clock: SetClock) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    schedule.sweep(kilns.house, now=clock.pass_time(days=4))
    page = look(phone, sent)
    assert "New day" in page
    assert "We promised Monday 9\u00a0March\u00a02026 and did not keep it." in page
    assert "Front office, Head of the office" in page


def test_a_day_that_passed_unnoticed_is_not_shown_as_a_promise(
    phone: FlaskClient, kilns: Kilns, clock: SetClock
) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    clock.moment = NOW + timedelta(days=20)
    page = look(phone, sent)
    assert "Was to be ready by" in page
    assert "This day has passed." in page


def test_a_correction_says_what_to_do(phone: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    page = look(phone, sent)
    assert "Something must be corrected." in page
    assert "Ready by" not in page


def test_a_ready_result_and_a_refusal_say_what_comes_next(phone: FlaskClient, kilns: Kilns) -> None:
    assert "Come once to the office" in look(phone, kilns.approved())
    refused = kilns.send()
    kilns.pay(refused)
    kilns.check(refused, "refuse")
    page = look(phone, refused)
    assert "Rejected" in page
    assert "how to complain" in page


def test_no_officer_and_no_applicant_is_named(phone: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    page = look(phone, sent)
    cast = kilns.cast
    assert not [who.name_latin for who in (cast.dara, cast.bopha, cast.sopheap) if who.name_latin in page]


def test_a_first_visit_costs_less_than_twenty_kilobytes_without_script_and_font(
    phone: FlaskClient, kilns: Kilns
) -> None:
    sent = kilns.send()
    for page in (phone.get("/track").get_data(as_text=True), look(phone, sent)):
        assert "<script" not in page
        sources = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        static = Path(phone.application.static_folder or "")
        files = [static / source.removeprefix("/static/") for source in set(sources)]
        assert not [file for file in files if file.suffix in (".woff2", ".js")]
        octets = sum(len(gzip.compress(file.read_bytes())) for file in files)
        assert len(gzip.compress(page.encode())) + octets < BUDGET
        assert "@font-face" not in "".join(file.read_text() for file in files if file.suffix == ".css")


def test_a_code_typed_into_the_form_is_shown_again_harmlessly(phone: FlaskClient, kilns: Kilns) -> None:
    page = phone.post("/track", data={"code": '"><script>', "digits": "1"}).get_data(as_text=True)
    assert "<script" not in page
