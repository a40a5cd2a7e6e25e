"""Warnings and breaches at their very moment, of two cases at once, of clocks that weigh differently; who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.applications.submitting import Submitted
from engine.case.opening import lock_case
from engine.clockwork import deadlines, schedule
from engine.localise import plain_day
from engine.packages.groups import ADMINISTRATOR, APPLICANT, HEAD, SPECIALIST
from engine.people.actors import THE_CLOCK
from engine.tasks import user_tasks
from storage.clocks import Clock, ClockKind
from storage.people import Membership, Person
from storage.processes import TaskStatus, UserTask
from tests.cast import NOW, Member
from tests.engine.clockwork.test_new_days import DAY, WEEK, clock, history, late, told
from tests.small.cases import Kilns

A_MOMENT = timedelta(microseconds=1)
LATE = NOW + 3 * WEEK
"""The task, the promise of the office and the legal term have all passed."""


def change(kilns: Kilns, kind: str | None = None, **values: Any) -> None:
    """Writes into every clock of a kind, or into all."""
    with kilns.house.database.transaction() as session:
        clocks = update(Clock).values(**values)
        session.execute(clocks if kind is None else clocks.where(Clock.kind == kind))


def only(kilns: Kilns, kind: str) -> None:
    """Leaves the clocks of one kind."""
    with kilns.house.database.transaction() as session:
        session.execute(delete(Clock).where(Clock.kind != kind))


def warn(kilns: Kilns, sent: Submitted, now: datetime) -> bool:
    with kilns.house.database.transaction() as session:
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        return deadlines.warn(session, kilns.house, [case], now=now) == 1


def breach(kilns: Kilns, sent: Submitted, now: datetime) -> bool:
    with kilns.house.database.transaction() as session:
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        return deadlines.breach(session, kilns.house, [case], now=now) == 1


def in_english(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).values(language="en"))


def test_a_case_is_warned_at_its_very_moment_and_not_before(kilns: Kilns) -> None:
    sent = late(kilns)
    first = clock(kilns, sent, "task").warn_at
    assert first is not None
    assert warn(kilns, sent, first - A_MOMENT) is False
    assert history(kilns, sent, "warned") == []
    assert warn(kilns, sent, first) is True
    assert warn(kilns, sent, first) is False
    task = clock(kilns, sent, "task")
    assert task.due_at is not None
    assert task.warned_at == first
    (event,) = history(kilns, sent, "warned")
    assert event.element_id == "check"
    assert event.data == {"clock": "task", "term": "3 working days", "due_at": task.due_at.isoformat()}


def test_a_promise_belongs_to_no_step_of_the_process(kilns: Kilns) -> None:
    sent = late(kilns)
    only(kilns, "norm")
    schedule.sweep(kilns.house, now=LATE)
    assert [event.element_id for event in history(kilns, sent, "breached")] == [""]


def test_whoever_is_told_of_another_case_at_the_same_moment_is_warned_of_this_one_too(kilns: Kilns) -> None:
    both = [late(kilns), late(kilns)]
    moment = clock(kilns, both[0], "task").warn_at
    assert moment is not None
    schedule.sweep(kilns.house, now=moment)
    assert [len(told(kilns, kilns.cast.bopha, moment, sent.reference)) for sent in both] == [1, 1]


def test_whoever_was_told_of_this_case_before_is_warned_of_the_next_clock(kilns: Kilns) -> None:
    sent = late(kilns)
    first = clock(kilns, sent, "task").warn_at
    assert first is not None
    then = first + timedelta(hours=1)
    change(kilns, "term", warn_at=then)
    for moment in (first, then):
        schedule.sweep(kilns.house, now=moment)
        assert len(told(kilns, kilns.cast.kunthea, moment, sent.reference)) == 1


def test_two_cases_that_break_at_once_are_each_told_to_everybody(kilns: Kilns) -> None:
    both = [late(kilns), late(kilns)]
    schedule.sweep(kilns.house, now=LATE)
    for sent in both:
        for who in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.kunthea):
            assert len(told(kilns, who, LATE, sent.reference)) == 1


def test_a_day_is_broken_once_its_moment_has_passed(kilns: Kilns) -> None:
    sent = late(kilns)
    day = clock(kilns, sent, "task").due_at
    assert day is not None
    assert breach(kilns, sent, day) is False
    assert breach(kilns, sent, day + A_MOMENT) is True
    task = clock(kilns, sent, "task")
    assert (task.breaches, task.breached_at, task.extended_by) == (1, day, "4 working days")


def test_clocks_that_break_together_get_the_longest_extension_of_any(kilns: Kilns) -> None:
    sent = late(kilns, LATE)
    longest = datetime(2026, 3, 27, 10, 0, tzinfo=UTC)  # four working days after Monday the 23rd, at the closing
    for kind in ("task", "norm", "term"):
        broken = clock(kilns, sent, kind)
        assert (broken.extended_by, broken.new_due_at, broken.told_at) == ("4 working days", longest, LATE)
    assert kilns.row(sent).promised_at == longest
    for event in history(kilns, sent, "breached"):
        missed = clock(kilns, sent, str(event.data["clock"])).due_at
        assert missed is not None
        assert event.data["due_at"] == missed.isoformat()
        assert (event.data["new_due_at"], event.data["told"]) == (longest.isoformat(), True)
        assert (
            event.data["term"] == {"task": "3", "norm": "5", "term": "10"}[str(event.data["clock"])] + " working days"
        )


def test_a_clock_without_an_extension_of_its_own_gets_two_working_days(kilns: Kilns) -> None:
    sent = late(kilns)
    only(kilns, "norm")
    schedule.sweep(kilns.house, now=LATE)
    assert clock(kilns, sent, "norm").new_due_at == datetime(2026, 3, 25, 10, 0, tzinfo=UTC)


def test_the_applicant_reads_the_new_day_in_their_language_once_for_each_time(kilns: Kilns) -> None:
    in_english(kilns)
    sent = late(kilns, LATE, LATE + WEEK)
    days = [datetime.fromisoformat(str(event.data["new_due_at"])) for event in history(kilns, sent, "breached")[:1]]
    first, again = told(kilns, kilns.cast.dara, LATE)
    assert first.startswith(f"We are late with {sent.reference}")
    assert f"The new date is {plain_day(days[0], 'en')}." in first
    assert again.startswith(f"Late again: {sent.reference}")
    promised = kilns.row(sent).promised_at
    assert promised is not None
    assert f"The next date is {plain_day(promised, 'en')}." in again


def test_a_new_day_on_the_promised_day_moves_nothing_for_the_applicant(kilns: Kilns) -> None:
    """The task's new day is the very day that the applicant was promised."""
    sent = late(kilns)
    change(kilns, "task", extension="1 working day")
    promised = kilns.row(sent).promised_at
    now = NOW + 4 * DAY  # Friday: one day later is Monday the 9th, as promised
    assert breach(kilns, sent, now) is True
    assert clock(kilns, sent, "task").new_due_at == promised == kilns.row(sent).promised_at
    assert told(kilns, kilns.cast.dara, now) == []


def test_an_applicant_whose_promise_is_over_hears_nothing_of_a_late_task(kilns: Kilns) -> None:
    sent = late(kilns)
    only(kilns, "task")
    assert breach(kilns, sent, LATE) is True
    assert told(kilns, kilns.cast.dara, LATE) == []
    assert len(told(kilns, kilns.cast.kunthea, LATE)) == 1


def test_an_applicant_to_whom_no_day_was_promised_hears_of_none(kilns: Kilns) -> None:
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        lock_case(session, kilns.house, kilns.row(sent).id).application.promised_at = None
    assert breach(kilns, sent, LATE) is True
    assert told(kilns, kilns.cast.dara, LATE) == []
    assert kilns.row(sent).promised_at is None


def test_a_task_without_a_level_stays_with_its_group_the_first_time_and_goes_to_the_administrators_then(
    kilns: Kilns,
) -> None:
    sent = late(kilns)
    change(kilns, "task", escalate_to="")
    for moment, level in ((LATE, ""), (LATE + WEEK, ADMINISTRATOR)):
        schedule.sweep(kilns.house, now=moment)
        with kilns.house.database.reading() as session:
            key = kilns.task(sent, "check")
            assert session.scalars(select(UserTask.escalated_to).where(UserTask.key == key)).one() == level


@pytest.mark.parametrize(
    ("named", "levels"),
    [
        (SPECIALIST, [SPECIALIST, HEAD, ADMINISTRATOR, ADMINISTRATOR]),
        (HEAD, [HEAD, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR]),
        (ADMINISTRATOR, [ADMINISTRATOR] * 4),
    ],
)
def test_a_task_goes_from_the_named_group_to_the_head_and_then_to_the_administrators(
    kilns: Kilns, named: str, levels: list[str]
) -> None:
    sent = late(kilns)
    change(kilns, "task", escalate_to=named)
    reached = []
    for weeks in range(4):
        schedule.sweep(kilns.house, now=LATE + weeks * WEEK)
        with kilns.house.database.reading() as session:
            key = kilns.task(sent, "check")
            reached.append(session.scalars(select(UserTask.escalated_to).where(UserTask.key == key)).one())
    assert reached == levels


def test_a_message_about_several_clocks_names_the_day_of_the_promise(kilns: Kilns) -> None:
    in_english(kilns)
    sent = late(kilns, LATE)
    norm = clock(kilns, sent, "norm").due_at
    assert norm is not None
    (message,) = told(kilns, kilns.cast.kunthea, LATE)
    assert f"was due by {plain_day(norm, 'en')}." in message


def test_a_message_about_the_law_and_a_task_names_the_day_of_the_law(kilns: Kilns) -> None:
    in_english(kilns)
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        session.execute(delete(Clock).where(Clock.kind == ClockKind.NORM))
    schedule.sweep(kilns.house, now=LATE)
    law = clock(kilns, sent, "term").due_at
    assert law is not None
    (message,) = told(kilns, kilns.cast.kunthea, LATE)
    assert f"was due by {plain_day(law, 'en')}." in message


@pytest.mark.parametrize(
    ("language", "said"), [("en", "is due by {day}."), ("km", "ត្រូវរួចត្រឹម {day}។")], ids=["English", "Khmer"]
)
def test_a_warning_names_the_day_in_the_language_of_the_officer(kilns: Kilns, language: str, said: str) -> None:
    if language == "en":
        in_english(kilns)
    sent = late(kilns)
    task = clock(kilns, sent, "task")
    assert task.warn_at is not None
    assert task.due_at is not None
    schedule.sweep(kilns.house, now=task.warn_at)
    (message,) = told(kilns, kilns.cast.bopha, task.warn_at)
    assert said.format(day=plain_day(task.due_at, language)) in message


def claim(kilns: Kilns, sent: Submitted, who: Member) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, kilns.task(sent, "check"), now=NOW)


def reached(kilns: Kilns, since: datetime, sent: Submitted) -> set[str]:
    """Who was told of a case since then."""
    everybody = vars(kilns.cast).items()
    members = [(name, who) for name, who in everybody if isinstance(who, Member)]
    return {name for name, who in members if told(kilns, who, since, sent.reference)}


def test_a_task_that_somebody_has_concerns_them_and_the_head_and_not_their_colleagues(kilns: Kilns) -> None:
    sent, other = late(kilns), late(kilns)
    claim(kilns, sent, kilns.cast.bopha)
    claim(kilns, other, kilns.cast.vannak)
    moment = clock(kilns, sent, "task").warn_at
    assert moment is not None
    schedule.sweep(kilns.house, now=moment)
    assert reached(kilns, moment, sent) == {"bopha", "kunthea"}
    assert reached(kilns, moment, other) == {"vannak", "kunthea"}


def test_a_promise_that_comes_near_concerns_who_has_an_open_task_of_this_case(kilns: Kilns) -> None:
    sent, other = late(kilns), late(kilns)
    claim(kilns, sent, kilns.cast.bopha)
    claim(kilns, other, kilns.cast.vannak)
    only(kilns, "norm")
    moment = clock(kilns, sent, "norm").warn_at
    assert moment is not None
    schedule.sweep(kilns.house, now=moment)
    assert reached(kilns, moment, sent) == {"bopha", "kunthea"}
    assert reached(kilns, moment, other) == {"vannak", "kunthea"}


def test_a_promise_that_is_broken_concerns_the_head(kilns: Kilns) -> None:
    sent = late(kilns)
    claim(kilns, sent, kilns.cast.bopha)
    only(kilns, "norm")
    schedule.sweep(kilns.house, now=LATE)
    assert reached(kilns, LATE, sent) == {"dara", "kunthea"}


def test_a_promise_on_its_last_moment_can_still_be_kept_by_who_has_the_task(kilns: Kilns) -> None:
    sent = late(kilns)
    claim(kilns, sent, kilns.cast.bopha)
    only(kilns, "norm")
    last = clock(kilns, sent, "norm").due_at
    assert last is not None
    schedule.sweep(kilns.house, now=last)
    assert reached(kilns, last, sent) == {"bopha", "kunthea"}


def test_tasks_that_are_done_or_are_the_applicants_concern_no_officer(kilns: Kilns) -> None:
    sent = late(kilns)
    only(kilns, "norm")
    moment = clock(kilns, sent, "norm").warn_at
    assert moment is not None
    with kilns.house.database.transaction() as session:
        check = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()
        paid = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "pay"))).one()
        assert paid.status == TaskStatus.COMPLETED
        paid.assignee_id = kilns.cast.sopheap.person_id
        check.group, check.assignee_id, check.status = APPLICANT, kilns.cast.dara.person_id, TaskStatus.CLAIMED
        session.add(Membership(person_id=kilns.cast.dara.person_id, office_id=kilns.cast.battambang, group=APPLICANT,
                               from_day=NOW.date()))  # fmt: skip
    schedule.sweep(kilns.house, now=moment)
    assert reached(kilns, moment, sent) == {"kunthea"}


def test_a_promise_that_comes_near_concerns_who_took_a_late_task_that_went_higher(kilns: Kilns) -> None:
    sent = late(kilns)
    change(kilns, "task", escalate_to=SPECIALIST)
    broken, near = clock(kilns, sent, "task").due_at, clock(kilns, sent, "norm").warn_at
    assert broken is not None
    assert near is not None
    assert broken < near
    schedule.sweep(kilns.house, now=broken + A_MOMENT)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.rithy.actor, kilns.task(sent, "check"), now=near)
    schedule.sweep(kilns.house, now=near)
    assert reached(kilns, near, sent) == {"rithy", "kunthea"}


def test_the_clock_is_who_did_it(kilns: Kilns) -> None:
    sent = late(kilns, LATE)
    events = [*history(kilns, sent, "breached"), *history(kilns, sent, "warned")]
    assert {(event.actor_id, event.at) for event in events} == {(THE_CLOCK.person_id, LATE)}


def test_where_an_office_has_no_head_its_own_administrators_are_told_and_those_of_another_office_are_not(
    kilns: Kilns,
) -> None:
    sent = late(kilns)
    only(kilns, "norm")
    with kilns.house.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.group.in_((HEAD, ADMINISTRATOR))))
        for who, office in ((kilns.cast.visal, kilns.cast.battambang), (kilns.cast.phally, kilns.cast.phnom_penh)):
            session.add(Membership(person_id=who.person_id, office_id=office, group=ADMINISTRATOR, from_day=NOW.date()))
    schedule.sweep(kilns.house, now=LATE)
    assert reached(kilns, LATE, sent) == {"dara", "visal"}
