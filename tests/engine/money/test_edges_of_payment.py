"""Where paying begins and ends: the last moment of a code, a fee that changed, the first hours of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from engine import localise
from engine.applications.submitting import Submitted
from engine.documents import khqr
from engine.errors import (
    AlreadyPaid,
    BankReferenceUsed,
    NotABankReference,
    NotAllowed,
    NotFound,
    PaymentNotDue,
    WrongAmount,
)
from engine.money import payments, voids
from engine.packages.groups import CASHIER
from engine.people.actors import Actor
from storage.events import CaseEvent
from storage.messages import Notification
from storage.payments import DueFee, FeeLine, FeeStatus, Payment, PaymentMethod, PaymentStatus
from storage.people import Membership, Person
from tests.cast import HIRED, NOW
from tests.engine.money.test_khqr import at_the_bank, confirm, offer
from tests.slips import brought
from tests.small.cases import FEE, Kilns

__all__ = ["at_the_bank"]

NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""Midnight in Phnom Penh: 2027 there, for seven hours still 2026 in UTC."""


def test_a_code_is_good_for_a_day_and_not_at_the_end_of_it(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    first = offer(at_the_bank, sent)
    assert first.expires_at == NOW + timedelta(hours=24)
    assert offer(at_the_bank, sent, hours=24, microseconds=-1).md5 == first.md5
    assert offer(at_the_bank, sent, hours=24).md5 != first.md5


def test_a_code_of_a_fee_that_changed_is_neither_shown_again_nor_confirmed(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    before = offer(at_the_bank, sent)
    with at_the_bank.house.database.transaction() as session:
        session.execute(update(DueFee).values(amount=FEE + 1_000))
    after = offer(at_the_bank, sent)
    assert (before.amount, after.amount) == (FEE, FEE + 1_000)
    with pytest.raises(WrongAmount):
        confirm(at_the_bank, before.payment_key)
    assert confirm(at_the_bank, after.payment_key, "FT26062").amount == FEE + 1_000


def test_of_two_codes_the_newest_is_shown_and_the_other_is_void_once_one_is_paid(at_the_bank: Kilns) -> None:
    sent, other = at_the_bank.send(), at_the_bank.send()
    first, kept = offer(at_the_bank, sent), offer(at_the_bank, other)
    second = offer(at_the_bank, sent, hours=25)
    assert offer(at_the_bank, sent, hours=26).payment_key == second.payment_key
    confirm(at_the_bank, second.payment_key, now=NOW + timedelta(hours=26))
    with at_the_bank.house.database.reading() as session:
        found = {row.key: row.status for row in session.scalars(select(Payment))}
    assert found == {
        first.payment_key: PaymentStatus.VOID,
        second.payment_key: PaymentStatus.CONFIRMED,
        kept.payment_key: PaymentStatus.PENDING,
    }


def test_the_code_of_another_amount_than_the_fee_takes_nothing_one_riel_off(kilns: Kilns) -> None:
    sent = kilns.send()
    for amount in (FEE - 1, FEE + 1, 0, -FEE):
        with pytest.raises(WrongAmount), kilns.house.database.transaction() as session:
            payments.record_cash(session, kilns.house, kilns.cast.sopheap.actor, sent.key, amount, now=NOW)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (NEW_YEAR - timedelta(seconds=1), "R-02-26-000001"),
        (NEW_YEAR, "R-02-27-000001"),
        (NEW_YEAR + timedelta(hours=7), "R-02-27-000001"),
    ],
)
def test_a_receipt_belongs_to_the_year_of_the_office(kilns: Kilns, moment: datetime, number: str) -> None:
    sent = kilns.send(now=moment)
    assert sent.reference[3:5] == number[5:7]
    with kilns.house.database.transaction() as session:
        receipt = payments.record_cash(session, kilns.house, kilns.cast.sopheap.actor, sent.key, FEE, now=moment)
    assert (receipt.number, receipt.at) == (number, moment)


def test_a_case_whose_payment_is_done_is_not_asked_to_pay_again(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    at_the_bank.pay(sent)
    with at_the_bank.house.database.transaction() as session:
        session.execute(update(Payment).values(status=PaymentStatus.VOID))
    with pytest.raises(PaymentNotDue):
        offer(at_the_bank, sent)


def test_a_second_click_of_the_cashier_is_the_same_receipt_and_a_colleagues_is_refused(kilns: Kilns) -> None:
    sent, first, second = kilns.send(), kilns.cast.sopheap, kilns.cast.vannak
    with kilns.house.database.transaction() as session:
        session.add(
            Membership(person_id=second.person_id, office_id=kilns.cast.battambang, group=CASHIER, from_day=HIRED)
        )
    colleague = replace(second.actor, memberships=frozenset({(CASHIER, kilns.cast.battambang)}))

    def cash(actor: Actor, amount: int = FEE) -> payments.Receipt:
        with kilns.house.database.transaction() as session:
            return payments.record_cash(session, kilns.house, actor, sent.key, amount, now=NOW)

    receipt = cash(first.actor)
    assert cash(first.actor) == receipt
    for actor, amount in ((colleague, FEE), (first.actor, FEE - 1)):
        with pytest.raises(AlreadyPaid):
            cash(actor, amount)


def test_a_bank_payment_under_another_reference_is_no_repetition(at_the_bank: Kilns) -> None:
    sent, cashier = at_the_bank.send(), at_the_bank.cast.sopheap.actor

    def bank(reference: str) -> payments.Receipt:
        with at_the_bank.house.database.transaction() as session:
            paper = brought(session, at_the_bank.house, cashier, sent.key, reference)
            return payments.record_bank_payment(
                session, at_the_bank.house, cashier, sent.key, paper, now=NOW + timedelta(hours=1)
            )

    assert bank("FT26061A") == bank("FT26061A")
    with pytest.raises(AlreadyPaid):
        bank("FT26061B")


def test_a_code_that_was_confirmed_is_confirmed_again_under_its_own_reference_only(at_the_bank: Kilns) -> None:
    key = offer(at_the_bank, at_the_bank.send()).payment_key
    assert confirm(at_the_bank, key, "FT26061A") == confirm(at_the_bank, key, "FT26061A")
    with pytest.raises(AlreadyPaid):
        confirm(at_the_bank, key, "FT26061B")


def test_a_code_is_for_its_applicant_and_the_counter_and_cashier_of_the_office(at_the_bank: Kilns) -> None:
    sent, cast = at_the_bank.send(), at_the_bank.cast
    for actor in (cast.dara.actor, cast.bopha.actor, cast.sopheap.actor):
        with at_the_bank.house.database.transaction() as session:
            assert payments.offer_khqr(session, at_the_bank.house, actor, sent.key, now=NOW).amount == FEE
    for actor in (cast.sreyneang.actor, cast.phally.actor, cast.rithy.actor):
        with at_the_bank.house.database.transaction() as session, pytest.raises(NotAllowed):
            payments.offer_khqr(session, at_the_bank.house, actor, sent.key, now=NOW)


def test_the_end_of_a_code_stands_still_however_often_it_is_shown(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    assert offer(at_the_bank, sent).expires_at == offer(at_the_bank, sent, hours=5).expires_at


def kept(kilns: Kilns, sent: Submitted) -> Payment:
    """The one payment of an application."""
    with kilns.house.database.reading() as session:
        found = select(Payment).where(Payment.application_id == kilns.row(sent).id)
        return session.scalars(found).one()


def paid(kilns: Kilns, sent: Submitted) -> CaseEvent:
    with kilns.house.database.reading() as session:
        found = select(CaseEvent).where(CaseEvent.application_id == kilns.row(sent).id, CaseEvent.kind == "paid")
        return session.scalars(found).one()


LATER = NOW + timedelta(hours=3)


def test_a_receipt_and_its_payment_say_all_that_was_paid(at_the_bank: Kilns) -> None:
    at_the_bank.send()
    sent, sopheap = at_the_bank.send(), at_the_bank.cast.sopheap
    with at_the_bank.house.database.transaction() as session:
        receipt = payments.record_cash(session, at_the_bank.house, sopheap.actor, sent.key, FEE, now=LATER)
    assert receipt == payments.Receipt(
        "R-02-26-000001", sent.key, sent.reference, FEE, PaymentMethod.CASH, LATER
    )  # fmt: skip
    row = kept(at_the_bank, sent)
    assert (row.method, row.amount, row.status, row.bank_reference) == ("cash", FEE, PaymentStatus.CONFIRMED, "")
    assert (row.created_at, row.confirmed_at, row.confirmed_by_id) == (LATER, LATER, sopheap.person_id)
    assert (row.office_id, row.receipt_number, len(row.key)) == (at_the_bank.cast.battambang, receipt.number, 16)
    assert (row.khqr, row.khqr_md5, row.ask_bank_at) == ("", "", None)


def test_the_history_of_a_payment_names_its_task_its_way_its_amount_and_its_receipt(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code = offer(at_the_bank, sent)
    with at_the_bank.house.database.transaction() as session:
        receipt = payments.confirm_by_md5(session, at_the_bank.house, code.md5, "a1b2c3", now=LATER)
    event = paid(at_the_bank, sent)
    assert (event.element_id, event.at, event.actor_id, event.actor_role) == ("pay", LATER, None, "bank")
    assert {name: event.data[name] for name in ("method", "amount", "receipt")} == {
        "method": "khqr",
        "amount": FEE,
        "receipt": receipt.number,
    }
    row = kept(at_the_bank, sent)
    assert (row.created_at, row.confirmed_at, row.confirmed_by_id) == (NOW, LATER, None)
    assert (receipt.method, receipt.at, receipt.application_key) == (PaymentMethod.KHQR, LATER, sent.key)


def test_a_code_says_who_gets_how_much_for_what_and_until_when(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code, row = offer(at_the_bank, sent), kept(at_the_bank, sent)
    assert code == payments.KhqrOffer(row.key, row.khqr, row.khqr_md5, FEE, NOW + timedelta(hours=24))
    assert (row.status, row.method, row.created_at, row.ask_bank_at) == (
        PaymentStatus.PENDING, PaymentMethod.KHQR, NOW, NOW,
    )  # fmt: skip
    account, fields = at_the_bank.house.payment_account, khqr.read(code.payload)
    assert (fields["59"], fields["60"]) == (account.merchant_name, account.city)
    assert account.bakong_id in code.payload


def test_a_new_code_takes_the_place_of_one_of_another_amount_and_of_no_other_application(at_the_bank: Kilns) -> None:
    sent, other = at_the_bank.send(), at_the_bank.send()
    theirs = offer(at_the_bank, other)
    mine = offer(at_the_bank, sent)
    assert theirs.md5 != mine.md5
    at_the_bank.pay(sent)
    with pytest.raises(AlreadyPaid):
        offer(at_the_bank, sent)
    assert offer(at_the_bank, other).md5 == theirs.md5


def test_a_reference_that_was_used_pays_no_second_fee_however_it_is_brought(at_the_bank: Kilns) -> None:
    first, second = at_the_bank.send(), at_the_bank.send()
    codes = [offer(at_the_bank, each) for each in (first, second)]
    confirm(at_the_bank, codes[0].payment_key, "FT26099")
    with pytest.raises(BankReferenceUsed):
        confirm(at_the_bank, codes[1].payment_key, "FT26099")
    with pytest.raises(BankReferenceUsed), at_the_bank.house.database.transaction() as session:
        payments.confirm_by_md5(session, at_the_bank.house, codes[1].md5, "FT26099", now=NOW)
    assert kept(at_the_bank, second).status == PaymentStatus.PENDING


def test_an_applicant_is_told_the_amount_in_the_language_they_read(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).values(language="en"))
    sent = kilns.send()
    kilns.pay(sent, now=LATER)
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification.body).where(Notification.created_at == LATER)).all()
    assert any(localise.plain_riel(FEE, "en") in body for body in told)


def test_what_is_paid_for_one_application_is_told_for_that_one_each_time(kilns: Kilns) -> None:
    for sent in (kilns.send(), kilns.send()):
        kilns.pay(sent, now=LATER)
    with kilns.house.database.reading() as session:
        keys = session.scalars(select(Notification.idempotency_key).where(Notification.created_at == LATER)).all()
    numbers = {key.split("/")[2] for key in keys if "/payment_received/" in key}
    assert numbers == {"R-02-26-000001", "R-02-26-000002"}


def test_what_the_bank_itself_names_is_not_refused_for_its_signs_and_what_a_cashier_types_is(
    at_the_bank: Kilns,
) -> None:
    code, odd = offer(at_the_bank, at_the_bank.send()), "a1#b2!"
    with pytest.raises(NotABankReference):
        confirm(at_the_bank, code.payment_key, odd)
    with at_the_bank.house.database.transaction() as session:
        assert payments.confirm_by_md5(session, at_the_bank.house, code.md5, odd, now=NOW).amount == FEE


def test_a_code_from_before_fees_were_rows_is_confirmed_for_the_one_fee_there_was(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    code = offer(at_the_bank, sent)
    with at_the_bank.house.database.transaction() as session:
        for table in (Payment, FeeLine):
            session.execute(update(table).values(fee_id=None))
        session.execute(delete(DueFee))
    with at_the_bank.house.database.transaction() as session:
        assert payments.confirm_by_md5(session, at_the_bank.house, code.md5, "a1b2c3", now=NOW).amount == FEE
    assert kept(at_the_bank, sent).fee_id is not None


def test_a_code_of_a_fee_that_is_gone_pays_nothing(at_the_bank: Kilns) -> None:
    code = offer(at_the_bank, at_the_bank.send())
    with at_the_bank.house.database.transaction() as session:
        session.execute(update(Payment).values(fee_id=None))
    with pytest.raises(PaymentNotDue), at_the_bank.house.database.transaction() as session:
        payments.confirm_by_md5(session, at_the_bank.house, code.md5, "a1b2c3", now=NOW)


def test_the_bank_that_got_another_amount_than_is_due_hears_both(at_the_bank: Kilns) -> None:
    code = offer(at_the_bank, at_the_bank.send())
    with at_the_bank.house.database.transaction() as session:
        session.execute(update(DueFee).values(amount=FEE + 1))
    with pytest.raises(WrongAmount) as refused, at_the_bank.house.database.transaction() as session:
        payments.confirm_by_md5(session, at_the_bank.house, code.md5, "a1b2c3", now=NOW)
    assert refused.value.facts == {"expected": FEE + 1, "given": FEE}


def test_a_payment_is_looked_at_anew_before_it_is_confirmed(at_the_bank: Kilns) -> None:
    code = offer(at_the_bank, at_the_bank.send())
    with at_the_bank.house.database.transaction() as session:
        seen = session.scalars(select(Payment)).one()
        session.execute(update(Payment).values(voided_at=NOW).execution_options(synchronize_session=False))
        assert seen.voided_at is None
        with pytest.raises(PaymentNotDue):
            payments.confirm_by_md5(session, at_the_bank.house, code.md5, "a1b2c3", now=NOW)


def test_a_fee_that_the_application_does_not_have_is_paid_in_no_way(at_the_bank: Kilns) -> None:
    sent, sopheap, house = at_the_bank.send(), at_the_bank.cast.sopheap.actor, at_the_bank.house
    with house.database.transaction() as session:
        paper = brought(session, house, sopheap, sent.key)
        with pytest.raises(NotFound):
            payments.record_bank_payment(session, house, sopheap, sent.key, paper, fee="another", now=NOW)
        with pytest.raises(NotFound):
            payments.record_cash(session, house, sopheap, sent.key, FEE, fee="another", now=NOW)
        with pytest.raises(NotFound):
            payments.offer_khqr(session, house, at_the_bank.cast.dara.actor, sent.key, fee="another", now=NOW)


def test_the_history_of_cash_names_the_fee_as_it_was_told_and_the_fee_is_settled_at_that_moment(
    at_the_bank: Kilns,
) -> None:
    sent = at_the_bank.send()
    at_the_bank.pay(sent, now=LATER)
    (fee,) = at_the_bank.fees(sent)
    assert (fee.status, fee.settled_at) == (FeeStatus.PAID, LATER)
    assert paid(at_the_bank, sent).data == {
        "method": "cash",
        "amount": FEE,
        "receipt": "R-02-26-000001",
        "fee_km": fee.title_km,
        "fee_en": fee.title_en,
    }


def test_a_fee_that_is_paid_again_wherever_the_process_is_by_then_names_no_task(at_the_bank: Kilns) -> None:
    sent, cast, house = at_the_bank.send(), at_the_bank.cast, at_the_bank.house
    at_the_bank.pay(sent)
    at_the_bank.check(sent, "return")
    with house.database.transaction() as session:
        voids.ask(session, house, cast.sopheap.actor, "R-02-26-000001", "ប្រាក់ច្រឡំ", now=NOW)
    with house.database.transaction() as session:
        voids.agree(session, house, cast.kunthea.actor, "R-02-26-000001", now=NOW)
    before = at_the_bank.row(sent).stage
    with house.database.transaction() as session:
        payments.record_cash(session, house, cast.sopheap.actor, sent.key, FEE, now=LATER, void_seen="R-02-26-000001")
    with house.database.reading() as session:
        wanted = select(CaseEvent).where(CaseEvent.kind == "paid").order_by(CaseEvent.seq)
        events = [(event.element_id, event.data["receipt"]) for event in session.scalars(wanted)]
    assert events == [("pay", "R-02-26-000001"), ("", "R-02-26-000002")]
    assert at_the_bank.row(sent).stage == before


def test_a_code_carries_the_reference_of_its_application(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    assert sent.reference in offer(at_the_bank, sent).payload
