"""What only the day of a session brings on counts from that day: the clock of the task, and the promise meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.applications import submitting
from engine.clockwork import schedule
from engine.errors import NotYetItsDay
from engine.flow import by_hand
from engine.house import House
from engine.packages import build_package
from engine.packages.scenario_runs import run_scenario
from engine.packages.scenarios import read_scenarios
from engine.queries.public import promised
from engine.working_time import clocks, promises
from engine.working_time.calendar import WorkingDays, WorkingTime
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.offices import Office
from tests.cast import NOW, Cast
from tests.small.courses import MEETING, MONDAY, Courses, courses
from tests.small.files import changed

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FOLDER = "industry/pottery_course"
DECIDES = '<spiffworkflow:property name="decides" value="result" />'
DUE = "".join(
    f'<spiffworkflow:property name="{name}" value="{value}" />'
    for name, value in (("due", "2 working days"), ("warn", "1 working day"))
)
RECORDED = ("process.bpmn", DECIDES, f"{DECIDES}{DUE}")
ANY_DAY = ("process.bpmn", DECIDES, f'{DECIDES}{DUE}<spiffworkflow:property name="any_day" value="yes" />')
FRIDAY_BEGINS, MONDAY_BEGINS = datetime(2026, 3, 6, 1, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC)
TWO, NORM = WorkingDays(2), WorkingDays(15)


@pytest.fixture
def recorded(house: House, cast: Cast) -> Courses:
    """The course, which is to be recorded within two working days."""
    return courses(house, cast, changed(FOLDER, RECORDED))


def calendar(pottery: Courses) -> WorkingTime:
    with pottery.house.database.reading() as session:
        return pottery.house.calendars.of(session, session.get_one(Office, pottery.cast.battambang))


def clock(pottery: Courses, key: str, kind: ClockKind = ClockKind.TASK) -> Clock:
    """The newest clock of this kind of a case."""
    mine = Clock.application_id == pottery.service.row(key).id, Clock.kind == kind
    with pottery.house.database.reading() as session:
        return session.query(Clock).filter(*mine).order_by(Clock.id.desc()).first()  # type: ignore[return-value]


def test_a_task_behind_an_appointment_is_due_from_the_session_and_nobody_is_late_before(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    due = calendar(recorded).add(FRIDAY_BEGINS, TWO)
    assert (clock(recorded, key).due_at, recorded.open_tasks(key)[0].due_at) == (due, due)
    warned = calendar(recorded).add(FRIDAY_BEGINS, WorkingDays(1))
    schedule.sweep(recorded.house, now=FRIDAY_BEGINS + timedelta(hours=1))
    with recorded.house.database.reading() as session:
        assert schedule.next_due(session, after=FRIDAY_BEGINS + timedelta(hours=1)) == warned
    assert not any(word in recorded.events(key) for word in ("warned", "breached"))
    schedule.sweep(recorded.house, now=warned)
    assert recorded.events(key).count("warned") == 1
    schedule.sweep(recorded.house, now=due + timedelta(seconds=1))
    assert recorded.events(key).count("breached") == 1


def test_another_choice_moves_the_day_and_the_promise(recorded: Courses) -> None:
    friday, monday, key = recorded.session(), recorded.session(MONDAY), recorded.send()
    recorded.choose(key, friday)
    # Tuesday, Wednesday and Thursday are given back.
    assert recorded.service.row(key).promised_at == calendar(recorded).add(NOW, WorkingDays(NORM.count + 3))
    recorded.change(key, monday, now=NOW + timedelta(days=1, hours=2))
    assert clock(recorded, key).due_at == calendar(recorded).add(MONDAY_BEGINS, TWO)
    assert recorded.service.row(key).promised_at == calendar(recorded).add(NOW, WorkingDays(NORM.count + 4))
    recorded.change(key, friday, now=NOW + timedelta(days=1, hours=3))
    assert clock(recorded, key).due_at == calendar(recorded).add(FRIDAY_BEGINS, TWO)
    assert recorded.service.row(key).promised_at == calendar(recorded).add(NOW, WorkingDays(NORM.count + 3))


@SQLITE
def test_the_page_says_why_the_promised_day_is_so_far_away(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    said = promised.why(clock(recorded, key, ClockKind.NORM), "submitted", calendar(recorded))
    assert said is not None
    assert said.waited_for_session


def test_while_a_session_is_cancelled_the_promise_runs_and_the_task_waits(recorded: Courses) -> None:
    friday, tuesday, key = recorded.session(), recorded.session(MONDAY + timedelta(days=1)), recorded.send()
    recorded.choose(key, friday)
    recorded.cancel(friday, now=NOW + timedelta(hours=1))
    assert (clock(recorded, key).status, clock(recorded, key).due_at) == (ClockStatus.PAUSED, None)
    assert recorded.service.row(key).promised_at == calendar(recorded).add(NOW, NORM)
    recorded.change(key, tuesday, now=FRIDAY_BEGINS)
    assert clock(recorded, key).due_at == calendar(recorded).add(MONDAY_BEGINS + timedelta(days=1), TWO)
    # It ran until Friday morning: Friday and Monday are given back.
    assert recorded.service.row(key).promised_at == calendar(recorded).add(NOW, WorkingDays(NORM.count + 2))


@SQLITE
def test_a_case_that_was_suspended_goes_on_waiting_for_its_day(recorded: Courses) -> None:
    friday, key, visal = recorded.session(), recorded.send(), recorded.cast.visal.actor
    recorded.choose(key, friday)
    before = clock(recorded, key).due_at, recorded.service.row(key).promised_at
    with recorded.house.database.transaction() as session:
        by_hand.suspend(session, recorded.house, visal, key, "រង់ចាំ", now=NOW + timedelta(hours=1))
    assert clock(recorded, key).due_at is None
    with recorded.house.database.transaction() as session:
        by_hand.resume(session, recorded.house, visal, key, "បន្ត", now=NOW + timedelta(days=2))
    assert (clock(recorded, key).due_at, recorded.service.row(key).promised_at) == before


def test_what_is_done_at_a_session_is_not_recorded_before_its_day(recorded: Courses) -> None:
    friday, monday, key = recorded.session(), recorded.session(MONDAY), recorded.send()
    recorded.choose(key, monday)
    with pytest.raises(NotYetItsDay) as refused:
        recorded.held(key, now=FRIDAY_BEGINS)
    assert refused.value.facts == {"day": MONDAY}
    assert recorded.waits_at(key) == ["hold"]
    recorded.change(key, friday, who=recorded.cast.bopha, now=FRIDAY_BEGINS - timedelta(days=2))
    recorded.held(key, now=FRIDAY_BEGINS - timedelta(hours=8))  # the first hour of Friday
    assert recorded.waits_at(key) == ["meet"]


@SQLITE
def test_the_last_minute_of_the_day_before_is_not_its_day(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    with pytest.raises(NotYetItsDay):
        recorded.held(key, now=FRIDAY_BEGINS - timedelta(hours=8, seconds=1))


@SQLITE
def test_what_is_recorded_on_its_day_before_the_hour_is_done_in_time(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    early = FRIDAY_BEGINS - timedelta(hours=1)
    recorded.held(key, now=early)
    with recorded.house.database.reading() as session:
        met = session.query(Clock).filter(Clock.warn_term != "", Clock.kind == ClockKind.TASK).one()
    assert met.status == ClockStatus.MET
    assert met.ledger[-1][:3] == ["pause", NOW.isoformat(), early.isoformat()]


@SQLITE
def test_what_was_at_a_session_that_the_office_cancelled_can_still_be_recorded(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    recorded.cancel(friday, now=NOW + timedelta(hours=1))
    recorded.held(key, "later", now=NOW + timedelta(hours=2))
    assert recorded.waits_at(key) == ["choose"]


@SQLITE
def test_what_can_be_done_any_day_is_recorded_before_it(house: House, cast: Cast) -> None:
    pottery = courses(house, cast, changed(FOLDER, ANY_DAY))
    friday, key = pottery.session(), pottery.send()
    pottery.choose(key, friday)
    pottery.held(key, now=NOW + timedelta(hours=1))
    assert pottery.waits_at(key) == ["meet"]


@SQLITE
def test_a_task_that_can_be_done_any_day_counts_at_once_and_the_promise_waits_for_the_day(
    house: House, cast: Cast
) -> None:
    pottery = courses(house, cast, changed(FOLDER, ANY_DAY))
    friday, monday, key = pottery.session(), pottery.session(MONDAY), pottery.send()
    pottery.choose(key, friday)
    assert clock(pottery, key).due_at == calendar(pottery).add(NOW, TWO)
    assert pottery.service.row(key).promised_at == calendar(pottery).add(NOW, WorkingDays(NORM.count + 3))
    pottery.change(key, monday, now=NOW + timedelta(hours=1))
    assert clock(pottery, key).due_at == calendar(pottery).add(NOW, TWO)
    assert pottery.service.row(key).promised_at == calendar(pottery).add(NOW, WorkingDays(NORM.count + 4))
    pottery.cancel(monday, now=NOW + timedelta(hours=2))
    assert pottery.service.row(key).promised_at == calendar(pottery).add(NOW, NORM)
    pottery.change(key, friday, now=NOW + timedelta(hours=3))
    assert pottery.service.row(key).promised_at == calendar(pottery).add(NOW, WorkingDays(NORM.count + 3))


@SQLITE
def test_a_case_with_a_day_ahead_that_is_withdrawn_promises_nothing_more(house: House, cast: Cast) -> None:
    pottery = courses(house, cast, changed(FOLDER, ANY_DAY))
    friday, key = pottery.session(), pottery.send()
    pottery.choose(key, friday)
    with house.database.transaction() as session:
        submitting.withdraw(session, house, cast.dara.actor, key, now=NOW + timedelta(hours=1))
    norm = clock(pottery, key, ClockKind.NORM)
    assert (norm.status, norm.ledger[-1][0], norm.ledger[-1][2]) == (
        ClockStatus.STOPPED,
        "pause",
        (NOW + timedelta(hours=1)).isoformat(),
    )


@SQLITE
def test_a_short_promise_is_never_told_before_the_day_that_was_chosen(house: House, cast: Cast) -> None:
    short = (("service.yaml", "norm: 15 working days", "norm: 1 working day"), ANY_DAY)
    pottery = courses(house, cast, changed(FOLDER, *short))
    friday, key = pottery.session(), pottery.send()
    pottery.choose(key, friday)
    promised_at = pottery.service.row(key).promised_at
    assert promised_at == calendar(pottery).add(NOW, WorkingDays(4)) > FRIDAY_BEGINS
    schedule.sweep(house, now=FRIDAY_BEGINS - timedelta(hours=1))
    assert clock(pottery, key, ClockKind.NORM).breaches == 0


@SQLITE
def test_who_is_told_the_day_because_the_papers_are_complete_is_told_none_before_the_one_they_chose(
    house: House, cast: Cast
) -> None:
    complete = ("service.yaml", "norm: 15 working days", "norm: 1 working day\nclock: {starts: complete}")
    found = (*ANY_DAY[:2], f'{ANY_DAY[2]}<spiffworkflow:property name="completes" value="yes" />')
    pottery = courses(house, cast, changed(FOLDER, complete, found))
    friday, key = pottery.session(), pottery.send()
    pottery.choose(key, friday)
    pottery.held(key, now=NOW + timedelta(hours=1))
    assert "នឹងរួចរាល់ត្រឹម ថ្ងៃទី៩ ខែមីនា" in pottery.told(key)[-1]


@SQLITE
def test_what_a_fee_is_paid_for_is_expected_behind_the_day_that_was_chosen(recorded: Courses) -> None:
    friday, key = recorded.session(), recorded.send()
    recorded.choose(key, friday)
    office, length = calendar(recorded), WorkingDays(1)
    assert promised.expected(None, office, length, NOW) == office.add(NOW, length)
    assert promised.expected(None, office, length, NOW, waits_until=FRIDAY_BEGINS) == office.add(FRIDAY_BEGINS, length)
    late = FRIDAY_BEGINS + timedelta(days=3)
    assert promised.expected(None, office, length, late, waits_until=FRIDAY_BEGINS) == office.add(late, length)


@SQLITE
def test_a_rehearsal_comes_to_the_same_days(recorded: Courses) -> None:
    friday, monday, key = recorded.session(), recorded.session(MONDAY), recorded.send()
    meeting, moved = recorded.session(MONDAY + timedelta(days=7), kind=MEETING), NOW + timedelta(days=1)
    recorded.choose(key, friday, now=NOW + timedelta(hours=1))
    recorded.change(key, monday, now=moved)
    recorded.held(key, now=MONDAY_BEGINS + timedelta(hours=8))
    recorded.claim(key, "meet", recorded.cast.rithy, now=MONDAY_BEGINS + timedelta(days=1))
    recorded.choose(
        key, meeting, who=recorded.cast.rithy, element="meet", now=MONDAY_BEGINS + timedelta(days=1, hours=1)
    )
    norm = clock(recorded, key, ClockKind.NORM)
    assert norm.ended_at is not None
    office = calendar(recorded)
    used = clocks.consumed(WorkingDays(1), promises.intervals(norm), office, now=norm.ended_at)
    package = build_package(changed(FOLDER, RECORDED))
    scenario = read_scenarios("tests.yaml", package.files["tests.yaml"], package)[0]
    assert run_scenario(package, scenario, office).working_days == used == 1
