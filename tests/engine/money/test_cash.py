"""Cash over the counter: one payment, one numbered receipt, however often the button is pressed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import localise
from engine.applications.submitting import Submitted
from engine.errors import AlreadyPaid, NotAllowed, NotFound, PaymentNotDue, WrongAmount
from engine.money import payments
from storage.messages import Notification
from storage.payments import Payment
from storage.processes import TaskKind, TaskStatus, UserTask
from tests.cast import NOW, Member
from tests.slips import PAPER
from tests.small.cases import FEE, Kilns


def take_cash(kilns: Kilns, who: Member, sent: Submitted, amount: int = FEE) -> payments.Receipt:
    with kilns.house.database.transaction() as session:
        return payments.record_cash(session, kilns.house, who.actor, sent.key, amount, now=NOW)


def test_cash_gives_a_numbered_receipt_and_the_case_goes_on(kilns: Kilns) -> None:
    sent = kilns.send()
    receipt = take_cash(kilns, kilns.cast.sopheap, sent)
    assert (receipt.number, receipt.amount, receipt.method, receipt.at) == ("R-02-26-000001", FEE, "cash", NOW)
    assert receipt.reference == sent.reference
    assert kilns.row(sent).stage == "checking"


def test_receipts_are_numbered_without_gaps(kilns: Kilns) -> None:
    numbers = [take_cash(kilns, kilns.cast.sopheap, kilns.send(who)).number for who in (None, kilns.cast.rithy)]
    assert numbers == ["R-02-26-000001", "R-02-26-000002"]


def test_a_double_click_gives_the_same_receipt(kilns: Kilns) -> None:
    sent = kilns.send()
    first, second = (take_cash(kilns, kilns.cast.sopheap, sent) for _ in range(2))
    assert first == second
    with kilns.house.database.reading() as session:
        assert len(session.scalars(select(Payment)).all()) == 1


def test_the_wrong_amount_is_refused_and_takes_nothing(kilns: Kilns) -> None:
    sent = kilns.send()
    with pytest.raises(WrongAmount) as refused:
        take_cash(kilns, kilns.cast.sopheap, sent, FEE - 1)
    assert refused.value.facts == {"expected": FEE, "given": FEE - 1}
    assert take_cash(kilns, kilns.cast.sopheap, sent).number == "R-02-26-000001"


@pytest.mark.parametrize("who", ["bopha", "phally", "dara", "visal"])
def test_only_a_cashier_of_the_office_takes_cash(kilns: Kilns, who: str) -> None:
    with pytest.raises(NotAllowed):
        take_cash(kilns, getattr(kilns.cast, who), kilns.send())


def test_a_cashier_does_not_take_the_fee_of_an_own_application(kilns: Kilns) -> None:
    with pytest.raises(NotAllowed):
        take_cash(kilns, kilns.cast.sopheap, kilns.send(kilns.cast.sopheap))


def test_a_second_payment_names_the_first_receipt(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, kilns.cast.sopheap, sent)
    with kilns.house.database.transaction() as session, pytest.raises(AlreadyPaid) as refused:
        payments.record_bank_payment(session, kilns.house, kilns.cast.sopheap.actor, sent.key, PAPER, now=NOW)
    assert refused.value.facts == {"receipt": "R-02-26-000001"}


def test_nothing_is_due_after_a_case_has_ended(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        for task in session.scalars(select(UserTask)):
            task.status = TaskStatus.CANCELLED
    with pytest.raises(PaymentNotDue):
        take_cash(kilns, kilns.cast.sopheap, sent)


def test_a_draft_cannot_be_paid(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session, pytest.raises(NotFound):
        payments.record_cash(session, kilns.house, kilns.cast.sopheap.actor, "no-such-key", FEE, now=NOW)


def test_the_applicant_is_told_and_the_payment_task_is_done_by_the_cashier(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, kilns.cast.sopheap, sent)
    with kilns.house.database.reading() as session:
        about = Notification.idempotency_key.contains("payment_received")
        told = session.scalars(select(Notification).where(about)).all()
        assert {row.person_id for row in told} == {kilns.cast.dara.person_id}
        amount = session.scalars(select(Payment.amount)).one()
        assert all(localise.plain_riel(amount, row.language) in row.body for row in told)
        done = session.scalars(select(UserTask).where(UserTask.kind == TaskKind.PAYMENT)).one()
        assert (done.status, done.completed_by_id) == ("completed", kilns.cast.sopheap.person_id)
