"""The sweep asks the bank about codes that wait, and believes only what fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.claiming import SPREAD
from engine.clockwork import schedule
from engine.connectors import BakongBank
from engine.errors import NotAllowed, NotFound, ReasonMissing
from engine.house import PaymentAccount
from engine.money import bank_notes, bank_polling, payments
from engine.money.bank_polling import LONGEST_WAIT
from engine.people.actors import Actor
from storage.events import CaseEvent
from storage.payments import BankProblem, Payment, PaymentStatus
from tests import patience
from tests.bank import TOKEN, SmallBank, small_bank
from tests.cast import NOW
from tests.small.cases import FEE, Kilns

ACCOUNT = PaymentAccount("owso@wing", "One Window Battambang", "Battambang")


@pytest.fixture
def bank() -> Iterator[SmallBank]:
    with small_bank() as opened:
        yield opened


@pytest.fixture
def at_the_bank(kilns: Kilns, bank: SmallBank) -> Kilns:
    """The service in an installation with an account for KHQR and a bank that can be asked."""
    connector = BakongBank(bank.url, TOKEN, timeout=patience.SECONDS)
    return Kilns(replace(kilns.house, payment_account=ACCOUNT, bank=connector), kilns.cast)


def offer(kilns: Kilns, sent: Submitted, *, now: datetime = NOW) -> str:
    with kilns.house.database.transaction() as session:
        return payments.offer_khqr(session, kilns.house, kilns.cast.dara.actor, sent.key, now=now).md5


def row(kilns: Kilns, md5: str) -> Payment:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Payment).where(Payment.khqr_md5 == md5)).one()


def kinds(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(CaseEvent.kind).order_by(CaseEvent.application_id, CaseEvent.seq)))


def test_money_that_fits_confirms_the_payment_in_the_banks_name(at_the_bank: Kilns, bank: SmallBank) -> None:
    sent = at_the_bank.send()
    md5 = offer(at_the_bank, sent)
    bank.receive(md5, float(FEE), "KHR", "8465d722")
    assert schedule.sweep(at_the_bank.house, now=NOW).paid == 1
    paid = row(at_the_bank, md5)
    assert (paid.status, paid.bank_reference, paid.confirmed_by_id) == ("confirmed", "8465D722", None)
    assert at_the_bank.task(sent, "check")
    assert schedule.sweep(at_the_bank.house, now=NOW + timedelta(hours=1)).paid == 0
    assert bank.asked == [md5]


def test_a_new_code_is_asked_about_often_and_an_old_one_seldom(at_the_bank: Kilns, bank: SmallBank) -> None:
    md5 = offer(at_the_bank, at_the_bank.send())
    for second in range(0, 60, 2):
        bank_polling.ask_due(at_the_bank.house, now=NOW + timedelta(seconds=second))
    assert len(bank.asked) in (5, 6)
    bank_polling.ask_due(at_the_bank.house, now=NOW + timedelta(hours=8))
    next_one = row(at_the_bank, md5).ask_bank_at
    assert next_one is not None
    assert LONGEST_WAIT <= next_one - NOW - timedelta(hours=8) <= LONGEST_WAIT * (1 + SPREAD)


def test_nobody_asks_about_an_expired_code_or_about_one_that_was_paid_in_cash(
    at_the_bank: Kilns, bank: SmallBank
) -> None:
    offer(at_the_bank, at_the_bank.send())
    paid_in_cash = at_the_bank.send(at_the_bank.cast.dara)
    offer(at_the_bank, paid_in_cash)
    at_the_bank.pay(paid_in_cash)
    bank_polling.ask_due(at_the_bank.house, now=NOW + timedelta(hours=25))
    assert bank.asked == []
    bank_polling.ask_due(at_the_bank.house, now=NOW + timedelta(hours=24, minutes=5))
    assert len(bank.asked) == 1


def test_two_workers_never_ask_about_the_same_code_at_once(at_the_bank: Kilns) -> None:
    payment = row(at_the_bank, offer(at_the_bank, at_the_bank.send()))
    with at_the_bank.house.database.transaction() as session:
        assert bank_polling.QUESTIONS.claim(session, payment.id, now=NOW) is not None
    with at_the_bank.house.database.transaction() as session:
        assert bank_polling.QUESTIONS.claim(session, payment.id, now=NOW) is None


def test_a_failing_bank_stops_neither_the_sweep_nor_the_next_one(at_the_bank: Kilns, bank: SmallBank) -> None:
    codes = [offer(at_the_bank, at_the_bank.send()) for _ in range(3)]
    bank.status = 503
    swept = schedule.sweep(at_the_bank.house, now=NOW)
    assert (swept.paid, swept.messages > 0, len(bank.asked)) == (0, True, 1)
    bank.status = 200
    for code in codes:
        bank.receive(code, float(FEE), "KHR", f"ref {code}")
    assert schedule.sweep(at_the_bank.house, now=NOW + timedelta(minutes=1)).paid == 3


def test_one_sweep_asks_a_bounded_number_of_questions(
    at_the_bank: Kilns, bank: SmallBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_polling, "QUESTIONS", replace(bank_polling.QUESTIONS, batch=2))
    for _ in range(3):
        offer(at_the_bank, at_the_bank.send())
    bank_polling.ask_due(at_the_bank.house, now=NOW)
    assert len(bank.asked) == 2
    bank_polling.ask_due(at_the_bank.house, now=NOW)
    assert len(set(bank.asked)) == 3


@pytest.mark.parametrize(("amount", "currency"), [(39_999, "KHR"), (40_000.5, "KHR"), (40_000, "USD")])
def test_another_amount_or_currency_confirms_nothing_and_leaves_the_cashier_a_note(
    at_the_bank: Kilns, bank: SmallBank, amount: float, currency: str
) -> None:
    md5 = offer(at_the_bank, at_the_bank.send())
    bank.receive(md5, amount, currency)
    assert bank_polling.ask_due(at_the_bank.house, now=NOW) == 0
    payment = row(at_the_bank, md5)
    assert (payment.status, payment.bank_problem) == (PaymentStatus.PENDING, BankProblem.AMOUNT)
    assert payment.bank_paid == f"{amount} {currency} (a1b2c3)"
    assert "bank_disagrees" in kinds(at_the_bank)
    bank_polling.ask_due(at_the_bank.house, now=NOW + timedelta(hours=1))
    assert bank.asked == [md5]


def test_one_transfer_confirms_one_payment_only(at_the_bank: Kilns, bank: SmallBank) -> None:
    for md5 in (offer(at_the_bank, at_the_bank.send()), offer(at_the_bank, at_the_bank.send())):
        bank.receive(md5, float(FEE), "KHR", "the same transfer")
    assert bank_polling.ask_due(at_the_bank.house, now=NOW) == 1
    with at_the_bank.house.database.reading() as session:
        assert set(session.scalars(select(Payment.bank_problem))) == {BankProblem.NONE, BankProblem.REFERENCE_USED}


def test_the_cashier_of_the_office_closes_a_note_with_a_remark(at_the_bank: Kilns, bank: SmallBank) -> None:
    md5 = offer(at_the_bank, at_the_bank.send())
    bank.receive(md5, 1.0)
    bank_polling.ask_due(at_the_bank.house, now=NOW)
    payment, house, cast = row(at_the_bank, md5), at_the_bank.house, at_the_bank.cast

    def clear(actor: Actor, key: str = payment.key, remark: str = "paid back") -> None:
        with house.database.transaction() as session:
            bank_notes.clear(session, house, actor, key, remark, now=NOW)

    for other in (cast.bopha, cast.dara, cast.phally):
        with pytest.raises(NotAllowed):
            clear(other.actor)
    with pytest.raises(ReasonMissing):
        clear(cast.sopheap.actor, remark="  ")
    with pytest.raises(NotFound):
        clear(cast.sopheap.actor, key="nothing")
    clear(cast.sopheap.actor)
    clear(cast.sopheap.actor)
    assert row(at_the_bank, md5).bank_problem == ""
    assert kinds(at_the_bank).count("bank_note_cleared") == 1


def test_without_a_bank_nobody_is_asked(kilns: Kilns, bank: SmallBank) -> None:
    house = replace(kilns.house, payment_account=ACCOUNT)
    offer(Kilns(house, kilns.cast), kilns.send())
    assert schedule.sweep(house, now=NOW).paid == 0
    assert bank.asked == []
