"""A completed task is taken back exactly, while nobody has gone on, and in no other case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import bpmn
from engine.applications.visit_reports import Report, report
from engine.case.events import verify_chains
from engine.clockwork import climbing, schedule
from engine.errors import NotAllowed, StalePage
from engine.errors.cases import TaskGone
from engine.errors.recalls import RecallTooFar, RecallTooLate
from engine.house import House
from engine.offices.chains import NewChain, Step, set_chain
from engine.tasks import interests, notes, user_tasks
from engine.tasks.user_tasks import TaskDone
from engine.versions.recalling import recall
from engine.versions.replaying import found_case, replay, walked
from engine.working_time.calendars import read_calendar
from engine.working_time.terms import WorkingDays
from storage.applications import Document, Opinion
from storage.chains import Raised, RaisedTo
from storage.clocks import Clock, ClockStatus
from storage.colleagues import NoteKind
from storage.messages import Notification
from storage.offices import Holiday, Office
from storage.processes import ProcessInstance, TaskStatus, Timer, UserTask
from storage.tallying import differences
from tests.cast import NOW, Cast, Member
from tests.journeys.guesthouse import Guesthouse, guesthouse
from tests.small.cases import Kilns
from tests.small.sites import photo

LATER = NOW + timedelta(hours=2)
OK = {"check_result": "ok"}
FOUND = {
    "inspected_on-day": "2",
    "inspected_on-month": "3",
    "inspected_on-year": "2026",
    "rooms_counted": "12",
    "found_in_order": "hygiene",
    "inspection_result": "ok",
    "findings": "ល្អ",
}


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    return guesthouse(house, cast)


def checked(licence: Guesthouse) -> tuple[str, str]:
    """A case whose documents Chan Bopha has checked; its key and that of the task."""
    key = licence.paid()
    task = licence.task(key, "check")
    licence.work(key, "check", licence.cast.bopha, OK)
    return key, task


def take_back(licence: Guesthouse, task: str, who: Member | None = None) -> str:
    with licence.house.database.transaction() as session:
        return recall(session, licence.house, (who or licence.cast.bopha).actor, task, now=LATER)


def rows(licence: Guesthouse, key: str) -> dict[str, Any]:
    """What a case is made of, but for its history and what grows with every step."""
    application = licence.row(key)
    with licence.house.database.reading() as session:
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.application_id == application.id)
        ).one()
        tasks = session.execute(
            select(UserTask.element_id, UserTask.status, UserTask.assignee_id, UserTask.completed_at, UserTask.due_at)
            .where(UserTask.application_id == application.id, UserTask.status != TaskStatus.CANCELLED)
            .order_by(UserTask.id)
        ).all()
        clocks = session.execute(
            select(
                Clock.kind, Clock.status, Clock.ledger, Clock.due_at, Clock.warn_at, Clock.ended_at, Clock.breached_at
            )
            .where(Clock.application_id == application.id, Clock.status != ClockStatus.STOPPED)
            .order_by(Clock.id)
        ).all()
        timers = session.execute(select(Timer.element_id, Timer.due_at).where(Timer.instance_id == instance.id)).all()
        return {
            "stage": application.stage,
            "promised": application.promised_at,
            "waits": sorted(instance.waits["tasks"]),
            "tasks": [tuple(row) for row in tasks],
            "clocks": [tuple(row) for row in clocks],
            "timers": [tuple(row) for row in timers],
            "opinions": session.scalar(select(func.count()).select_from(Opinion)),
            "messages": session.scalar(select(func.count()).select_from(Notification)),
            "state": instance.state,
        }


def test_the_case_stands_as_before_and_replays_with_the_recall_in_it(licence: Guesthouse) -> None:
    key = licence.paid()
    task = licence.task(key, "check")
    with licence.house.database.transaction() as session:
        user_tasks.claim(session, licence.house, licence.cast.bopha.actor, task, now=NOW)
    before = rows(licence, key)
    with licence.house.database.transaction() as session:
        user_tasks.complete(session, licence.house, licence.cast.bopha.actor, task, OK, now=NOW)
    assert rows(licence, key)["stage"] != before["stage"] or rows(licence, key)["tasks"] != before["tasks"]
    assert take_back(licence, task) == licence.row(key).reference
    after = rows(licence, key)
    assert bpmn.are_same(after.pop("state"), before.pop("state"))
    assert after == before
    with licence.house.database.reading() as session:
        assert replay(session, licence.house, licence.row(key).id).same
        assert list(verify_chains(session)) == []
        assert differences(session) == []


def test_it_is_completed_otherwise_and_the_case_goes_on(licence: Guesthouse) -> None:
    key, task = checked(licence)
    stale = licence.task(key, "review")
    take_back(licence, task)
    with licence.house.database.transaction() as session, pytest.raises(TaskGone):
        user_tasks.claim(session, licence.house, licence.cast.rithy.actor, stale, now=LATER)
    with licence.house.database.transaction() as session:
        user_tasks.complete(session, licence.house, licence.cast.bopha.actor, task, OK, now=LATER)
    assert licence.task(key, "review") != stale
    assert take_back(licence, task), "and once more"
    with licence.house.database.transaction() as session:
        user_tasks.complete(session, licence.house, licence.cast.bopha.actor, task, OK, now=LATER)
    licence.work(key, "review", licence.cast.rithy, {"review_result": "ok", "review_opinion": "ល្អ"}, now=LATER)
    with licence.house.database.reading() as session:
        application = licence.row(key).id
        assert replay(session, licence.house, application).same
        instance, office = found_case(session, application)
        walk = walked(session, licence.house, instance, read_calendar(session, office))
    taken = [one.element_id for one in walk.inputs]
    assert taken.count("check") == 1, "what was taken back is no input of a rehearsal"
    assert len(walk.events) == len(walk.inputs)


def claims_the_next(licence: Guesthouse, key: str) -> None:
    with licence.house.database.transaction() as session:
        next_task = licence.task(key, "review")
        user_tasks.claim(session, licence.house, licence.cast.rithy.actor, next_task, now=LATER)


def claims_and_gives_it_back(licence: Guesthouse, key: str) -> None:
    claims_the_next(licence, key)
    with licence.house.database.transaction() as session:
        next_task = licence.task(key, "review")
        user_tasks.release_claim(session, licence.house, licence.cast.rithy.actor, next_task, now=LATER)


def writes_a_note(licence: Guesthouse, key: str) -> None:
    with licence.house.database.transaction() as session:
        rithy = licence.cast.rithy.actor
        notes.write_note(session, licence.house, rithy, key, "I know them", kind=NoteKind.SHARED, now=LATER)


@pytest.mark.parametrize("happens", [claims_the_next, claims_and_gives_it_back, writes_a_note])
def test_whatever_happened_since_keeps_it_done(licence: Guesthouse, happens: Callable[[Guesthouse, str], None]) -> None:
    key, task = checked(licence)
    happens(licence, key)
    before = rows(licence, key)
    with pytest.raises(RecallTooLate):
        take_back(licence, task)
    assert rows(licence, key) == before


def test_a_step_that_did_more_is_not_taken_back(licence: Guesthouse) -> None:
    key = licence.paid()
    task = licence.task(key, "check")
    licence.work(key, "check", licence.cast.bopha, {"check_result": "return", "remark": "x"})
    with pytest.raises(RecallTooFar):
        take_back(licence, task)
    assert licence.open_tasks(key) == ["correct"]


def test_what_left_the_hands_of_officers_is_not_taken_back(kilns: Kilns) -> None:
    house, sopheap = kilns.house, kilns.cast.sopheap.actor
    sent = kilns.send()
    pay = kilns.task(sent, "pay")
    with house.database.transaction() as session:
        user_tasks.claim(session, house, sopheap, pay, now=NOW)
    kilns.pay(sent)
    with house.database.transaction() as session, pytest.raises(RecallTooFar):
        recall(session, house, sopheap, pay, now=LATER)
    kilns.check(sent, "return")
    corrects = kilns.task(sent, "correct")
    kilns.correct(sent)
    with house.database.transaction() as session, pytest.raises(RecallTooFar):
        recall(session, house, kilns.cast.dara.actor, corrects, now=LATER)


def test_a_report_that_was_taken_back_is_sent_anew_and_its_photos_lie_behind(licence: Guesthouse) -> None:
    house, mony = licence.house, licence.cast.mony
    key = licence.paid()
    licence.check(key)
    task = licence.claim(key, "inspect", mony)

    def sends(sending: str, shade: int) -> TaskDone:
        sent = Report(FOUND, {"inspection_photos": [photo(shade)]}, sending)
        with house.database.transaction() as session:
            return report(session, house, mony.actor, task, sent, now=NOW)

    sends("one", 10)
    take_back(licence, task, mony)
    with pytest.raises(StalePage):
        sends("one", 10)  # by a telephone that did not hear the answer
    assert sends("two", 20) == sends("two", 20)
    with house.database.reading() as session:
        photos = select(Document.replaced_at).where(Document.document_key == "inspection_photos").order_by(Document.id)
        assert list(session.scalars(photos)) == [LATER, None]
        assert session.scalar(select(func.count()).where(Opinion.element_id == "inspect")) == 1
        assert replay(session, house, licence.row(key).id).same


def test_a_clock_goes_on_by_the_calendar_of_the_office_that_has_the_task(licence: Guesthouse) -> None:
    house, elsewhere = licence.house, licence.cast.phnom_penh
    _, task = checked(licence)
    with house.database.transaction() as session:
        row = session.scalars(select(UserTask).where(UserTask.key == task)).one()
        clock = session.scalars(select(Clock).where(Clock.user_task_id == row.id)).one()
        before, clock.office_id = row.due_at, elsewhere
        session.add(Holiday(office_id=elsewhere, day=NOW.date() + timedelta(days=1), name_km="បុណ្យ", name_en="Feast"))
        session.get_one(Office, elsewhere).calendar_revision += 1
    take_back(licence, task)
    with house.database.reading() as session:
        row = session.scalars(select(UserTask).where(UserTask.key == task)).one()
        clock = session.scalars(select(Clock).where(Clock.user_task_id == row.id)).one()
    assert row.due_at == clock.due_at == before + timedelta(days=1)


def test_nobody_takes_back_what_another_did_or_what_is_open(licence: Guesthouse) -> None:
    key, task = checked(licence)
    for other in (licence.cast.vannak, licence.cast.kunthea, licence.cast.rithy, licence.cast.dara):
        with pytest.raises(NotAllowed):
            take_back(licence, task, other)
    take_back(licence, task)
    with pytest.raises(RecallTooLate):
        take_back(licence, task)  # a second click
    assert licence.task(key, "check") == task


def test_nobody_takes_a_case_back_in_which_they_declared_an_interest(licence: Guesthouse) -> None:
    key, task = checked(licence)
    with licence.house.database.transaction() as session:
        interests.declare(session, licence.house, licence.cast.bopha.actor, key, "a cousin", now=LATER)
    with pytest.raises(Exception) as refused:
        take_back(licence, task)
    assert type(refused.value).__name__ == "InterestDeclared"


def test_a_clock_that_was_late_is_late_as_before(licence: Guesthouse) -> None:
    key = licence.paid()
    task = licence.task(key, "check")
    late = NOW + timedelta(days=20)
    licence.work(key, "check", licence.cast.bopha, OK, now=late)
    with licence.house.database.transaction() as session:
        recall(session, licence.house, licence.cast.bopha.actor, task, now=late)
    with licence.house.database.reading() as session:
        row = session.scalars(select(UserTask).where(UserTask.key == task)).one()
        clock = session.scalars(select(Clock).where(Clock.user_task_id == row.id)).one()
    assert (clock.status, clock.breached_at, clock.ended_at, clock.due_at) == ("running", None, None, row.due_at)


def test_a_late_task_goes_on_up_its_chain_although_a_sweep_found_it_done_meanwhile(licence: Guesthouse) -> None:
    house, cast = licence.house, licence.cast
    with house.database.transaction() as session:
        steps = (Step(RaisedTo.HEAD), Step(RaisedTo.ADMINISTRATOR, WorkingDays(1)))
        new = NewChain("", "", NOW.date(), steps)
        set_chain(session, cast.visal.actor, new, today=NOW.date() - timedelta(days=1), now=NOW)
    key = licence.paid()
    task, late = licence.task(key, "check"), NOW + timedelta(days=7)
    schedule.sweep(house, now=late, parts=[schedule.DEADLINES])

    def reached() -> list[str]:
        with house.database.reading() as session:
            wanted = select(Raised.level).join(Clock, Clock.id == Raised.clock_id).join(UserTask)
            return sorted(session.scalars(wanted.where(UserTask.key == task)))

    assert reached() == ["head"]
    licence.work(key, "check", cast.bopha, OK, now=late)
    climbing.raise_due(house, now=late + timedelta(days=2))
    with house.database.transaction() as session:
        recall(session, house, cast.bopha.actor, task, now=late + timedelta(days=2))
    climbing.raise_due(house, now=late + timedelta(days=2))
    assert reached() == ["administrator", "head"]
