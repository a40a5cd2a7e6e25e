"""Slips and certificates over HTTP: who may open them, and the head who revokes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storage.people import AccessLog
from tests.cast import Member
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]
NUMBER = "KP-02-26-000001"


@pytest.mark.parametrize("who", ["dara", "bopha"])
def test_the_applicant_and_the_office_print_the_slip(kilns: Kilns, signed_in: SignIn, who: str) -> None:
    sent = kilns.send()
    answer = signed_in(getattr(kilns.cast, who)).get(f"/applications/{sent.key}/slip.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"


def test_somebody_elses_slip_is_not_found(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    assert signed_in(kilns.cast.sreyneang).get(f"/applications/{sent.key}/slip.pdf").status_code == 404


def test_the_applicant_opens_the_certificate(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.approved()
    answer = signed_in(kilns.cast.dara).get(f"/certificates/{NUMBER}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert NUMBER in answer.headers["Content-Disposition"]


def test_an_officers_look_is_kept(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.approved()
    assert signed_in(kilns.cast.bopha).get(f"/certificates/{NUMBER}.pdf").status_code == 200
    with kilns.house.database.reading() as session:
        assert session.scalars(select(AccessLog.person_id)).all() == [kilns.cast.bopha.person_id]


@pytest.mark.parametrize("who", ["sreyneang", "phally"])
def test_a_certificate_of_others_is_not_found(kilns: Kilns, signed_in: SignIn, who: str) -> None:
    kilns.approved()
    assert signed_in(getattr(kilns.cast, who)).get(f"/certificates/{NUMBER}.pdf").status_code == 404


def test_nobody_opens_papers_without_signing_in(kilns: Kilns, client: FlaskClient) -> None:
    sent = kilns.approved()
    for address in (f"/applications/{sent.key}/slip.pdf", f"/certificates/{NUMBER}.pdf"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_the_head_revokes_a_certificate_with_a_reason(kilns: Kilns, signed_in: SignIn) -> None:
    issued = kilns.certificate(kilns.approved())
    head = signed_in(kilns.cast.kunthea)
    head.set_cookie("lang", "en")
    address = f"/office/certificates/{NUMBER}"
    assert "Revoke the certificate" in head.get(address).get_data(as_text=True)
    without = head.post(address, data={"reason": " "})
    assert (without.status_code, "Give the reason." in without.get_data(as_text=True)) == (422, True)
    answer = head.post(address, data={"reason": "ឡត្រូវបានបិទ"})
    assert (answer.status_code, answer.location) == (303, address)
    page = head.get(address).get_data(as_text=True)
    assert "The certificate was revoked." in page
    assert "Revoke the certificate" not in page
    assert head.post(address, data={"reason": "again"}).status_code == 409
    assert "revoked" in head.get(f"/verify/{issued.code}").get_data(as_text=True)


def test_an_officer_sees_the_certificate_of_the_office_and_cannot_revoke_it(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.approved()
    bopha = signed_in(kilns.cast.bopha)
    bopha.set_cookie("lang", "en")
    address = f"/office/certificates/{NUMBER}"
    page = bopha.get(address).get_data(as_text=True)
    assert "Sok Dara" in page
    assert "Revoke the certificate" not in page
    assert bopha.post(address, data={"reason": "ហេតុផល"}).status_code == 403


def test_officers_of_another_office_do_not_see_it(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.approved()
    assert signed_in(kilns.cast.phally).get(f"/office/certificates/{NUMBER}").status_code == 403
    assert signed_in(kilns.cast.bopha).get("/office/certificates/KP-02-26-000099").status_code == 404
