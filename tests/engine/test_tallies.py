"""Numbers that are kept beside the rows: whoever changes a row, however many fold at once, they are what the rows come
to. Every test with the cast ends with counting them (``tests/fixtures/houses.py``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from engine.clockwork import schedule, upkeep
from engine.queries.admin.clocks import ClockFilter, clock_board
from engine.queries.admin.reports import Period, Report, ReportFilter, report
from engine.queries.shared.names import read_names
from storage.applications import Application
from storage.chores import Chore, ChoreKind
from storage.clocks import NEVER, Clock
from storage.database import Database
from storage.sums import Difference, Tally
from storage.tallies import ClockChange, ClockTally, MonthChange
from storage.tallying import CLOCKS, MONTHS, TALLIES, differences, fold, rebuild
from tests.cast import NOW
from tests.patience import SECONDS
from tests.small.cases import Kilns

YEAR = Period(date(2026, 1, 1), date(2026, 12, 1))
MONTH = timedelta(days=30)


def shown(kilns: Kilns) -> tuple[object, Report]:
    """What the pages show."""
    with kilns.house.database.reading() as session:
        names, visal = read_names(session, kilns.house, now=NOW), kilns.cast.visal.actor
        board = clock_board(session, names, visal, ClockFilter(), now=NOW)
        return board, report(session, names, visal, YEAR, ReportFilter())


def unfolded(database: Database) -> int:
    with database.reading() as session:
        return sum(session.scalar(select(func.count()).select_from(tally.change)) or 0 for tally in TALLIES)


def busy(kilns: Kilns) -> None:
    """Cases in every state: decided, broken, waiting for a correction, just sent."""
    kilns.approved()
    returned = kilns.send(kilns.cast.vannak)
    kilns.pay(returned)
    kilns.check(returned, "return")
    kilns.pay(kilns.send(kilns.cast.rithy))
    schedule.sweep(kilns.house, now=NOW + MONTH)
    kilns.send(kilns.cast.mony, now=NOW + MONTH)


def test_folding_changes_no_number_that_is_shown(kilns: Kilns) -> None:
    busy(kilns)
    before = shown(kilns)
    assert unfolded(kilns.house.database) > 0
    for tally in TALLIES:
        while folded(kilns.house.database, tally, most=2):
            assert shown(kilns) == before
    assert unfolded(kilns.house.database) == 0


def folded(database: Database, tally: Tally, *, most: int) -> int:
    with database.transaction() as session:
        return fold(session, tally, most=most)


def test_a_fold_that_is_broken_off_has_folded_nothing(kilns: Kilns) -> None:
    busy(kilns)
    before, many = shown(kilns), unfolded(kilns.house.database)

    def killed() -> None:
        with kilns.house.database.transaction() as session:
            for tally in TALLIES:
                assert fold(session, tally) > 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert (shown(kilns), unfolded(kilns.house.database)) == (before, many)


def test_the_upkeep_folds_every_minute(kilns: Kilns) -> None:
    busy(kilns)
    upkeep.tidy_due(kilns.house, now=NOW + MONTH + timedelta(minutes=1))
    assert unfolded(kilns.house.database) == 0
    with kilns.house.database.reading() as session:
        due = session.scalars(select(Chore.due_at).where(Chore.kind == ChoreKind.TALLIES)).one()
    assert due == NOW + MONTH + timedelta(minutes=2)


def test_several_who_fold_while_others_work_lose_and_double_nothing(kilns: Kilns) -> None:
    sent = [kilns.send(who) for who in (kilns.cast.dara, kilns.cast.vannak, kilns.cast.rithy, kilns.cast.mony)]
    database, begin = kilns.house.database, Barrier(3)

    def fold_often() -> None:
        begin.wait(SECONDS)
        for _ in range(20):
            for tally in TALLIES:
                folded(database, tally, most=1)

    def pay_all() -> None:
        begin.wait(SECONDS)
        for one in sent:
            kilns.pay(one)

    together(fold_often, fold_often, pay_all)
    _, found = shown(kilns)
    assert (found.total.received, found.total.paid) == (4, 4)
    with database.reading() as session:
        assert differences(session) == []


def together(*acts: Callable[[], None]) -> None:
    failed: list[BaseException] = []

    def act(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as failure:
            failed.append(failure)

    threads = [Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)


def test_counting_anew_waits_for_who_writes_and_leaves_out_nothing(kilns: Kilns) -> None:
    sent, database = kilns.send(), kilns.house.database
    wrote = Barrier(2)

    def write() -> None:
        with database.transaction() as session:
            session.execute(update(Clock).values(breached_at=NOW))
            wrote.wait(SECONDS)
            session.execute(update(Application).where(Application.key == sent.key).values(decided_at=NOW))

    def count() -> None:
        wrote.wait(SECONDS)
        with database.transaction() as session:
            rebuild(session)

    together(write, count)
    with database.reading() as session:
        assert differences(session) == []
        assert session.scalar(select(func.sum(ClockTally.late))) == 2


def test_counting_anew_lets_who_holds_a_clock_finish(kilns: Kilns) -> None:
    kilns.send()
    database, holds = kilns.house.database, Barrier(2)
    with database.transaction() as session:
        session.execute(update(Clock).values(listed_at=NOW))  # wrong, so that counting anew writes it

    def write() -> None:
        with database.transaction() as session:
            session.scalars(select(Clock.id).with_for_update()).all()
            holds.wait(SECONDS)
            until_somebody_waits(database)
            session.execute(update(Clock).values(breached_at=NOW))

    def count() -> None:
        holds.wait(SECONDS)
        with database.transaction() as session:
            rebuild(session)

    together(write, count)
    with database.reading() as session:
        assert differences(session) == []


def until_somebody_waits(database: Database) -> None:
    """Until somebody waits for a lock of PostgreSQL."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until, waiting = time.monotonic() + SECONDS, database.is_sqlite
    while not waiting and time.monotonic() < until:
        with database.reading() as session:
            waiting = bool(session.scalar(text(asked)))
    assert waiting


TAMPERED: dict[str, Callable[[Session], object]] = {
    "a sum": lambda session: session.execute(update(ClockTally).values(late=ClockTally.late + 3)),
    "a change": lambda session: session.execute(delete(MonthChange)),
    "a place in the list": lambda session: session.execute(update(Clock).values(listed_at=NOW)),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_wrong_number_is_found_and_counting_anew_mends_it(kilns: Kilns, what: str) -> None:
    kilns.pay(kilns.send())
    with kilns.house.database.transaction() as session:
        fold(session, CLOCKS)
        TAMPERED[what](session)
    with kilns.house.database.reading() as session:
        assert differences(session) != []
    with kilns.house.database.transaction() as session:
        rebuild(session)
    with kilns.house.database.reading() as session:
        assert differences(session) == []


def test_a_difference_says_which_number_of_what_is_how_much_too_high(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        fold(session, MONTHS)
        session.execute(text("UPDATE month_tally SET received = 5"))
    with kilns.house.database.reading() as session:
        (found,) = differences(session)
    assert found == Difference("month_tally", ("2026-03", kilns.cast.battambang, "industry.kiln_permit"), "received", 4)
    with kilns.house.database.transaction() as session:
        rebuild(session)


BY_HAND = (
    "UPDATE clock SET status = 'paused', due_at = NULL, warn_at = NULL",
    "UPDATE clock SET warned_at = started_at, breached_at = started_at WHERE kind = 'norm'",
    "UPDATE clock SET status = 'met', ended_at = started_at",
    "UPDATE clock SET status = 'running', ended_at = NULL WHERE kind <> 'task'",
    "UPDATE user_task SET element_id = 'elsewhere'",
    "UPDATE application SET outcome = 'rejected', decided_at = submitted_at",
    "UPDATE application SET outcome = 'lapsed', ended_at = submitted_at",
    "UPDATE payment SET status = 'void'",
    "UPDATE payment SET status = 'confirmed', amount = amount * 2",
    "DELETE FROM clock WHERE kind = 'task'",
    "DELETE FROM clock WHERE kind = 'term'",
    "DELETE FROM clock",
)


def test_whatever_is_written_without_us_is_counted(kilns: Kilns) -> None:
    busy(kilns)
    for statement in BY_HAND:
        with kilns.house.database.transaction() as session:
            session.execute(text(statement))
        with kilns.house.database.reading() as session:
            assert differences(session) == [], statement


def test_a_clock_without_a_day_is_listed_last(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with kilns.house.database.transaction() as session:
        session.execute(text("UPDATE clock SET due_at = NULL"))
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Clock.listed_at))) == {NEVER}


def test_a_step_that_moves_no_clock_leaves_no_change(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    many = unfolded(kilns.house.database)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).values(term="4 working days", due_at=Clock.due_at))
        session.execute(update(Application).values(stage="elsewhere", revision=Application.revision + 1))
    assert unfolded(kilns.house.database) == many
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ClockChange).where(ClockChange.late != 0)) == 0
