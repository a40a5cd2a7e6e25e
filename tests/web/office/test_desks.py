"""The desks where people come in person: paying, and collecting the result."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from engine.house import PaymentAccount
from storage.applications import ApplicationStatus, Handover, Outcome
from storage.payments import BankProblem, Payment, PaymentMethod, PaymentStatus
from tests.cast import NOW, Member
from tests.drawings import data_url, plain_pdf, png
from tests.fixtures.houses import SetClock
from tests.slips import SLIP, TYPED
from tests.small.cases import Kilns
from web.app import move_in
from web.config import Settings
from web.context import Shell
from web.office.cashier import whole_riel

SignedIn = Callable[[Member], FlaskClient]
SIGNED = {"received_by": "Sok Dara", "identity_note": "010203040", "signature": data_url(png(line=True))}


def with_slip(**other: str) -> dict[str, Any]:
    """What the cashier posts of a bank payment: the fields, and the picture of its slip."""
    return {**TYPED, **other, "slip": (BytesIO(SLIP), "slip.png")}


def check(cashier: FlaskClient, address: str, **other: str) -> dict[str, str]:
    """Goes on to the page that asks once more; what that page posts."""
    page = text(cashier.post(address, data=with_slip(**other)))
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert fields["confirmed"] == "yes", page
    return fields


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "riel"),
    [
        ("40000", 40_000),
        ("៤០ ០០០", 40_000),
        ("40,000 ៛", 40_000),
        ("40.000", 40_000),
        ("-1", 0),
        ("400,00", 0),
        ("40000.5", 0),
        ("40 000 riel", 40_000),
        ("many", 0),
        ("", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, riel: int) -> None:
    assert whole_riel(typed) == riel


def test_cash_in_khmer_digits_leads_to_the_receipt_and_its_paper(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    assert sent.reference in text(cashier.get("/office/cashier"))
    paid = cashier.post(f"/office/cashier/{sent.key}/cash", data={"amount": "៤០ ០០០", "confirmed": "yes"})
    assert (paid.status_code, paid.location) == (303, "/office/receipts/R-02-26-000001")
    receipt = text(cashier.get(f"{paid.location}?lang=en"))
    assert "KHR\u00a040,000" in receipt
    assert sent.reference in receipt
    paper = cashier.get("/receipts/R-02-26-000001.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert "R-02-26-000001" in text(cashier.get("/office/cashier"))


def test_too_little_is_explained_and_stays_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    answer = signed_in(kilns.cast.sopheap).post(f"/office/cashier/{sent.key}/cash?lang=en", data={"handed": "39000"})
    assert answer.status_code == 422
    assert "The fee is 40,000 riel. 39,000 riel are not enough." in text(answer)
    assert 'value="39000"' in text(answer)


def test_nothing_is_recorded_before_the_cashier_has_confirmed_it(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    for way, typed in (("cash", {"handed": "៤០ ០០០"}), ("bank-payment", with_slip())):
        asked = text(cashier.post(f"/office/cashier/{sent.key}/{way}?lang=en", data=typed))
        assert "Nothing is recorded yet" in asked
        assert sent.reference in asked
        assert "KHR\u00a040,000" in asked
        assert 'name="confirmed"' in asked
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Payment)).all() == []


def test_a_confirmation_that_comes_after_another_cashier_or_the_bank_names_the_receipt(
    kilns: Kilns, signed_in: SignedIn
) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    confirmed = check(cashier, f"/office/cashier/{sent.key}/bank-payment")
    kilns.pay(sent)
    late = cashier.post(f"/office/cashier/{sent.key}/bank-payment?lang=en", data=confirmed)
    assert (late.status_code, "The receipt is R-02-26-000001." in text(late)) == (409, True)


def test_a_receipt_is_made_void_by_two_people_and_the_fee_taken_again(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    cashier, head, receipt = (
        signed_in(kilns.cast.sopheap),
        signed_in(kilns.cast.kunthea),
        "/office/receipts/R-02-26-000001",
    )
    valid = cashier.get("/receipts/R-02-26-000001.pdf").data
    assert cashier.post(f"{receipt}/void?lang=en", data={"reason": " "}).status_code == 422
    for _ in range(2):
        assert cashier.post(f"{receipt}/void", data={"reason": "Another application <b>"}).status_code == 303
    assert "Agree: make this receipt void" not in text(cashier.get(f"{receipt}?lang=en"))
    assert cashier.post(f"{receipt}/void/agree").status_code == 403
    assert "Waits for a second person" in text(cashier.get("/office/cashier?lang=en"))
    asked = text(head.get(f"{receipt}?lang=en"))
    assert "Agree: make this receipt void" in asked
    assert "Another application &lt;b&gt;" in asked
    for _ in range(2):
        assert head.post(f"{receipt}/void/agree").status_code == 303
    assert "This receipt is void." in text(cashier.get(f"{receipt}?lang=en"))
    assert "បង្កាន់ដៃនេះមោឃៈ" in text(cashier.get(f"{receipt}?lang=km"))
    assert cashier.get("/receipts/R-02-26-000001.pdf").data != valid
    assert head.post(f"{receipt}/void/keep").status_code == 409
    assert "the fee is to be paid again" in text(cashier.get("/office/cashier?lang=en"))
    address = f"/office/cashier/{sent.key}"
    typed = {"amount": "40000", "confirmed": "yes"}
    assert cashier.post(f"{address}/cash", data=typed).status_code == 409, "the page from before the receipt was void"
    assert 'name="void_seen" value="R-02-26-000001"' in text(cashier.post(f"{address}/cash", data={"handed": "40000"}))
    again = cashier.post(f"{address}/cash", data={**typed, "void_seen": "R-02-26-000001"})
    assert again.location == "/office/receipts/R-02-26-000002"


def test_a_second_click_shows_the_same_receipt(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    answers = [
        cashier.post(f"/office/cashier/{sent.key}/cash", data={"amount": "40000", "confirmed": "yes"}) for _ in range(2)
    ]
    assert {answer.location for answer in answers} == {"/office/receipts/R-02-26-000001"}


def test_a_bank_payment_for_a_fee_that_is_paid_names_the_receipt(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    address = f"/office/cashier/{sent.key}/bank-payment?lang=en"
    answer = signed_in(kilns.cast.sopheap).post(address, data={**TYPED, "slip": "gone", "confirmed": "yes"})
    assert answer.status_code == 409
    assert "The receipt is R-02-26-000001." in text(answer)
    assert "This fee is paid." in text(signed_in(kilns.cast.sopheap).get(f"/office/cashier/{sent.key}?lang=en"))


def test_a_bank_payment_sent_to_the_address_before_this_one_is_recorded(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    before = cashier.post(f"/office/cashier/{sent.key}/transfer", data=with_slip())
    assert (before.status_code, urlsplit(before.location).path) == (308, f"/office/cashier/{sent.key}/bank-payment")
    paid = cashier.post(before.location, data=check(cashier, before.location))
    assert "FT1" in text(cashier.get(paid.location))


def test_a_code_is_shown_and_confirmed_with_the_banks_reference(
    kilns: Kilns, signed_in: SignedIn, app: Flask, clock: SetClock, settings: Settings
) -> None:
    account = PaymentAccount("owso@wing", "One Window", "Battambang")
    move_in(app, Shell(replace(kilns.house, payment_account=account), clock, settings))
    sent = kilns.send()
    cashier, address = signed_in(kilns.cast.sopheap), f"/office/cashier/{sent.key}"
    assert "ow-qr" not in text(cashier.get(address))
    for _ in range(2):
        assert cashier.post(f"{address}/khqr").status_code == 303
    page = text(cashier.get(address))
    assert page.count("ow-qr") == 1
    with kilns.house.database.reading() as session:
        payment = session.scalars(select(Payment)).one()
    assert payment.khqr_md5 in page
    code = {"payment": payment.key}
    refused = cashier.post(f"{address}/bank-payment?lang=en", data=with_slip(**code, bank_reference=""))
    assert refused.status_code == 422
    assert "Enter the reference number that the bank gave." in text(refused)
    confirmed = check(cashier, f"{address}/bank-payment", **code, bank_reference="FT26061ABC")
    paid = cashier.post(f"{address}/bank-payment", data=confirmed)
    assert "FT26061ABC" in text(cashier.get(paid.location))


def test_an_installation_without_an_account_shows_no_code(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    assert "khqr" not in text(cashier.get(f"/office/cashier/{sent.key}")).replace('id="khqr"', "")
    assert cashier.post(f"/office/cashier/{sent.key}/khqr").status_code == 409


@pytest.mark.parametrize(("who", "status"), [("dara", 200), ("bopha", 200), ("phally", 404), ("sreyneang", 404)])
def test_who_may_print_a_receipt(kilns: Kilns, signed_in: SignedIn, who: str, status: int) -> None:
    kilns.pay(kilns.send())
    assert signed_in(getattr(kilns.cast, who)).get("/receipts/R-02-26-000001.pdf").status_code == status


@pytest.mark.parametrize("who", ["bopha", "phally", "dara"])
def test_the_cashiers_desk_is_for_cashiers(kilns: Kilns, signed_in: SignedIn, who: str) -> None:
    sent = kilns.send()
    browser = signed_in(getattr(kilns.cast, who))
    assert browser.get("/office/cashier").status_code == 403
    assert (
        browser.post(f"/office/cashier/{sent.key}/cash", data={"amount": "40000", "confirmed": "yes"}).status_code
        == 403
    )


@pytest.fixture
def ready(kilns: Kilns) -> Submitted:
    return kilns.approved()


def desk(kilns: Kilns, ready: Submitted) -> str:
    return f"/office/handover/{kilns.task(ready, 'hand_over')}"


def test_a_result_is_handed_over_against_a_drawn_signature(kilns: Kilns, ready: Submitted, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    assert ready.reference in text(officer.get("/office/handover"))
    assert "KP-02-26-000001" in text(officer.get(desk(kilns, ready)))
    assert officer.post(desk(kilns, ready), data=SIGNED).location == "/office/handover"
    assert kilns.row(ready).outcome == Outcome.APPROVED
    assert ready.reference not in text(officer.get("/office/handover?lang=en")).partition("Ready to be collected")[2]
    assert "Collected by Sok Dara on" in text(officer.get(f"{desk(kilns, ready)}?lang=en"))


def test_a_second_click_hands_over_once(kilns: Kilns, ready: Submitted, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    for _ in range(2):
        assert officer.post(desk(kilns, ready), data=SIGNED).status_code == 303
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Handover)) == 1


def test_without_a_drawing_the_scanned_slip_counts(kilns: Kilns, ready: Submitted, signed_in: SignedIn) -> None:
    slip = (BytesIO(plain_pdf()), "slip.pdf")
    answer = signed_in(kilns.cast.bopha).post(
        desk(kilns, ready), data=SIGNED | {"signature": "", "signature_slip": slip}
    )
    assert answer.status_code == 303
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Handover)).one().media_type == "application/pdf"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signature": ""}, "A signature is needed"),
        ({"signature": data_url(png(line=False))}, "A signature is needed"),
        ({"signature": "data:image/png;base64,AAAA"}, "The signature could not be read."),
        ({"signature": "", "signature_slip": b"GIF89a----"}, "Choose one of: PDF, JPG, PNG."),
        ({"received_by": ""}, "Name of the person who collects"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays_typed(
    kilns: Kilns, ready: Submitted, signed_in: SignedIn, changed: dict[str, object], words: str
) -> None:
    typed = {name: (BytesIO(each), "slip.png") if isinstance(each, bytes) else each for name, each in changed.items()}
    answer = signed_in(kilns.cast.bopha).post(f"{desk(kilns, ready)}?lang=en", data=SIGNED | typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="010203040"' in text(answer)
    assert kilns.row(ready).status == ApplicationStatus.RUNNING


def test_another_offices_desk_is_not_found(kilns: Kilns, ready: Submitted, signed_in: SignedIn) -> None:
    assert signed_in(kilns.cast.phally).get(desk(kilns, ready)).status_code == 404
    assert signed_in(kilns.cast.phally).post(desk(kilns, ready), data=SIGNED).status_code == 403


def test_a_report_of_the_bank_that_does_not_fit_is_shown_until_it_is_dealt_with(
    kilns: Kilns, signed_in: SignedIn
) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        application = kilns.row(sent)
        payment = Payment(
            key="a-code", application_id=application.id, office_id=application.office_id,
            method=PaymentMethod.KHQR, amount=40_000,
            status=PaymentStatus.PENDING, khqr_md5="d60f", bank_paid="10.00 USD", bank_problem=BankProblem.AMOUNT,
            created_at=NOW,
        )  # fmt: skip
        session.add(payment)
    cashier = signed_in(kilns.cast.sopheap)
    assert "10.00 USD" in text(cashier.get("/office/cashier?lang=en"))
    page = text(cashier.get(f"/office/cashier/{sent.key}?lang=en"))
    assert "That is not the fee." in page
    forgotten = cashier.post(f"/office/cashier/{sent.key}/bank-note", data={"payment": "a-code", "remark-a-code": ""})
    assert (forgotten.status_code, "Give the reason." in text(forgotten)) == (422, True)
    answer = {"payment": "a-code", "remark-a-code": "paid back"}
    done = cashier.post(f"/office/cashier/{sent.key}/bank-note", data=answer)
    assert done.status_code == 303
    assert "10.00 USD" not in text(cashier.get("/office/cashier?lang=en"))
