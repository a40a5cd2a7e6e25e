"""After a change of a calendar the promises are reckoned in pieces, by whoever comes by: nobody waits, nothing is done
twice, and until its turn comes a case stands by its old days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import func, select, text, update

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.case.opening import lock_case
from engine.clockwork import deadlines, schedule
from engine.errors import NotAllowed, NotFound
from engine.khmer import Bilingual
from engine.offices import foreseeing, held_cases, offices, recomputing, weeks
from engine.offices.recomputing import Changed
from engine.queries.admin.calendar_changes import progress
from engine.working_time import promises
from engine.working_time.calendar import USUAL_WEEK
from engine.working_time.calendars import read_calendar
from storage.applications import Application
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import Holiday, Office
from storage.processes import ProcessInstance, UserTask
from tests import patience
from tests.cast import NOW, Member
from tests.engine.clockwork.test_new_days import DAY, clock, history
from tests.plans import planned, reads_by_index
from tests.small.cases import Kilns
from tests.small.many import write_many
from tests.statements import counted

FEAST = Bilingual("បុណ្យភូមិ", "Village feast")
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (3, 4, 5))
PROMISED = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
TASK_DUE = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def paid(kilns: Kilns, who: Member | None = None) -> Submitted:
    sent = kilns.send(who)
    kilns.pay(sent)
    return sent


def several(kilns: Kilns) -> list[Submitted]:
    """One whose promise runs, one with a fee to pay, one that was sent back, one that is suspended, and two more."""
    first, returned = paid(kilns), paid(kilns, kilns.cast.bopha)
    kilns.check(first, "return")
    unpaid = kilns.send(kilns.cast.vannak)
    return [first, returned, unpaid, paid(kilns, kilns.cast.vannak), paid(kilns, kilns.cast.kunthea)]


def decree(kilns: Kilns, day: date, *, code: str | None = None, now: datetime = NOW) -> Changed:
    with kilns.house.database.transaction() as session:
        return offices.add_holiday(session, kilns.cast.visal.actor, code, day, name=FEAST, now=now)


def revoke(kilns: Kilns, *, now: datetime = NOW) -> Changed:
    with kilns.house.database.transaction() as session:
        listed = session.scalars(select(Holiday.id)).one()
        return offices.remove_holiday(session, kilns.cast.visal.actor, listed, now=now)


def open_clocks(kilns: Kilns) -> Sequence[Clock]:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Clock).where(Clock.is_open()).order_by(Clock.id)).all()


def moments(kilns: Kilns) -> list[tuple[datetime | None, datetime | None]]:
    return [(each.watch_at, each.warn_at) for each in open_clocks(kilns)]


def as_the_calendar_says(kilns: Kilns) -> list[tuple[datetime | None, datetime | None]]:
    """The moments of all clocks, each reckoned by itself from its ledger and the calendar as it is now."""
    found = []
    with kilns.house.database.reading() as session:
        for each in session.scalars(select(Clock).where(Clock.is_open()).order_by(Clock.id)).all():
            promises.reckon(each, read_calendar(session, session.get_one(Office, each.office_id)))
            found.append((each.watch_at, each.warn_at))
        session.rollback()
    return found


def times_told(kilns: Kilns) -> list[int]:
    """How often each application's event and each person's message of a moved day were written, most often first."""
    with kilns.house.database.reading() as session:
        events = session.scalars(
            select(func.count()).where(CaseEvent.kind == "deadlines_recomputed").group_by(CaseEvent.application_id)
        ).all()
        messages = session.scalars(
            select(func.count())
            .where(Notification.idempotency_key.contains("/day_moved/"))
            .group_by(Notification.application_id)
        ).all()
    return sorted([*events, *messages], reverse=True)


def test_saving_a_day_off_touches_no_case(kilns: Kilns) -> None:
    sent = paid(kilns)
    before = moments(kilns), kilns.row(sent).event_seq, kilns.row(sent).promised_at
    assert decree(kilns, WEDNESDAY)
    assert (moments(kilns), kilns.row(sent).event_seq, kilns.row(sent).promised_at) == before


def test_in_small_pieces_it_comes_to_what_the_calendar_says(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 2)
    several(kilns)
    decree(kilns, WEDNESDAY)
    rounds = 0
    while not recomputing.work_off(kilns.house, now=NOW, most=2).is_all:
        rounds += 1
    assert rounds >= 2
    assert moments(kilns) == as_the_calendar_says(kilns)
    assert set(times_told(kilns)) == {1}
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_a_worker_that_is_killed_leaves_the_rest_to_the_next(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 2)
    several(kilns)
    decree(kilns, WEDNESDAY)

    def killed(_: held_cases.Reckoned) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            recomputing.work_off(kilns.house, now=NOW, on_piece=killed)
    assert moments(kilns) != as_the_calendar_says(kilns)
    recomputing.work_off(kilns.house, now=NOW)
    assert moments(kilns) == as_the_calendar_says(kilns)
    assert set(times_told(kilns)) == {1}


def test_two_workers_share_it_and_do_nothing_twice(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 1)
    several(kilns)
    decree(kilns, WEDNESDAY)
    done: list[held_cases.Reckoned] = []
    workers = [
        Thread(target=lambda: done.append(recomputing.work_off(kilns.house, now=NOW)), daemon=True) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=patience.SECONDS)
    recomputing.work_off(kilns.house, now=NOW + recomputing.AGAIN)  # what each had passed over
    assert moments(kilns) == as_the_calendar_says(kilns)
    assert set(times_told(kilns)) == {1}
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_a_second_decree_meanwhile_moves_what_is_left_once_by_both(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 1)
    first, second = paid(kilns), paid(kilns, kilns.cast.vannak)
    decree(kilns, WEDNESDAY)
    assert recomputing.work_off(kilns.house, now=NOW, most=1).looked == 1
    decree(kilns, THURSDAY)
    recomputing.work_off(kilns.house, now=NOW)
    assert [kilns.row(sent).promised_at for sent in (first, second)] == [PROMISED + 2 * DAY] * 2
    assert times_told(kilns) == [2, 2, 1, 1]
    assert moments(kilns) == as_the_calendar_says(kilns)


def test_a_day_off_that_is_taken_back_before_its_turn_moves_nothing_and_nobody_is_told(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, WEDNESDAY)
    revoke(kilns)
    done = recomputing.work_off(kilns.house, now=NOW)
    assert (done.clocks, done.is_all) == (0, True)
    assert kilns.row(sent).promised_at == PROMISED
    assert times_told(kilns) == []


def test_a_step_before_its_turn_reckons_its_case_first_and_shows_no_mixture(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, WEDNESDAY)
    kilns.check(sent, "return")
    (moved,) = history(kilns, sent, "deadlines_recomputed")
    assert moved.actor_id == kilns.cast.visal.person_id
    assert {entry["clock"] for entry in moved.data["clocks"]} == {"term", "norm", "task"}
    kilns.correct(sent)
    assert kilns.row(sent).promised_at == PROMISED + DAY
    assert recomputing.work_off(kilns.house, now=NOW).clocks == 0
    assert times_told(kilns) == [1, 1]
    assert moments(kilns) == as_the_calendar_says(kilns)


def test_what_is_sent_meanwhile_is_promised_by_the_new_calendar_at_once(kilns: Kilns) -> None:
    decree(kilns, WEDNESDAY)
    sent = paid(kilns)
    assert kilns.row(sent).promised_at == PROMISED + DAY
    assert recomputing.work_off(kilns.house, now=NOW).looked == 0
    assert times_told(kilns) == []


def test_a_clock_does_not_break_on_a_day_that_was_declared_a_holiday_before_its_turn_came(kilns: Kilns) -> None:
    sent = paid(kilns)
    decree(kilns, PROMISED.date(), now=PROMISED - timedelta(hours=9))
    after = PROMISED + timedelta(minutes=1)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.kind == "task").values(status="stopped"))
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        assert not deadlines.breach(session, kilns.house, [case], now=after)
    assert kilns.row(sent).promised_at == PROMISED + DAY
    assert history(kilns, sent, "breached") == []
    assert schedule.sweep(kilns.house, now=after).breached == 0


def test_nobody_is_warned_of_a_day_that_moved(kilns: Kilns) -> None:
    sent = paid(kilns)
    warned = clock(kilns, sent, "task").warn_at
    assert warned is not None
    decree(kilns, warned.date(), now=warned - timedelta(hours=9))
    with kilns.house.database.transaction() as session:
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        assert not deadlines.warn(session, kilns.house, [case], now=warned)


def test_what_becomes_a_working_day_makes_nothing_late_however_late_its_turn_comes(kilns: Kilns) -> None:
    """The day off is taken back on the morning of the promised day, and the case has its turn a day later: it was not
    late by the change, and is late by itself since, on the day that was told."""
    sent = paid(kilns)
    decree(kilns, WEDNESDAY)
    recomputing.work_off(kilns.house, now=NOW)
    told = PROMISED + DAY
    revoke(kilns, now=told - timedelta(hours=6))
    recomputing.work_off(kilns.house, now=told + DAY)
    norm = clock(kilns, sent, "norm")
    assert (norm.due_at, norm.breached_at) == (told, None)
    schedule.sweep(kilns.house, now=told + DAY)
    assert clock(kilns, sent, "norm").breached_at == told


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_case_that_somebody_has_in_hand_is_passed_over_and_comes_again(kilns: Kilns) -> None:
    """On SQLite, whoever writes waits for whoever writes."""
    held, free = paid(kilns), paid(kilns, kilns.cast.vannak)
    decree(kilns, WEDNESDAY)
    with kilns.house.database.transaction() as session:
        session.execute(
            select(ProcessInstance.id).where(ProcessInstance.application_id == kilns.row(held).id).with_for_update()
        )
        done = recomputing.work_off(kilns.house, now=NOW)
        assert (done.cases, done.is_all) == (1, False)
        assert kilns.row(free).promised_at == PROMISED + DAY
        assert kilns.row(held).promised_at == PROMISED
    with kilns.house.database.reading() as session:
        assert schedule.next_due(session, after=NOW) == NOW + recomputing.AGAIN
    assert schedule.sweep(kilns.house, now=NOW + recomputing.AGAIN).reckoned == 1
    assert kilns.row(held).promised_at == PROMISED + DAY


def test_a_case_that_breaks_stops_no_other(kilns: Kilns) -> None:
    broken, whole = paid(kilns), paid(kilns, kilns.cast.vannak)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).where(Clock.application_id == kilns.row(broken).id).values(ledger=[]))
    decree(kilns, WEDNESDAY)
    assert not recomputing.work_off(kilns.house, now=NOW).is_all
    assert kilns.row(whole).promised_at == PROMISED + DAY
    assert kilns.row(broken).promised_at == PROMISED
    assert history(kilns, broken, "deadlines_recomputed") == []


def test_a_clock_of_an_earlier_version_is_left_alone_until_its_calendar_changes(kilns: Kilns) -> None:
    sent = paid(kilns)
    odd = PROMISED + timedelta(hours=1)  # as some earlier rule may have reckoned it
    with kilns.house.database.transaction() as session:
        session.execute(update(Office).values(calendar_revision=7))
        session.execute(update(Clock).values(calendar_revision=0, watch_at=odd, due_at=odd))
    schedule.sweep(kilns.house, now=NOW)
    kilns.check(sent, "return")
    assert history(kilns, sent, "deadlines_recomputed") == []
    other = paid(kilns, kilns.cast.vannak)
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).values(calendar_revision=0))
    decree(kilns, WEDNESDAY)
    recomputing.work_off(kilns.house, now=NOW)
    assert kilns.row(other).promised_at == PROMISED + DAY


def test_one_that_may_not_move_is_only_marked(kilns: Kilns) -> None:
    paid(kilns)
    decree(kilns, date(2026, 6, 17))
    with kilns.house.database.reading() as session:
        before = session.scalars(select(UserTask.due_at).order_by(UserTask.id)).all()
    done = recomputing.work_off(kilns.house, now=NOW)
    assert (done.looked, done.clocks, done.is_all) == (1, 0, True)
    assert {each.calendar_revision for each in open_clocks(kilns)} == {2}
    with kilns.house.database.reading() as session:
        assert session.scalars(select(UserTask.due_at).order_by(UserTask.id)).all() == before


def test_it_says_how_far_it_is(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "TOGETHER", 1)
    visal = kilns.cast.visal.actor
    with kilns.house.database.reading() as session:
        assert progress(session, visal, None) is None
    paid(kilns), paid(kilns, kilns.cast.vannak)
    decree(kilns, WEDNESDAY)
    recomputing.work_off(kilns.house, now=NOW, most=1)
    for code in (None, "02"):
        with kilns.house.database.reading() as session:
            half = progress(session, visal, code)
        assert half is not None
        assert (half.made_at, half.done_at, half.promises, half.left) == (NOW, None, 6, 3)
        assert (half.looked_at, half.clocks, half.cases, half.people) == (3, 3, 1, 1)
    later = NOW + timedelta(seconds=5)
    recomputing.work_off(kilns.house, now=later)
    with kilns.house.database.reading() as session:
        done = progress(session, visal, None)
    assert done is not None
    assert (done.done_at, done.left, done.looked_at, done.clocks, done.people) == (later, 0, 6, 6, 2)


def test_only_whoever_looks_after_the_calendar_reads_how_far_it_is(kilns: Kilns) -> None:
    decree(kilns, WEDNESDAY)
    with kilns.house.database.reading() as session:
        for code, refusal in ((None, NotAllowed), ("02", NotFound)):
            with pytest.raises(refusal):
                progress(session, kilns.cast.bopha.actor, code)
        with pytest.raises(NotFound):
            progress(session, kilns.cast.visal.actor, "99")


def test_where_much_may_move_the_first_is_shown_and_the_rest_bounded(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = paid(kilns), paid(kilns, kilns.cast.vannak)
    monkeypatch.setattr(foreseeing, "FORESEEN", 1)
    with kilns.house.database.transaction() as session:
        found = foreseeing.rehearsed(
            session,
            kilns.house,
            lambda: offices.add_holiday(session, kilns.cast.visal.actor, None, WEDNESDAY, name=FEAST, now=NOW),
            now=NOW,
        )
    assert (found.is_all, found.at_most) == (False, 6)
    assert [day.reference for day in found.days] == [first.reference]
    with kilns.house.database.reading() as session:
        assert session.scalars(select(CalendarChange)).all() == []
        assert session.scalar(select(func.count()).where(Application.promised_at == PROMISED)) == 2


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_nation_of_clocks_is_never_read_as_a_whole(kilns: Kilns) -> None:
    paid(kilns)
    with kilns.house.database.transaction() as session:
        write_many(session, cases=6_000, offices=20, services=5, now=NOW)
        session.execute(update(Office).where(Office.hours == []).values(hours=weeks.stored(USUAL_WEEK)))
        session.execute(text("ANALYZE"))
    visal = kilns.cast.visal.actor
    with planned(kilns.house.database) as plans:
        for code in (None, "02"):
            with kilns.house.database.transaction() as session:
                add = partial(offices.add_holiday, session, visal, code, WEDNESDAY, name=FEAST, now=NOW)
                foreseeing.rehearsed(session, kilns.house, add, now=NOW)
    assert "ix_clock_runs_until" in reads_by_index(plans, "application", "user_task")
    decree(kilns, WEDNESDAY, code="02")
    with planned(kilns.house.database) as plans:
        with kilns.house.database.reading() as session:
            progress(session, visal, "02")
            schedule.next_due(session)
        assert recomputing.work_off(kilns.house, now=NOW).clocks == 3
    assert "ix_clock_behind" in reads_by_index(plans, "clock", "application", "user_task")


def test_a_piece_costs_the_same_statements_however_many_cases_it_has(kilns: Kilns) -> None:
    costs = []
    for day, people in ((TUESDAY, 1), (WEDNESDAY, 3)):
        for _ in range(people):
            paid(kilns)
        decree(kilns, day)
        with counted(kilns.house.database) as found:
            recomputing.work_off(kilns.house, now=NOW)
        costs.append(found.statements)
    assert costs[0] == costs[1]
