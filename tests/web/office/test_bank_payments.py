"""The page of a bank payment: nothing typed is lost, the slip least of all, and who looked at it is noted."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storage.bank_slips import BankSlip
from storage.payments import Payment
from storage.people import AccessLog
from tests.cast import Member
from tests.slips import TYPED
from tests.small.cases import Kilns
from tests.web.citizen.test_files import TOO_LARGE, send
from tests.web.office.test_desks import check, text, with_slip

SignedIn = Callable[[Member], FlaskClient]
FIRST = "R-02-26-000001"


def test_a_bank_payment_is_checked_recorded_and_shown_everywhere(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    address = f"/office/cashier/{sent.key}/bank-payment"
    asked = text(cashier.post(f"{address}?lang=en", data=with_slip())).replace("\u00a0", " ")
    for said in ("ACLEDA Bank", "2 March 2026", "FT1", "slip.png", "Nothing is recorded yet"):
        assert said in asked
    paid = cashier.post(address, data=check(cashier, address))
    assert (paid.status_code, paid.location) == (303, f"/office/receipts/{FIRST}")
    receipt = text(cashier.get(f"{paid.location}?lang=en"))
    assert "ACLEDA Bank" in receipt
    assert f"/receipts/{FIRST}/slip" in receipt
    assert "Bank payment · ACLEDA Bank, 2 Mar" in text(cashier.get("/office/cashier?lang=en")).replace("\u00a0", " ")
    assert "ធនាគារ អេស៊ីលីដា" in text(cashier.get("/office/cashier?lang=km"))
    case = text(signed_in(kilns.cast.bopha).get(f"/office/cases/{sent.key}?lang=en"))
    assert f"/receipts/{FIRST}/slip" in case
    assert "at the bank: ACLEDA Bank, 2 March 2026" in case.replace("\u00a0", " ")
    mine = text(signed_in(kilns.cast.dara).get(f"/applications/{sent.key}/payment?lang=en"))
    assert "ACLEDA Bank" in mine
    assert f"/receipts/{FIRST}/slip" in mine


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"bank": ""}, "Answer “Bank”"),
        ({"bank": "other", "bank_name": ""}, "Answer “Name of the bank”"),
        ({"paid_on-month": "13"}, "“Day of the payment” must be a real date"),
        ({"paid_on-day": "3"}, "“Day of the payment” must be 02/03/2026 or earlier"),
        ({"paid_on-day": "1"}, "“Day of the payment” must be 02/03/2026 or later"),
        ({"bank_reference": "x"}, "This is not a reference of a bank"),
        ({"bank_amount": "39 000"}, "The amount must be 40,000 riel, not 39,000 riel."),
    ],
)
def test_a_wrong_field_gives_the_page_back_with_everything_typed_and_the_slip(
    kilns: Kilns, signed_in: SignedIn, other: dict[str, str], said: str
) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    address = f"/office/cashier/{sent.key}/bank-payment"
    typed = with_slip(**{"bank_name": "Svay", "bank_reference": "FT-77", **other})
    refused = cashier.post(f"{address}?lang=en", data=typed)
    page = text(refused)
    assert refused.status_code == 422
    assert said in page
    assert "✓ slip.png" in page
    for name, value in typed.items():
        if name not in ("slip", "bank"):
            assert f'name="{name}"' in page
            assert f'value="{value}"' in page
    again = {name: value for name, value in with_slip().items() if name != "slip"}
    assert "Nothing is recorded yet" in text(cashier.post(f"{address}?lang=en", data=again)), "the slip is there"
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Payment)).all() == []
        assert len(session.scalars(select(BankSlip)).all()) == 1


def test_a_file_that_is_no_slip_is_explained_and_the_fields_stay(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    typed = with_slip() | {"slip": (BytesIO(b"MZ a program"), "slip.exe")}
    refused = cashier.post(f"/office/cashier/{sent.key}/bank-payment?lang=en", data=typed)
    assert refused.status_code == 422
    assert "This file cannot be accepted. Choose one of: PDF, JPG, PNG." in text(refused)
    assert 'value="FT1"' in text(refused)
    assert '<option value="acleda" selected' in text(refused)


def test_a_slip_that_is_too_large_is_named_and_loses_nothing_that_was_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    refused = send(cashier, f"/office/cashier/{sent.key}/bank-payment", {"slip": TOO_LARGE}, **TYPED)
    assert refused.status_code == 422
    assert "This file is too large. It may have at most 10 MB." in text(refused)
    assert 'value="FT1"' in text(refused)


def test_what_another_cashier_sent_is_not_shown_as_mine(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    address = f"/office/cashier/{sent.key}"
    signed_in(kilns.cast.sopheap).post(f"{address}/bank-payment", data=with_slip())
    with kilns.house.database.transaction() as session:
        session.scalars(select(BankSlip)).one().kept_by_id = kilns.cast.kunthea.person_id
    assert "slip.png" not in text(signed_in(kilns.cast.sopheap).get(address))


def test_who_looks_at_a_slip_is_noted_for_the_applicant(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    address = f"/office/cashier/{sent.key}/bank-payment"
    cashier.post(address, data=check(cashier, address))
    slip = signed_in(kilns.cast.bopha).get(f"/receipts/{FIRST}/slip")
    assert (slip.status_code, slip.mimetype) == (200, "image/png")
    assert signed_in(kilns.cast.dara).get(f"/receipts/{FIRST}/slip").status_code == 200
    for stranger in (kilns.cast.phally, kilns.cast.sreyneang):
        assert signed_in(stranger).get(f"/receipts/{FIRST}/slip").status_code == 404
    with kilns.house.database.reading() as session:
        looks = session.scalars(select(AccessLog).where(AccessLog.page == "bank_slip")).all()
        assert [look.person_id for look in looks] == [kilns.cast.bopha.person_id]
    assert "the slip of a bank payment" in text(signed_in(kilns.cast.dara).get("/account/looks?lang=en"))
