"""While only the applicant can go on, the clocks of the office stand still, and nobody is told of a broken promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.opening import lock_case
from engine.clockwork import schedule, upkeep
from engine.packages import missing
from engine.packages.sms import sms_parts
from engine.queries.public.tracking import progress
from engine.tasks import user_tasks
from engine.working_time import clocks, promises
from storage.clocks import Clock, ClockStatus
from storage.messages import Notification
from storage.processes import UserTask
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import DAY, WEEK, clock
from tests.small.cases import PACKAGE, Kilns

DUE = '<spiffworkflow:property name="due" value="1 working day" />'
ESCALATES = '<spiffworkflow:property name="escalate_to" value="head" />'


def watched(kilns: Kilns) -> None:
    """The service with a term on every task that is the applicant's to bring about."""
    kinds = [f'<spiffworkflow:property name="kind" value="{kind}" />' for kind in ("payment", "correction", "handover")]
    kilns.draw(2, *((kind, kind + DUE + ESCALATES) for kind in kinds))


def unpaid(kilns: Kilns) -> Submitted:
    return kilns.send()


def unpaid_with_a_cashier(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.sopheap.actor, kilns.task(sent, "pay"), now=NOW)
    return sent


def sent_back(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    return sent


def uncollected(kilns: Kilns) -> Submitted:
    return kilns.approved()


@pytest.mark.parametrize("state", [unpaid, unpaid_with_a_cashier, sent_back, uncollected])
def test_nobody_is_told_of_a_promise_that_the_applicant_keeps_waiting(
    kilns: Kilns, state: Callable[[Kilns], Submitted]
) -> None:
    watched(kilns)
    sent = state(kilns)
    for weeks in (1, 3, 30):
        swept = schedule.sweep(kilns.house, now=NOW + weeks * WEEK)
        assert (swept.warned, swept.breached) == (0, 0)
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification.idempotency_key).where(Notification.created_at > NOW))
        assert [key for key in told if "/collect/" not in key] == [], "but to come and collect"
        running = select(Clock.kind).where(Clock.status == ClockStatus.RUNNING)
        assert session.scalars(running).all() == []
        shown = progress(session, kilns.house, kilns.row(sent).id, now=NOW + 30 * WEEK)
    assert (shown.promised_at, shown.overdue_at, shown.is_late) == (None, None, False)


def test_what_waits_at_the_counter_has_no_due_day_in_an_inbox(kilns: Kilns) -> None:
    watched(kilns)
    sent = kilns.send()
    with kilns.house.database.reading() as session:
        due = session.scalars(select(UserTask.due_at).where(UserTask.key == kilns.task(sent, "pay"))).one()
    assert due is None


@pytest.mark.parametrize(
    ("paid", "promised"),
    [
        (NOW, datetime(2026, 3, 9, 10, 0, tzinfo=UTC)),
        (NOW + DAY, datetime(2026, 3, 9, 10, 0, tzinfo=UTC)),  # on Tuesday before it closed: Tuesday counts
        (datetime(2026, 3, 3, 10, 0, tzinfo=UTC), datetime(2026, 3, 9, 10, 0, tzinfo=UTC)),  # at the closing itself
        (datetime(2026, 3, 3, 10, 0, 1, tzinfo=UTC), datetime(2026, 3, 10, 10, 0, tzinfo=UTC)),  # and just after it
        (NOW + WEEK, datetime(2026, 3, 13, 10, 0, tzinfo=UTC)),
    ],
)
def test_the_promise_runs_on_with_the_payment_and_no_day_before_it_is_used(
    kilns: Kilns, paid: datetime, promised: datetime
) -> None:
    sent = kilns.send()
    assert (sent.promised_at, kilns.row(sent).promised_at) == (None, None)
    kilns.pay(sent, now=paid)
    assert kilns.row(sent).promised_at == promised == clock(kilns, sent, "norm").due_at


def test_the_applicant_is_told_that_the_days_are_counted_from_the_payment(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.reading() as session:
        (received,) = session.scalars(select(Notification).where(Notification.created_at == NOW)).all()
    assert "៥ ថ្ងៃធ្វើការ ក្រោយពេលបង់ប្រាក់" in received.body
    assert received.short_body.endswith("ត្រឹម ៥ថ្ងៃធ្វើការក្រោយបង់")
    assert sms_parts(received.short_body) == 1


def test_a_payment_does_not_begin_the_term_anew_as_a_correction_may(kilns: Kilns) -> None:
    service = (PACKAGE / "service.yaml").read_bytes() + b"clock: {starts: submitted, restarts_after_correction: true}\n"
    kilns.draw(2, more={"service.yaml": service})
    sent = kilns.send()
    kilns.pay(sent, now=NOW + DAY)
    assert [stretch[0] for stretch in clock(kilns, sent, "norm").ledger] == ["run", "pause", "run"]
    kilns.check(sent, "return", now=NOW + DAY)
    kilns.correct(sent, now=NOW + 2 * DAY)
    assert clock(kilns, sent, "norm").ledger[-1][0] == "restart"


def test_an_applicant_who_comes_late_leaves_the_office_all_its_time(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + 20 * WEEK)
    assert schedule.sweep(kilns.house, now=NOW + 20 * WEEK + timedelta(minutes=1)).breached == 0
    kilns.check(sent, "ok", now=NOW + 20 * WEEK + DAY)
    assert clock(kilns, sent, "norm").status == "met"


def test_the_clock_runs_while_the_office_has_anything_to_do(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        tasks = kilns.house.catalog.current(session, "industry.kiln_permit", now=NOW).package.tasks
    theirs = [tasks[name] for name in ("pay", "correct", "hand_over")]
    assert all(missing([task]) for task in theirs)
    assert missing(theirs) == missing([tasks["correct"]]) == clocks.WAITS_FOR_APPLICANT
    assert missing([tasks["pay"], tasks["hand_over"]]) == clocks.WAITS_AT_THE_COUNTER
    assert missing([tasks["check"]]) == missing([*theirs, tasks["check"]]) == missing([]) == ""


def as_an_earlier_release_left_it(kilns: Kilns, sent: Submitted) -> None:
    """Its clocks ran on while the applicant owed something."""
    with kilns.house.database.transaction() as session:
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        for one in promises.open_clocks(session, case.application.id):
            one.ledger = [["run", NOW.isoformat(), None, ""]]
            one.status = ClockStatus.RUNNING
            promises.reckon(one, case.calendar)
        case.application.promised_at = promises.promised_at(promises.open_clocks(session, case.application.id))


@pytest.mark.parametrize("state", [unpaid, unpaid_with_a_cashier, sent_back])
def test_the_clocks_of_a_case_from_an_earlier_release_stand_still_after_the_first_sweep(
    kilns: Kilns, state: Callable[[Kilns], Submitted]
) -> None:
    watched(kilns)
    sent = state(kilns)
    as_an_earlier_release_left_it(kilns, sent)
    assert kilns.row(sent).promised_at is not None
    for late in (30 * WEEK, 31 * WEEK):
        swept = schedule.sweep(kilns.house, now=NOW + late)
        assert (swept.warned, swept.breached) == (0, 0)
    assert kilns.row(sent).promised_at is None
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Notification.idempotency_key).where(Notification.created_at > NOW))
        assert [key for key in told if "/collect/" not in key] == [], "but to come and collect"
        ledgers = session.scalars(select(Clock.ledger).where(Clock.status == ClockStatus.PAUSED)).all()
    assert ledgers
    assert {ledger[-1][1] for ledger in ledgers} == {NOW.isoformat()}  # since then, not since the sweep


def test_a_case_of_an_earlier_release_has_all_its_days_once_the_applicant_comes(kilns: Kilns) -> None:
    sent = kilns.send()
    as_an_earlier_release_left_it(kilns, sent)
    schedule.sweep(kilns.house, now=NOW + 2 * DAY)
    kilns.pay(sent, now=NOW + WEEK)
    assert kilns.row(sent).promised_at == datetime(2026, 3, 13, 10, 0, tzinfo=UTC)


def test_many_cases_are_put_right_a_batch_at_a_time_and_those_of_the_office_run_on(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "TOGETHER", 2)
    waiting, running = [kilns.send() for _ in range(5)], kilns.send()
    kilns.pay(running)
    for sent in waiting:
        as_an_earlier_release_left_it(kilns, sent)
    for _ in range(3):
        upkeep.tidy_due(kilns.house, now=NOW + DAY)
    assert [kilns.row(sent).promised_at for sent in waiting] == [None] * 5
    assert kilns.row(running).promised_at is not None


def test_where_the_service_counts_from_the_payment_no_clock_is_there_before_it(kilns: Kilns) -> None:
    service = (PACKAGE / "service.yaml").read_bytes() + b"clock: {starts: paid}\n"
    kilns.draw(2, more={"service.yaml": service})
    sent = kilns.send()
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Clock.id).where(Clock.kind != "task")).all() == []
    kilns.pay(sent, now=NOW + DAY)
    assert clock(kilns, sent, "norm").started_at == NOW + DAY
    assert clock(kilns, sent, "term").ledger[0][0] == "run"
