"""Money paid back and fees written off: one asks with a reason, the head of the office agrees."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.errors import (
    NotAllowed,
    NotFound,
    NotRefundable,
    PaidBack,
    PaymentNotDue,
    ReasonMissing,
    RemissionWaits,
    SecondPersonNeeded,
    StalePage,
    TooMuchBack,
)
from engine.money import payments, remissions, voids
from engine.queries.admin.reports import Period, ReportFilter, report
from engine.queries.office.remissions import asked_remissions, remission
from engine.queries.shared.names import read_names
from storage.events import CaseEvent
from storage.messages import Notification
from storage.payments import FeeStatus
from storage.remissions import Remission, RemissionStatus
from tests.cast import NOW, Member
from tests.engine.money.test_several_fees import AGAIN
from tests.small.cases import FEE, Kilns

FIRST = "R-02-26-000001"


def ask(kilns: Kilns, who: Member, *, amount: int = FEE, reason: str = "បង់ខុស", in_error: bool = True) -> str:
    with kilns.house.database.transaction() as session:
        return remissions.ask_refund(
            session, kilns.house, who.actor, FIRST, amount=amount, reason=reason, in_error=in_error, now=NOW
        )


def write_off(kilns: Kilns, sent: Submitted, who: Member, reason: str = "គ្រួសារក្រីក្រ") -> str:
    fee = kilns.fees(sent)[-1].key
    with kilns.house.database.transaction() as session:
        return remissions.ask_write_off(session, kilns.house, who.actor, sent.key, fee, reason=reason, now=NOW)


def agree(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        remissions.agree(session, kilns.house, who.actor, key, now=NOW)


def decline(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        remissions.decline(session, kilns.house, who.actor, key, now=NOW)


def row(kilns: Kilns, key: str) -> Remission:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Remission).where(Remission.key == key)).one()


def told(kilns: Kilns, word: str) -> list[str]:
    with kilns.house.database.reading() as session:
        wanted = select(Notification.body).where(Notification.idempotency_key.contains(f"/{word}/"))
        return list(session.scalars(wanted))


def test_money_is_paid_back_against_a_numbered_slip_when_the_head_agrees(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    key = ask(kilns, kilns.cast.sopheap, amount=15_000)
    assert row(kilns, key).number is None
    agree(kilns, kilns.cast.kunthea, key)
    agree(kilns, kilns.cast.kunthea, key)
    assert (row(kilns, key).status, row(kilns, key).number) == (RemissionStatus.AGREED, "RF-02-26-000001")
    assert (kilns.fees(sent)[0].status, kilns.fees(sent)[0].refunded) == (FeeStatus.PAID, 15_000)
    assert len(set(told(kilns, "refund_agreed"))) == 1
    with kilns.house.database.reading() as session:
        events = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.seq)).all()
    assert events[-2:] == ["refund_asked", "refunded"]
    assert kilns.task(sent, "check")


@pytest.mark.parametrize("amount", [0, -1, FEE + 1])
def test_no_more_is_paid_back_than_was_paid(kilns: Kilns, amount: int) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(TooMuchBack):
        ask(kilns, kilns.cast.sopheap, amount=amount)


def test_what_was_paid_back_is_not_paid_back_again(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    agree(kilns, kilns.cast.kunthea, ask(kilns, kilns.cast.sopheap, amount=30_000))
    with pytest.raises(TooMuchBack) as refused:
        ask(kilns, kilns.cast.sopheap, amount=10_001)
    assert refused.value.facts["most"] == 10_000
    agree(kilns, kilns.cast.kunthea, ask(kilns, kilns.cast.sopheap, amount=10_000))
    with kilns.house.database.reading() as session:
        numbers = session.scalars(select(Remission.number).order_by(Remission.id)).all()
    assert numbers == ["RF-02-26-000001", "RF-02-26-000002"]


def test_a_fee_that_the_law_keeps_is_paid_back_only_when_it_was_paid_in_error(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(NotRefundable):
        ask(kilns, kilns.cast.sopheap, in_error=False)
    assert ask(kilns, kilns.cast.sopheap, in_error=True)


def test_who_asked_does_not_agree_and_a_reason_is_needed(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(ReasonMissing):
        ask(kilns, kilns.cast.sopheap, reason="  ")
    key = ask(kilns, kilns.cast.sopheap)
    with pytest.raises(NotAllowed):
        agree(kilns, kilns.cast.sopheap, key)
    with kilns.house.database.transaction() as session:
        session.scalars(select(Remission)).one().asked_by_id = kilns.cast.kunthea.person_id
    with pytest.raises(SecondPersonNeeded):
        agree(kilns, kilns.cast.kunthea, key)


@pytest.mark.parametrize("who", ["bopha", "kunthea", "dara", "phally"])
def test_only_a_cashier_of_the_office_asks(kilns: Kilns, who: str) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(NotAllowed):
        ask(kilns, getattr(kilns.cast, who))


def test_one_question_about_a_fee_at_a_time(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    key = ask(kilns, kilns.cast.sopheap, amount=1_000)
    with pytest.raises(RemissionWaits):
        ask(kilns, kilns.cast.sopheap, amount=1_000)
    with pytest.raises(RemissionWaits), kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "ច្រឡំ", now=NOW)
    decline(kilns, kilns.cast.kunthea, key)
    decline(kilns, kilns.cast.sopheap, key)
    assert row(kilns, key).status == RemissionStatus.DECLINED
    with pytest.raises(StalePage):
        agree(kilns, kilns.cast.kunthea, key)
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "ច្រឡំ", now=NOW)
    with pytest.raises(RemissionWaits):
        ask(kilns, kilns.cast.sopheap, amount=1_000)


def test_a_receipt_of_which_money_was_paid_back_is_not_made_void(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    agree(kilns, kilns.cast.kunthea, ask(kilns, kilns.cast.sopheap))
    with pytest.raises(PaidBack), kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "ច្រឡំ", now=NOW)


def test_income_is_less_what_was_paid_back(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    agree(kilns, kilns.cast.kunthea, ask(kilns, kilns.cast.sopheap, amount=15_000))
    month = NOW.date().replace(day=1)
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        found = report(session, names, kilns.cast.visal.actor, Period(month, month), ReportFilter())
    assert (found.total.paid, found.total.income) == (1, FEE - 15_000)


def test_a_fee_that_is_written_off_lets_the_process_go_on(kilns: Kilns) -> None:
    sent = kilns.send()
    key = write_off(kilns, sent, kilns.cast.sopheap)
    with pytest.raises(NotAllowed):
        agree(kilns, kilns.cast.sopheap, key)
    agree(kilns, kilns.cast.kunthea, key)
    assert kilns.fees(sent)[0].status == FeeStatus.WRITTEN_OFF
    assert kilns.task(sent, "check")
    assert len(set(told(kilns, "fee_written_off"))) == 1
    with kilns.house.database.transaction() as session, pytest.raises(PaymentNotDue):
        payments.record_cash(session, kilns.house, kilns.cast.sopheap.actor, sent.key, FEE, now=NOW)
    with kilns.house.database.reading() as session:
        (event,) = session.scalars(select(CaseEvent).where(CaseEvent.kind == "written_off"))
    assert (event.element_id, event.data["amount"], event.personal) == ("pay", FEE, {"reason": "គ្រួសារក្រីក្រ"})


def test_a_fee_that_was_paid_meanwhile_is_not_written_off(kilns: Kilns) -> None:
    sent = kilns.send()
    key = write_off(kilns, sent, kilns.cast.sopheap)
    kilns.pay(sent)
    with pytest.raises(StalePage):
        agree(kilns, kilns.cast.kunthea, key)
    assert kilns.fees(sent)[0].status == FeeStatus.PAID
    with pytest.raises(PaymentNotDue):
        write_off(kilns, sent, kilns.cast.sopheap)


def test_a_fee_that_is_owed_for_a_void_receipt_can_be_written_off(kilns: Kilns) -> None:
    sent = kilns.approved()
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "ច្រឡំ", now=NOW)
    with kilns.house.database.transaction() as session:
        voids.agree(session, kilns.house, kilns.cast.kunthea.actor, FIRST, now=NOW)
    agree(kilns, kilns.cast.kunthea, write_off(kilns, sent, kilns.cast.sopheap))
    kilns.collect(sent)
    assert kilns.row(sent).outcome == "approved"


def test_remissions_are_read_by_the_cashier_and_the_head_of_the_office_only(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    key = ask(kilns, kilns.cast.sopheap)
    with kilns.house.database.reading() as session:
        for who, may in (("sopheap", (False, True)), ("kunthea", (True, False))):
            actor = getattr(kilns.cast, who).actor
            one = remission(session, kilns.house, actor, key)
            assert (one.may_answer, one.may_take_back) == may
            assert [found.key for found in asked_remissions(session, kilns.house, actor).items] == [key]
        phally = kilns.cast.phally.actor
        assert asked_remissions(session, kilns.house, phally).items == ()
        with pytest.raises(NotFound):
            remission(session, kilns.house, phally, key)


def test_what_was_paid_back_is_due_when_the_payment_is_reached_again(kilns: Kilns) -> None:
    kilns.draw(2, *AGAIN)
    sent = kilns.send()
    kilns.pay(sent)
    agree(kilns, kilns.cast.kunthea, ask(kilns, kilns.cast.sopheap, amount=15_000))
    kilns.check(sent, "return")
    kilns.correct(sent)
    assert [(fee.amount, fee.status) for fee in kilns.fees(sent)] == [(FEE, "paid"), (15_000, "due")]
