"""Suspending a case: nothing moves, no promise breaks, and afterwards everything goes on with the time it had left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications import submitting
from engine.clockwork import schedule
from engine.connectors import BakongBank
from engine.errors import CaseEnded, CaseSuspended, NotAllowed, NotFound, ReasonMissing, StalePage
from engine.flow import bringing, by_hand
from engine.house import PaymentAccount
from engine.money import payments
from engine.people.actors import Actor
from engine.queries.public.tracking import progress
from engine.versions.replaying import replay
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.events import CaseEvent
from storage.payments import Payment
from storage.processes import ProcessInstance, UserTask, WaitingMessage
from tests import patience
from tests.bank import TOKEN, small_bank
from tests.cast import NOW, Member
from tests.engine.flow import drawings
from tests.small.cases import Kilns

WHY = "ឯកសាររបស់ស្ថាប័នផ្សេង"
DAY = timedelta(days=1)


def suspend(
    kilns: Kilns, key: str, who: Member | None = None, *, now: datetime = NOW, shown: int | None = None
) -> None:
    with kilns.house.database.transaction() as session:
        actor: Actor = (who or kilns.cast.visal).actor
        by_hand.suspend(session, kilns.house, actor, key, WHY, now=now, shown=shown)


def resume(kilns: Kilns, key: str, *, now: datetime = NOW) -> None:
    with kilns.house.database.transaction() as session:
        by_hand.resume(session, kilns.house, kilns.cast.visal.actor, key, WHY, now=now)


def clocks(kilns: Kilns) -> dict[str, Clock]:
    with kilns.house.database.reading() as session:
        return {clock.kind: clock for clock in session.scalars(select(Clock))}


def test_a_suspended_case_takes_no_step_and_breaks_no_promise(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    suspend(kilns, sent.key, now=NOW + DAY)
    with pytest.raises(CaseSuspended):
        kilns.check(sent, "ok", now=NOW + DAY)
    swept = schedule.sweep(kilns.house, now=NOW + 60 * DAY)
    assert (swept.timers, swept.warned, swept.breached) == (0, 0, 0)
    assert {clock.status for clock in clocks(kilns).values()} == {"paused"}
    with kilns.house.database.reading() as session:
        shown = progress(session, kilns.house, kilns.row(sent).id, now=NOW)
        assert (shown.is_suspended, shown.promised_at) == (True, None)
        assert session.scalars(select(UserTask.due_at).where(UserTask.element_id == "check")).one() is None


def test_a_resumed_case_has_the_time_it_had_left(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    before = clocks(kilns)
    suspend(kilns, sent.key, now=NOW + DAY)
    resume(kilns, sent.key, now=NOW + 8 * DAY)
    after = clocks(kilns)
    for kind in ("term", "norm", "task"):
        was = before[kind].due_at
        assert was is not None
        assert after[kind].due_at == was + 7 * DAY
    assert kilns.row(sent).promised_at == after["norm"].due_at
    kilns.check(sent, "ok", now=NOW + 9 * DAY)
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same
        kinds = session.scalars(select(CaseEvent.kind)).all()
        reason = session.scalars(select(CaseEvent.personal).where(CaseEvent.kind == "suspended")).one()
    assert (kinds.count("suspended"), kinds.count("resumed"), reason) == (1, 1, {"reason": WHY})


def test_what_waits_for_the_applicant_still_stands_still_after_the_suspension(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    suspend(kilns, sent.key)
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same
    resume(kilns, sent.key, now=NOW + 3 * DAY)
    assert {kind: clock.status for kind, clock in clocks(kilns).items() if kind != ClockKind.TASK} == {
        "term": "paused",
        "norm": "paused",
    }
    kilns.correct(sent, now=NOW + 4 * DAY)
    assert clocks(kilns)["norm"].status == ClockStatus.RUNNING


def test_suspending_twice_is_suspending_once(kilns: Kilns) -> None:
    sent = kilns.send()
    suspend(kilns, sent.key)
    suspend(kilns, sent.key)
    resume(kilns, sent.key)
    resume(kilns, sent.key)
    with kilns.house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind)).all()
    assert (kinds.count("suspended"), kinds.count("resumed")) == (1, 1)


def test_the_applicant_can_neither_withdraw_nor_pay_meanwhile(kilns: Kilns) -> None:
    sent = kilns.send()
    suspend(kilns, sent.key)
    with pytest.raises(CaseSuspended), kilns.house.database.transaction() as session:
        submitting.withdraw(session, kilns.house, kilns.cast.dara.actor, sent.key, now=NOW)
    with pytest.raises(CaseSuspended):
        kilns.pay(sent)


def test_money_that_arrives_meanwhile_is_noted_for_the_cashier(kilns: Kilns) -> None:
    with small_bank() as bank:
        account = PaymentAccount("owso@wing", "One Window", "Battambang")
        house = replace(
            kilns.house, payment_account=account, bank=BakongBank(bank.url, TOKEN, timeout=patience.SECONDS)
        )
        sent = kilns.send()
        with house.database.transaction() as session:
            md5 = payments.offer_khqr(session, house, kilns.cast.dara.actor, sent.key, now=NOW).md5
        suspend(kilns, sent.key)
        bank.receive(md5)
        assert schedule.sweep(house, now=NOW).paid == 0
    with kilns.house.database.reading() as session:
        payment = session.scalars(select(Payment)).one()
    assert (payment.status, payment.bank_problem) == ("pending", "suspended")


def test_signals_and_messages_arrive_after_the_suspension(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.LISTENS)
    listener = kilns.send()
    kilns.pay(listener)
    suspend(kilns, listener.key)
    kilns.draw(3, *drawings.SIGNALS)
    kilns.pay(kilns.send())
    assert bringing.route_due(kilns.house, now=NOW) == 0
    resume(kilns, listener.key)
    assert kilns.task(listener, "check")
    with kilns.house.database.reading() as session:
        assert session.scalars(select(WaitingMessage)).all() == []


def test_only_administrators_of_the_office_with_a_reason_and_a_fresh_page(kilns: Kilns) -> None:
    sent = kilns.send()
    for other in (kilns.cast.kunthea, kilns.cast.bopha, kilns.cast.dara, kilns.cast.chenda):
        with pytest.raises(NotAllowed):
            suspend(kilns, sent.key, other)
    with pytest.raises(NotFound):
        suspend(kilns, "nothing")
    with pytest.raises(StalePage):
        suspend(kilns, sent.key, shown=99)
    with pytest.raises(ReasonMissing), kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "  ", now=NOW)
    kilns.pay(sent)
    kilns.check(sent, "refuse")
    with pytest.raises(CaseEnded):
        suspend(kilns, sent.key)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(ProcessInstance.status)).all() == ["completed"]
