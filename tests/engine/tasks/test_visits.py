"""A visit has a day: planned, moved, called off, told to the applicant each time, and by one officer alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.case.events import verify_chains
from engine.errors import NotAllowed, NotFound, ReasonMissing, Refused, TaskGone
from engine.errors.cases import TaskTaken
from engine.errors.visits import (
    VisitAsksMore,
    VisitDayClosed,
    VisitDayMissing,
    VisitInThePast,
    VisitNotPlanned,
    VisitPlanned,
    VisitTooFar,
)
from engine.tasks import user_tasks, visits
from engine.tasks.visits import Slot
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import Holiday, Office
from storage.processes import TaskStatus, UserTask
from storage.visits import DayPart
from tests.absences import at_work, away
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.sites import FRIDAY, SUNDAY, TUESDAY, Sites, sites


@pytest.fixture
def site(kilns: Kilns) -> Sites:
    return sites(kilns)


def events(site: Sites) -> list[tuple[str, str]]:
    with site.house.database.reading() as session:
        wanted = CaseEvent.kind.in_(("visit_planned", "visit_moved", "visit_called_off"))
        rows = session.scalars(select(CaseEvent).where(wanted).order_by(CaseEvent.seq)).all()
        assert list(verify_chains(session)) == []
        return [(row.kind, row.data["day"]) for row in rows]


def test_a_visit_is_planned_moved_and_called_off_and_the_applicant_is_told_each_day(site: Sites) -> None:
    bopha, key = site.cast.bopha, site.key(site.ready())
    site.plan(bopha, key, part=DayPart.MORNING)
    assert site.day(key) == (FRIDAY, "morning")
    site.move(bopha, key, TUESDAY)
    assert site.day(key) == (TUESDAY, "any")
    site.call_off(bopha, key)
    assert site.day(key) is None
    site.plan(bopha, key)
    assert events(site) == [
        ("visit_planned", "2026-03-06"),
        ("visit_moved", "2026-03-10"),
        ("visit_called_off", "2026-03-10"),
        ("visit_planned", "2026-03-06"),
    ]
    planned, moved, off, again = site.told()
    assert "ថ្ងៃទី៦ ខែមីនា" in planned
    assert "ថ្ងៃទី១០ ខែមីនា" in moved
    assert "ភ្លៀងធ្លាក់ខ្លាំង" in moved
    assert "ភ្លៀងធ្លាក់ខ្លាំង" in off
    assert again == planned


def test_pressing_twice_plans_and_tells_once(site: Sites) -> None:
    bopha, key = site.cast.bopha, site.key(site.ready())
    for _ in range(2):
        site.plan(bopha, key)
    for _ in range(2):
        site.move(bopha, key, TUESDAY)
    assert [kind for kind, _ in events(site)] == ["visit_planned", "visit_moved"]
    assert len(site.told()) == 2


def test_whoever_plans_has_the_visit_and_a_second_officer_is_told_who(site: Sites) -> None:
    cast, key = site.cast, site.key(site.ready())
    site.plan(cast.bopha, key)
    with pytest.raises(TaskTaken):
        site.plan(cast.vannak, key, TUESDAY)
    with pytest.raises(TaskTaken):
        site.move(cast.vannak, key, TUESDAY)
    with site.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == key)).one()
    assert (task.status, task.assignee_id) == (TaskStatus.CLAIMED, cast.bopha.person_id)
    with pytest.raises(VisitPlanned):
        site.plan(cast.bopha, key, TUESDAY)
    assert site.day(key) == (FRIDAY, "any")


def test_the_head_plans_and_moves_a_visit_of_an_officer_whose_it_stays(site: Sites) -> None:
    key = site.key(site.ready())
    site.claim(site.cast.bopha, key)
    site.plan(site.cast.kunthea, key)
    site.move(site.cast.kunthea, key, TUESDAY)
    assert site.day(key) == (TUESDAY, "any")
    with site.house.database.reading() as session:
        assert session.scalars(select(UserTask.assignee_id).where(UserTask.key == key)).one() == (
            site.cast.bopha.person_id
        )


def test_a_visit_is_not_on_a_day_off_nor_in_the_past_nor_too_far_away(site: Sites) -> None:
    bopha, key = site.cast.bopha, site.key(site.ready())
    today = NOW.date()
    for day, refusal in (
        (SUNDAY, VisitDayClosed),
        (today - timedelta(days=3), VisitInThePast),
        (today + timedelta(days=181), VisitTooFar),
        (None, VisitDayMissing),
    ):
        with pytest.raises(refusal):
            site.plan(bopha, key, day)
    site.plan(bopha, key)
    with pytest.raises(VisitDayClosed):
        site.move(bopha, key, SUNDAY)
    with pytest.raises(ReasonMissing):
        site.move(bopha, key, TUESDAY, " ")
    assert site.day(key) == (FRIDAY, "any")
    assert len(site.told()) == 1


def test_what_has_no_day_is_not_moved_and_what_is_no_visit_is_not_planned(site: Sites) -> None:
    cast, sent = site.cast, site.ready()
    key = site.key(sent)
    site.claim(cast.bopha, key)
    with pytest.raises(VisitNotPlanned):
        site.move(cast.bopha, key, TUESDAY)
    with pytest.raises(NotFound):
        site.plan(cast.sopheap, site.task(sent, "pay"))
    with pytest.raises(NotFound):
        site.plan(cast.bopha, "no-such-task")
    for stranger in (cast.phally, cast.sopheap, cast.dara):
        with pytest.raises(Refused):
            site.plan(stranger, key)
    site.report(cast.bopha, key, "one")
    with pytest.raises(TaskGone):
        site.call_off(cast.bopha, key)


def test_nobody_plans_a_visit_to_themselves(site: Sites) -> None:
    key = site.key(site.ready(site.cast.vannak))
    with pytest.raises(NotAllowed):
        site.plan(site.cast.vannak, key)


def test_a_deputy_plans_for_an_absent_colleague_who_has_it(site: Sites) -> None:
    cast, key = site.cast, site.key(site.ready())
    away(site.house, cast.bopha, cast.rithy)
    rithy = at_work(site.house, cast.rithy)
    with site.house.database.transaction() as session:
        visits.plan(session, site.house, rithy, key, Slot(FRIDAY), now=NOW)
    with site.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == key)).one()
    assert task.assignee_id == cast.bopha.person_id


def test_a_task_that_plans_a_visit_is_answered_with_the_day_and_tells_no_second_time(kilns: Kilns) -> None:
    site = sites(kilns, plans=True)
    cast, sent = site.cast, site.ready()
    key = site.task(sent, "plan")
    with pytest.raises(VisitDayClosed):
        site.plan(cast.bopha, key, SUNDAY)
    site.plan(cast.bopha, key, part=DayPart.AFTERNOON)
    assert site.day(site.key(sent)) == (FRIDAY, "afternoon")
    assert site.told() == []
    with site.house.database.transaction() as session:
        user_tasks.claim(session, site.house, cast.bopha.actor, site.key(sent), now=NOW)
    site.move(cast.bopha, site.key(sent), TUESDAY)
    assert site.day(site.key(sent)) == (TUESDAY, "any")


def test_a_drawn_message_says_the_day_of_the_visit(kilns: Kilns) -> None:
    tells = "សូមអញ្ជើញមក {office}។", "ថ្ងៃ {visit_day}។"
    site = sites(kilns, plans=True, texts=tells)
    sent = site.ready()
    site.plan(site.cast.bopha, site.task(sent, "plan"))
    site.claim(site.cast.bopha, site.key(sent))
    site.report(site.cast.bopha, site.key(sent), "one")
    with site.house.database.reading() as session:
        found = session.scalar(select(func.count()).where(Notification.body.contains("ថ្ងៃទី៦ ខែមីនា")))
    assert found == 1


def test_a_form_that_asks_for_more_than_the_day_is_left_to_its_page(kilns: Kilns) -> None:
    site = sites(kilns, plans=True, more_asked=True)
    sent = site.ready()
    with pytest.raises(VisitAsksMore):
        site.plan(site.cast.bopha, site.task(sent, "plan"))


def test_the_office_that_has_the_visit_says_on_which_days_it_works(site: Sites) -> None:
    key, elsewhere = site.key(site.ready()), site.cast.phnom_penh
    with site.house.database.transaction() as session:
        session.scalars(select(UserTask).where(UserTask.key == key)).one().office_id = elsewhere
        for office, day in ((elsewhere, FRIDAY), (site.cast.battambang, TUESDAY)):
            session.add(Holiday(office_id=office, day=day, name_km="បុណ្យ", name_en="Feast"))
            session.get_one(Office, office).calendar_revision += 1
    with pytest.raises(VisitDayClosed):
        site.plan(site.cast.phally, key, FRIDAY)
    site.plan(site.cast.phally, key, TUESDAY)
    assert site.day(key) == (TUESDAY, "any")
