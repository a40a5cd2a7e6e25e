"""Two people who record a payment of the same application at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AlreadyPaid, Refused, StalePage
from engine.money import payments, voids
from storage.events import CaseEvent
from storage.payments import Payment
from tests.cast import NOW
from tests.engine.money.test_khqr import at_the_bank, offer
from tests.slips import brought
from tests.small.cases import FEE, Kilns

__all__ = ["at_the_bank"]


def test_of_two_payments_at_once_one_counts_and_the_other_is_told(kilns: Kilns) -> None:
    sent, house, cashier = kilns.send(), kilns.house, kilns.cast.sopheap.actor
    together = Barrier(2)

    def attempt(record: Callable[[Session], payments.Receipt]) -> str:
        together.wait()
        try:
            with house.database.transaction() as session:
                return record(session).number
        except AlreadyPaid as refused:
            return f"already {refused.facts['receipt']}"

    ways: tuple[Callable[[Session], payments.Receipt], ...] = (
        lambda session: payments.record_cash(session, house, cashier, sent.key, FEE, now=NOW),
        lambda session: payments.record_bank_payment(
            session, house, cashier, sent.key, brought(session, house, cashier, sent.key), now=NOW
        ),
    )
    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(attempt, ways))
    assert answers == {"R-02-26-000001", "already R-02-26-000001"}
    with house.database.reading() as session:
        assert len(session.scalars(select(Payment)).all()) == 1


def test_of_an_agreement_and_a_taking_back_at_once_one_counts(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    house, number, together = kilns.house, "R-02-26-000001", Barrier(2)
    with house.database.transaction() as session:
        voids.ask(session, house, kilns.cast.sopheap.actor, number, "Another application", now=NOW)
    ways: tuple[Callable[[Session], None], ...] = (
        lambda session: voids.agree(session, house, kilns.cast.kunthea.actor, number, now=NOW),
        lambda session: voids.keep(session, house, kilns.cast.sopheap.actor, number, now=NOW),
    )

    def attempt(way: Callable[[Session], None]) -> str:
        together.wait()
        try:
            with house.database.transaction() as session:
                way(session)
                return "done"
        except StalePage:
            return "late"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ways)) == ["done", "late"]
    with house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind)).all()
        assert kinds.count("receipt_void") + kinds.count("void_declined") == 1


def test_of_the_bank_and_the_cashier_after_a_void_at_once_one_makes_the_new_receipt(at_the_bank: Kilns) -> None:
    sent, house, cashier = at_the_bank.send(), at_the_bank.house, at_the_bank.cast.sopheap.actor
    at_the_bank.pay(sent)
    first, second, together = "R-02-26-000001", "R-02-26-000002", Barrier(2)
    with house.database.transaction() as session:
        voids.ask(session, house, cashier, first, "Another application", now=NOW)
    with house.database.transaction() as session:
        voids.agree(session, house, at_the_bank.cast.kunthea.actor, first, now=NOW)
    code = offer(at_the_bank, sent)
    ways: tuple[Callable[[Session], payments.Receipt], ...] = (
        lambda session: payments.record_cash(session, house, cashier, sent.key, FEE, now=NOW, void_seen=first),
        lambda session: payments.confirm_by_md5(session, house, code.md5, "FT-9", now=NOW),
    )

    def attempt(way: Callable[[Session], payments.Receipt]) -> str:
        together.wait()
        try:
            with house.database.transaction() as session:
                return way(session).number
        except Refused as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(attempt, ways)) == {second, "AlreadyPaid"}
    with house.database.reading() as session:
        numbers = session.scalars(select(Payment.receipt_number).where(Payment.receipt_number.is_not(None)))
        assert sorted(numbers) == [first, second]
