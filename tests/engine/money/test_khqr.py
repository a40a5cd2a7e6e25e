"""Paying with a KHQR code: the exact string is kept, and the bank's word or the cashier's confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.documents import khqr
from engine.errors import (
    AlreadyPaid,
    BankReferenceMissing,
    BankReferenceUsed,
    KhqrNotOffered,
    NotABankReference,
    NotAllowed,
    NotFound,
)
from engine.house import PaymentAccount
from engine.money import payments
from storage.events import CaseEvent
from storage.payments import Payment
from tests.cast import NOW, Member
from tests.slips import brought
from tests.small.cases import FEE, Kilns

ACCOUNT = PaymentAccount("owso@wing", "One Window Battambang", "Battambang")


@pytest.fixture
def at_the_bank(kilns: Kilns) -> Kilns:
    """The same service in an installation that has an account for KHQR."""
    return Kilns(replace(kilns.house, payment_account=ACCOUNT), kilns.cast)


def offer(kilns: Kilns, sent: Submitted, who: Member | None = None, **later: float) -> payments.KhqrOffer:
    with kilns.house.database.transaction() as session:
        actor = (who or kilns.cast.dara).actor
        return payments.offer_khqr(session, kilns.house, actor, sent.key, now=NOW + timedelta(**later))


def confirm(kilns: Kilns, key: str, bank_reference: str = "FT26061", now: datetime = NOW) -> payments.Receipt:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.sopheap.actor
        paper = brought(session, kilns.house, actor, key, bank_reference, now=now)
        return payments.confirm_payment(session, kilns.house, actor, key, paper, now=now)


def test_the_code_carries_the_fee_and_the_reference(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code = offer(at_the_bank, sent)
    fields = khqr.read(code.payload)
    assert (fields["54"], fields["62"]["01"]) == (str(FEE), sent.reference)
    assert code.md5 == khqr.md5(code.payload)


def test_the_same_code_is_shown_again_until_it_expires(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    codes = [offer(at_the_bank, sent, hours=hours).md5 for hours in (0, 23, 25)]
    assert codes[0] == codes[1] != codes[2]


def test_the_cashier_confirms_what_the_bank_shows(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    receipt = confirm(at_the_bank, offer(at_the_bank, sent).payment_key)
    assert (receipt.number, receipt.method) == ("R-02-26-000001", "khqr")
    assert at_the_bank.row(sent).stage == "checking"
    assert confirm(at_the_bank, offer_key(at_the_bank)) == receipt


def offer_key(kilns: Kilns) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Payment.key)).one()


def test_a_connector_confirms_by_the_md5_in_the_name_of_the_bank(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code = offer(at_the_bank, sent)
    with at_the_bank.house.database.transaction() as session:
        receipt = payments.confirm_by_md5(session, at_the_bank.house, code.md5, "hash-1", now=NOW)
    assert receipt.reference == sent.reference
    with at_the_bank.house.database.reading() as session:
        paid = session.scalars(select(CaseEvent).where(CaseEvent.kind == "paid")).one()
        assert (paid.actor_id, paid.actor_role) == (None, "bank")


def test_an_unknown_md5_is_not_found(at_the_bank: Kilns) -> None:
    with at_the_bank.house.database.transaction() as session, pytest.raises(NotFound):
        payments.confirm_by_md5(session, at_the_bank.house, "0" * 32, "hash-1", now=NOW)


def test_an_expired_code_that_was_paid_still_counts(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    old = offer(at_the_bank, sent)
    offer(at_the_bank, sent, hours=30)
    assert confirm(at_the_bank, old.payment_key).number == "R-02-26-000001"


def test_after_cash_the_code_confirms_nothing(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code = offer(at_the_bank, sent)
    at_the_bank.pay(sent)
    with pytest.raises(AlreadyPaid):
        confirm(at_the_bank, code.payment_key)
    with pytest.raises(AlreadyPaid):
        offer(at_the_bank, sent)


def test_a_confirmation_needs_the_reference_of_the_bank(at_the_bank: Kilns) -> None:
    code = offer(at_the_bank, at_the_bank.send())
    with pytest.raises(BankReferenceMissing):
        confirm(at_the_bank, code.payment_key, "  ")


def test_one_transfer_pays_one_application(at_the_bank: Kilns) -> None:
    confirm(at_the_bank, offer(at_the_bank, at_the_bank.send()).payment_key, "FT-7")
    other = offer(at_the_bank, at_the_bank.send(at_the_bank.cast.rithy), at_the_bank.cast.rithy)
    with pytest.raises(BankReferenceUsed):
        confirm(at_the_bank, other.payment_key, "FT-7")


def test_a_transfer_without_a_code_is_recorded_with_its_reference(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        cashier = kilns.cast.sopheap.actor
        paper = brought(session, kilns.house, cashier, sent.key, "ABA 991")
        receipt = payments.record_bank_payment(session, kilns.house, cashier, sent.key, paper, now=NOW)
    assert (receipt.method, receipt.number) == ("bank", "R-02-26-000001")


def test_an_installation_without_an_account_offers_no_code(kilns: Kilns) -> None:
    with pytest.raises(KhqrNotOffered):
        offer(kilns, kilns.send())


def test_a_stranger_gets_no_code(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    with pytest.raises(NotAllowed):
        offer(at_the_bank, sent, at_the_bank.cast.sreyneang)
    assert offer(at_the_bank, sent, at_the_bank.cast.bopha).amount == FEE


@pytest.mark.parametrize("again", ["ft26061", "FT 26061", "ft-26061", "FT២៦០៦១", "FT–26061."])
def test_a_bank_reference_in_other_writing_pays_no_second_fee(at_the_bank: Kilns, again: str) -> None:
    first, second = at_the_bank.send(), at_the_bank.send()
    confirm(at_the_bank, offer(at_the_bank, first).payment_key)
    actor = at_the_bank.cast.sopheap.actor
    with at_the_bank.house.database.transaction() as session:
        paper = brought(session, at_the_bank.house, actor, second.key, again)
    with at_the_bank.house.database.transaction() as session, pytest.raises(BankReferenceUsed):
        payments.record_bank_payment(session, at_the_bank.house, actor, second.key, paper, now=NOW)


@pytest.mark.parametrize("typed", ["x", "<b>FT26061</b>", "A" * 81, "លេខយោង"])
def test_what_no_bank_writes_is_no_reference(at_the_bank: Kilns, typed: str) -> None:
    sent = at_the_bank.send()
    with pytest.raises(NotABankReference):
        confirm(at_the_bank, offer(at_the_bank, sent).payment_key, typed)
