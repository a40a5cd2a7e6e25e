"""Verifying over HTTP: what a QR code on a certificate opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.results import certificates
from engine.results.issuing import verify_url
from tests.cast import NOW
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns


@pytest.fixture
def reader(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def test_a_valid_certificate_shows_what_stands_on_the_paper(reader: FlaskClient, kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    answer = reader.get(f"/verify/{issued.code}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for words in ("This certificate is valid.", issued.number, "Sok Dara", "2\u00a0March\u00a02027"):
        assert words in page
    assert "<script" not in page


def test_the_qr_on_the_paper_leads_here(reader: FlaskClient, kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    assert verify_url(kilns.house, issued.code) == f"http://localhost/verify/{issued.code}"


def test_the_form_takes_the_code_and_the_large_number(reader: FlaskClient, kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    for typed in (issued.code.lower(), "kp–02–26–000001", "KP ០២ ២៦ ០០០០០១"):
        page = reader.get("/verify", query_string={"code": typed}, follow_redirects=True)
        assert "This certificate is valid." in page.get_data(as_text=True), typed
    for typed in ("KP-02-26-000002", "KP-02-26"):
        answer = reader.get("/verify", query_string={"code": typed}, follow_redirects=True)
        assert answer.status_code == 404
        assert "No certificate was issued with this code or number." in answer.get_data(as_text=True)


def test_an_expired_and_a_revoked_one_say_so(reader: FlaskClient, kilns: Kilns, clock: SetClock) -> None:
    issued = kilns.certificate(kilns.approved())
    clock.moment = NOW + timedelta(days=400)
    assert "This certificate has expired." in reader.get(f"/verify/{issued.code}").get_data(as_text=True)
    with kilns.house.database.transaction() as session:
        certificates.revoke(session, kilns.cast.kunthea.actor, issued.number, "ឡត្រូវបានបិទ", now=NOW)
    page = reader.get(f"/verify/{issued.code}").get_data(as_text=True)
    assert "This certificate was revoked." in page
    assert "ឡត្រូវបានបិទ" not in page


@pytest.mark.parametrize("code", ["0000000000", "KP-02-26-000001", "<script>"])
def test_an_unknown_code_is_an_answer_and_no_failure(reader: FlaskClient, kilns: Kilns, code: str) -> None:
    answer = reader.get(f"/verify/{code}")
    assert answer.status_code == 404
    assert "No certificate was issued with this code or number." in answer.get_data(as_text=True)


def test_a_code_can_be_typed(reader: FlaskClient, kilns: Kilns) -> None:
    assert "Code or number of the certificate" in reader.get("/verify").get_data(as_text=True)
    typed = reader.get("/verify?code=ab12-cd34ef")
    assert (typed.status_code, typed.location) == (303, "/verify/AB12CD34EF")


def test_nobody_needs_to_sign_in(app: Flask, kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    assert app.test_client().get(f"/verify/{issued.code}").status_code == 200
