"""Receipts are numbered without a gap and without a twin: two who write at once, refusals, connections that end."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.applications.submitting import Submitted
from engine.errors import AlreadyPaid, BankReferenceUsed
from engine.errors.cash import BookMoved
from engine.money import closings, payments
from engine.money.books import figures_of
from engine.money.counting import Counted
from engine.people.actors import Actor
from storage.cash_books import BookClosing, CashBook
from storage.payments import Payment
from tests.cast import NOW
from tests.slips import brought
from tests.small.cases import FEE, Kilns


class Stopped(Exception):
    """The process ended before the transaction did."""


def numbers(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        found = session.scalars(select(Payment.receipt_number).where(Payment.receipt_number.is_not(None)))
        return sorted(number or "" for number in found)


def in_a_row(count: int) -> list[str]:
    return [f"R-02-26-{number:06d}" for number in range(1, count + 1)]


def cashiers(kilns: Kilns) -> tuple[Actor, Actor]:
    sopheap = kilns.cast.sopheap.actor
    return sopheap, replace(kilns.cast.vannak.actor, memberships=sopheap.memberships)


def take(kilns: Kilns, who: Actor, sent: Submitted, *, stops: bool = False) -> None:
    with kilns.house.database.transaction() as session:
        payments.record_cash(session, kilns.house, who, sent.key, FEE, now=NOW)
        if stops:
            raise Stopped


def test_two_cashiers_at_once_with_some_who_stop_in_the_middle_leave_no_gap(kilns: Kilns) -> None:
    applicants = (None, kilns.cast.rithy, kilns.cast.mony, kilns.cast.kunthea)
    cases, together = [kilns.send(who) for who in applicants for _ in range(2)], Barrier(2)

    def work(place: int) -> None:
        who, mine = cashiers(kilns)[place], cases[place::2]
        together.wait()
        for number, sent in enumerate(mine):
            if number % 2:
                with pytest.raises(Stopped):
                    take(kilns, who, sent, stops=True)
            take(kilns, who, sent)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, place) for place in range(2)]:
            done.result()
    assert numbers(kilns) == in_a_row(len(cases))


def test_two_for_the_same_cases_at_once_leave_no_gap(kilns: Kilns) -> None:
    cases, together = [kilns.send(who) for who in (None, kilns.cast.rithy, kilns.cast.mony)], Barrier(2)

    def work(who: Actor, mine: Sequence[Submitted]) -> int:
        refused = 0
        together.wait()
        for sent in mine:
            try:
                take(kilns, who, sent)
            except AlreadyPaid:
                refused += 1
        return refused

    first, second = cashiers(kilns)
    with ThreadPoolExecutor(2) as pool:
        refused = [pool.submit(work, first, cases), pool.submit(work, second, cases[::-1])]
        assert sum(one.result() for one in refused) == len(cases)
    assert numbers(kilns) == in_a_row(len(cases))


def cut_off(kilns: Kilns, who: Actor, sent: Submitted) -> None:
    """The connection goes away between the receipt and the end of its transaction, as with a process that is killed."""
    with kilns.house.database.transaction() as session:
        payments.record_cash(session, kilns.house, who, sent.key, FEE, now=NOW)
        connection = session.connection().connection.driver_connection
        assert connection is not None
        connection.close()


def test_a_connection_that_ends_behind_the_number_gives_it_back(kilns: Kilns) -> None:
    sent, cashier = kilns.send(), cashiers(kilns)[0]
    with pytest.raises(DBAPIError):
        cut_off(kilns, cashier, sent)
    assert numbers(kilns) == []
    take(kilns, cashier, sent)
    assert numbers(kilns) == in_a_row(1)


def test_a_refusal_behind_the_number_gives_it_back(kilns: Kilns) -> None:
    first, second, cashier = kilns.send(), kilns.send(kilns.cast.rithy), cashiers(kilns)[0]
    for sent, refused in ((first, False), (second, True)):
        with kilns.house.database.transaction() as session:
            paper = brought(session, kilns.house, cashier, sent.key)
        try:
            with kilns.house.database.transaction() as session:
                payments.record_bank_payment(session, kilns.house, cashier, sent.key, paper, now=NOW)
        except BankReferenceUsed:
            assert refused
    take(kilns, cashier, second)
    assert numbers(kilns) == in_a_row(2)


def test_of_a_receipt_and_a_closing_at_once_every_receipt_is_in_one_book_and_the_closing_is_right(kilns: Kilns) -> None:
    cashier, late = cashiers(kilns)[0], kilns.send(kilns.cast.rithy)
    take(kilns, cashier, kilns.send())
    with kilns.house.database.reading() as session:
        book = session.scalars(select(CashBook)).one()
    together = Barrier(2)

    def close() -> str:
        together.wait()
        for seen in (FEE, 2 * FEE):
            try:
                with kilns.house.database.transaction() as session:
                    closings.close(session, cashier, book.key, Counted({}), "All is away", seen=seen, now=NOW)
                return "closed"
            except BookMoved:
                continue
        return "moved"

    def receive() -> str:
        together.wait()
        take(kilns, cashier, late)
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert {one.result() for one in (pool.submit(close), pool.submit(receive))} == {"closed", "taken"}
    with kilns.house.database.reading() as session:
        closing = session.scalars(select(BookClosing)).one()
        assert figures_of(session, book.id).receipts == closing.receipts
        assert session.scalars(select(Payment).where(Payment.book_id.is_(None))).all() == []
    assert numbers(kilns) == in_a_row(2)
