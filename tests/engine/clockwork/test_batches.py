"""Many cases in a transaction: several workers do each of them once, and one that breaks stops itself alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine.case.events import verify_chains
from engine.case.opening import Case, lock_case
from engine.clockwork import batches, deadlines, schedule
from engine.clockwork.batches import MOST, TOGETHER
from engine.house import House
from storage.clocks import Clock, ClockKind
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import Office
from storage.processes import Timer, UserTask
from tests import patience
from tests.engine.clockwork.test_edges_of_deadlines import LATE, change, only
from tests.engine.clockwork.test_late_sweeps import WAITS_THEN_DIVIDES
from tests.engine.clockwork.test_new_days import late
from tests.small.cases import Kilns
from tests.small.copied_cases import copies
from tests.statements import counted

HOUR = timedelta(hours=1)
SWEEPS = 3


class Killed(BaseException):
    """The process ends here."""


def late_cases(kilns: Kilns, number: int) -> list[int]:
    """So many cases that nobody checked in time."""
    first = kilns.row(late(kilns)).id
    return [first, *copies(kilns.house.database, first, number - 1)]


def waiting_cases(kilns: Kilns, number: int) -> list[int]:
    """So many cases that wait for nothing but a timer."""
    kilns.draw(2, *WAITS_THEN_DIVIDES)
    sent = kilns.send(answers={"kiln_name": "ឡ", "kilns": "3"})
    kilns.pay(sent)
    first = kilns.row(sent).id
    return [first, *copies(kilns.house.database, first, number - 1)]


def sweep_by(workers: int, house: House, now: datetime) -> list[schedule.Swept]:
    """What workers did who all swept at once, several times."""

    def sweep(_: int) -> list[schedule.Swept]:
        return [schedule.sweep(house, now=now, parts=[schedule.DEADLINES]) for _ in range(SWEEPS)]

    with ThreadPoolExecutor(workers) as several:
        return [swept for theirs in several.map(sweep, range(workers)) for swept in theirs]


def breached(house: House) -> Counter[int]:
    """How many clocks were recorded as broken in each case."""
    with house.database.reading() as session:
        return Counter(session.scalars(select(CaseEvent.application_id).where(CaseEvent.kind == "breached")))


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_who_come_at_once_tell_each_breach_once_and_lose_none(kilns: Kilns, workers: int) -> None:
    cases = late_cases(kilns, TOGETHER + 20)
    with kilns.house.database.reading() as session:
        before = set(session.scalars(select(Notification.id)))
    swept = sweep_by(workers, kilns.house, LATE)
    assert sum(each.breached for each in swept) == len(cases)
    assert breached(kilns.house) == dict.fromkeys(cases, 3)
    with kilns.house.database.reading() as session:
        told = Counter(
            (row.application_id, row.person_id)
            for row in session.scalars(select(Notification).where(Notification.id.not_in(before)))
        )
        assert {application_id for application_id, _ in told} == set(cases)
        assert set(told.values()) == {1}
        assert set(session.scalars(select(Clock.breaches))) == {1}
        late_tasks = select(UserTask.escalated_to).where(UserTask.element_id == "check")
        assert set(session.scalars(late_tasks)) == {"head"}
        assert list(verify_chains(session)) == []


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_who_come_at_once_fire_each_timer_once_and_lose_none(kilns: Kilns, workers: int) -> None:
    cases = waiting_cases(kilns, TOGETHER + 20)
    swept = sweep_by(workers, kilns.house, LATE)
    assert sum(each.timers for each in swept) == len(cases)
    with kilns.house.database.reading() as session:
        checks = session.scalars(select(UserTask.application_id).where(UserTask.element_id == "check"))
        assert Counter(checks) == dict.fromkeys(cases, 1)
        assert list(verify_chains(session)) == []


def test_a_case_that_breaks_stops_itself_and_none_of_the_others_in_its_batch(kilns: Kilns) -> None:
    cases = late_cases(kilns, TOGETHER)
    poisoned = cases[TOGETHER // 2]
    poison(kilns, poisoned)
    for _ in range(2):
        schedule.sweep(kilns.house, now=LATE, parts=[schedule.DEADLINES])
    assert breached(kilns.house) == dict.fromkeys(set(cases) - {poisoned}, 3)
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Clock.breaches).where(Clock.application_id == poisoned))) == {0}
        assert session.scalars(select(Notification).where(Notification.application_id == poisoned)).all() == []
        assert list(verify_chains(session)) == []


def poison(kilns: Kilns, *cases: int) -> None:
    """Whoever breaks the promises of these cases breaks themselves."""
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.application_id.in_(cases)).values(extension="for ever"))


def test_more_cases_that_break_than_a_sweep_takes_hold_up_nobody_behind_them(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "TOGETHER", 3)
    cases = late_cases(kilns, 6)
    poison(kilns, *cases[:4])
    with kilns.house.database.transaction() as session:
        for passed, some in ((LATE - 2 * HOUR, cases[:4]), (LATE - HOUR, cases[4:])):
            session.execute(update(Clock).where(Clock.application_id.in_(some)).values(watch_at=passed))
    tried: list[int] = []

    def breach(session: Session, house: House, held: Sequence[Case], *, now: datetime) -> int:
        if len(held) == 1:
            tried.append(held[0].application.id)
        return deadlines.breach(session, house, held, now=now)

    assert deadlines.TO_BREACH.work_off(kilns.house, breach, now=LATE, most=3) >= 1
    assert set(breached(kilns.house)) & set(cases[4:])
    assert all(tried.count(case) <= 2 for case in cases[:4])  # as the only one of a batch, and by itself
    deadlines.TO_BREACH.work_off(kilns.house, breach, now=LATE, most=3)
    assert set(breached(kilns.house)) == set(cases[4:])


def test_a_sweep_gives_up_where_nothing_but_what_breaks_is_found(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "TOGETHER", 2)
    monkeypatch.setattr(batches, "MOST_BROKEN", 2)
    cases = late_cases(kilns, 5)
    only(kilns, ClockKind.NORM)
    poison(kilns, *cases[:4])
    assert deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE) == 0
    assert breached(kilns.house) == {}


def test_what_could_not_be_kept_was_not_done(kilns: Kilns) -> None:
    """The case breaks when its transaction is kept, not before."""
    cases = late_cases(kilns, 3)

    def breach(session: Session, house: House, held: list[Case], *, now: datetime) -> int:
        done = deadlines.breach(session, house, held, now=now)
        for case in held:
            if case.application.id == cases[1]:
                case.instance.started_at = None  # type: ignore[assignment]
        return done

    assert deadlines.TO_BREACH.work_off(kilns.house, breach, now=LATE) == 2
    assert deadlines.TO_BREACH.work_off(kilns.house, breach, now=LATE) == 0


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_leaves_all_of_it_to_the_next(kilns: Kilns) -> None:
    cases = late_cases(kilns, 5)

    def killed(session: Session, house: House, held: Sequence[Case], *, now: datetime) -> int:
        deadlines.breach(session, house, held, now=now)
        session.flush()
        raise Killed

    with pytest.raises(Killed):
        deadlines.TO_BREACH.work_off(kilns.house, killed, now=LATE)
    assert breached(kilns.house) == {}
    assert deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE) == len(cases)
    assert breached(kilns.house) == dict.fromkeys(cases, 3)


def test_the_longest_due_come_first(kilns: Kilns) -> None:
    cases = late_cases(kilns, 5)
    only(kilns, ClockKind.NORM)
    with kilns.house.database.transaction() as session:
        for hours, application_id in enumerate(reversed(cases)):
            passed = LATE - 10 * HOUR + hours * HOUR
            session.execute(update(Clock).where(Clock.application_id == application_id).values(watch_at=passed))
    assert deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE, most=3) == 3
    assert breached(kilns.house) == dict.fromkeys(cases[2:], 1)


def test_a_timer_goes_off_in_the_first_sweep_beside_more_broken_promises_than_a_sweep_takes(kilns: Kilns) -> None:
    late_cases(kilns, MOST + 9)
    kilns.draw(2, *WAITS_THEN_DIVIDES)
    sent = kilns.send(answers={"kiln_name": "ឡ", "kilns": "3"})
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        session.execute(update(Timer).values(due_at=LATE))
    swept = schedule.sweep(kilns.house, now=LATE, parts=[schedule.DEADLINES])
    assert (swept.timers, swept.breached) == (1, MOST)
    assert schedule.sweep(kilns.house, now=LATE, parts=[schedule.DEADLINES]).breached == 10  # that case's own too


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_what_somebody_holds_is_passed_over_and_done_when_they_let_go(kilns: Kilns) -> None:
    cases = late_cases(kilns, 3)
    with kilns.house.database.transaction() as session:
        lock_case(session, kilns.house, cases[0])
        assert deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE) == 2
    assert deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE) == 1
    assert breached(kilns.house) == dict.fromkeys(cases, 3)


Act = Callable[[House], int]


def breach(house: House) -> int:
    return deadlines.TO_BREACH.work_off(house, deadlines.breach, now=LATE)


def warn(house: House) -> int:
    return deadlines.TO_WARN.work_off(house, deadlines.warn, now=LATE)


@pytest.mark.parametrize("first", [warn, breach])
def test_whichever_clock_of_a_case_is_found_first_each_person_gets_one_message(kilns: Kilns, first: Act) -> None:
    """The task is late and the promise of the office comes near: they may be found in different sweeps."""
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        ahead = Clock.kind != ClockKind.TASK
        session.execute(update(Clock).where(ahead).values(watch_at=LATE + HOUR, due_at=LATE + HOUR))
    assert first(kilns.house) == 1
    assert (breach(kilns.house), warn(kilns.house)) == (0, 0)
    with kilns.house.database.reading() as session:
        mine = Notification.application_id == kilns.row(sent).id, Notification.created_at == LATE
        told = Counter(session.scalars(select(Notification.person_id).where(*mine)))
    assert kilns.cast.kunthea.person_id in told
    assert set(told.values()) == {1}


def test_nobody_is_warned_of_a_day_that_has_passed(kilns: Kilns) -> None:
    late(kilns)
    assert warn(kilns.house) == 0
    change(kilns, watch_at=LATE)
    assert warn(kilns.house) == 1


def test_many_cases_are_read_by_as_many_statements_as_a_few(kilns: Kilns) -> None:
    cases = late_cases(kilns, 24)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.application_id.in_(cases[:4])).values(watch_at=LATE - HOUR))
    asked = []
    for most in (12, 20):  # of four cases all three clocks are found, of the others one of each
        with counted(kilns.house.database) as statements:
            deadlines.TO_BREACH.work_off(kilns.house, deadlines.breach, now=LATE, most=most)
        asked.append(sum(text.startswith("SELECT") for text in statements.texts))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_where_a_batch_and_an_officer_wait_for_each_other_the_batch_gives_way(kilns: Kilns) -> None:
    cases = late_cases(kilns, 3)
    house, office_id = kilns.house, kilns.row(kilns.send()).office_id
    has_office, has_cases = Event(), Event()

    def step() -> int:
        with house.database.transaction() as session:
            session.execute(select(Office.id).where(Office.id == office_id).with_for_update())
            has_office.set()
            assert has_cases.wait(patience.SECONDS)
            return lock_case(session, house, cases[0]).application.id

    def breach_and_count(session: Session, house: House, held: list[Case], *, now: datetime) -> int:
        if not has_cases.is_set():
            has_cases.set()
            until_somebody_waits(house)
        session.execute(select(Office.id).where(Office.id == office_id).with_for_update())
        return deadlines.breach(session, house, held, now=now)

    with ThreadPoolExecutor(1) as officer:
        stepped = officer.submit(step)
        assert has_office.wait(patience.SECONDS)
        done = deadlines.TO_BREACH.work_off(house, breach_and_count, now=LATE)
        assert stepped.result(patience.SECONDS) == cases[0]
    assert done + deadlines.TO_BREACH.work_off(house, deadlines.breach, now=LATE) == 3


def until_somebody_waits(house: House) -> None:
    """Until a transaction of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def somebody_waits() -> bool:
        with house.database.reading() as session:
            return bool(session.scalar(waiting))

    patience.until(somebody_waits, "an officer who waits")
