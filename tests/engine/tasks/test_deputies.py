"""A deputy does the tasks of an absent colleague, and both stand in what is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.case.standing_in import done_before
from engine.errors import NotAllowed, OwnCase, TaskAlreadyClaimed
from engine.offices import absences
from engine.packages.groups import CASHIER, FRONT_OFFICE
from engine.people.actors import Actor
from engine.queries.office.case_file import case_file
from engine.queries.office.case_reading import open_task
from engine.queries.office.inbox import inbox
from engine.queries.shared.history import case_history
from engine.queries.shared.stretches import BEGINNING
from engine.tasks import user_tasks
from storage.absences import StoodIn
from storage.applications import Opinion
from storage.events import CaseEvent
from storage.mandates import Mandate, MandateKind
from storage.people import AccessLog
from storage.processes import TaskStatus, UserTask
from tests.absences import TODAY, at_work, away
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.statements import counted


@pytest.fixture
def check(kilns: Kilns) -> str:
    """The key of a task of the front office; Chan Bopha of it is away and Heng Rithy, a specialist, stands in."""
    sent = kilns.send()
    kilns.pay(sent)
    away(kilns.house, kilns.cast.bopha, kilns.cast.rithy)
    return kilns.task(sent, "check")


def claim(kilns: Kilns, who: Actor, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who, key, now=NOW)


def complete(kilns: Kilns, who: Actor, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, who, key, {"result": "ok"}, now=NOW)


def row(kilns: Kilns, key: str) -> UserTask:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask).where(UserTask.key == key)).one()


def found(kilns: Kilns, who: Actor, shelf: str = "all") -> dict[str, bool]:
    """The keys of what lies on a shelf of the inbox, and whether each is the officer's own."""
    with kilns.house.database.reading() as session:
        page = inbox(session, kilns.house, who, shelf, BEGINNING, now=NOW)  # type: ignore[arg-type]
    assert page.counts[shelf] == len(page.tasks.items)
    return {task.key: task.is_mine for task in page.tasks.items}


def test_a_deputy_finds_the_tasks_of_the_group_and_those_that_were_claimed(kilns: Kilns, check: str) -> None:
    house, cast = kilns.house, kilns.cast
    assert found(kilns, cast.rithy.actor) == {}
    assert found(kilns, at_work(house, cast.rithy), "free") == {check: False}
    claim(kilns, cast.bopha.actor, check)
    assert found(kilns, at_work(house, cast.rithy), "mine") == {check: False}
    assert found(kilns, at_work(house, cast.rithy, TODAY + timedelta(days=5))) == {}


def test_what_a_deputy_claims_is_the_absent_colleagues(kilns: Kilns, check: str) -> None:
    deputy = at_work(kilns.house, kilns.cast.rithy)
    claim(kilns, deputy, check)
    claim(kilns, deputy, check)
    task = row(kilns, check)
    assert (task.status, task.assignee_id) == (TaskStatus.CLAIMED, kilns.cast.bopha.person_id)
    with pytest.raises(TaskAlreadyClaimed):
        claim(kilns, kilns.cast.vannak.actor, check)
    with kilns.house.database.transaction() as session:
        user_tasks.release_claim(session, kilns.house, deputy, check, now=NOW)
    assert row(kilns, check).status == TaskStatus.READY


def test_everything_that_a_deputy_does_is_recorded_under_both_names(kilns: Kilns, check: str) -> None:
    house, cast, deputy = kilns.house, kilns.cast, at_work(kilns.house, kilns.cast.rithy)
    with house.database.transaction() as session:
        page = open_task(session, house, deputy, check, now=NOW)
    assert page.instead is not None
    assert (page.obstacle, page.instead.name.en) == (None, "Chan Bopha")
    claim(kilns, deputy, check)
    complete(kilns, deputy, check)
    task = row(kilns, check)
    assert (task.completed_by_id, task.assignee_id) == (cast.rithy.person_id, cast.bopha.person_id)
    with house.database.reading() as session:
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.actor_id == cast.rithy.person_id).order_by(CaseEvent.seq)
        ).all()
        told = [
            (event.kind, event.actor_role, event.data.get("for")) for event in events if event.element_id == "check"
        ]
        assert told == [
            ("task_claimed", FRONT_OFFICE, cast.bopha.person_id),
            ("task_completed", FRONT_OFFICE, cast.bopha.person_id),
        ]
        look = session.scalars(select(AccessLog).where(AccessLog.page == "task")).one()
        assert (look.person_id, look.for_id, look.groups) == (cast.rithy.person_id, cast.bopha.person_id, FRONT_OFFICE)
        assert session.scalars(select(StoodIn.for_id)).all() == [cast.bopha.person_id]
        assert session.scalars(select(Opinion.person_id).where(Opinion.element_id == "check")).all() == [
            cast.rithy.person_id
        ]
        case = case_file(session, house, cast.kunthea.actor, page.case.key, now=NOW)
        assert [(one.officer.en, one.instead and one.instead.en) for one in case.opinions] == [
            ("Heng Rithy", "Chan Bopha")
        ]
        lines = case_history(session, house, cast.visal.actor, page.case.key).events.items
        done = next(line for line in lines if line.kind == "task_completed" and line.element_id == "check")
        assert (done.who and done.who.en, done.instead and done.instead.en) == ("Heng Rithy", "Chan Bopha")


def test_who_belongs_to_the_group_works_for_themselves(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    check = kilns.task(sent, "check")
    away(kilns.house, kilns.cast.bopha, kilns.cast.vannak)
    vannak = at_work(kilns.house, kilns.cast.vannak)
    assert found(kilns, vannak) == {check: False}
    claim(kilns, vannak, check)
    assert row(kilns, check).assignee_id == kilns.cast.vannak.person_id
    complete(kilns, vannak, check)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(StoodIn)).all() == []


def test_after_the_last_day_the_task_is_the_colleagues_alone(kilns: Kilns, check: str) -> None:
    claim(kilns, at_work(kilns.house, kilns.cast.rithy), check)
    with pytest.raises(NotAllowed):
        complete(kilns, at_work(kilns.house, kilns.cast.rithy, TODAY + timedelta(days=5)), check)
    complete(kilns, kilns.cast.bopha.actor, check)


def test_once_the_absence_has_ended_a_page_that_is_still_open_completes_nothing(kilns: Kilns, check: str) -> None:
    claim(kilns, at_work(kilns.house, kilns.cast.rithy), check)
    with kilns.house.database.transaction() as session:
        absences.end(session, kilns.cast.bopha.actor, 1, today=TODAY, now=NOW)
    with pytest.raises(NotAllowed):
        complete(kilns, at_work(kilns.house, kilns.cast.rithy), check)


def test_a_deputy_and_whom_they_stand_for_are_one_pair_of_eyes(kilns: Kilns, check: str) -> None:
    house, cast = kilns.house, kilns.cast
    deputy = at_work(house, cast.rithy)
    claim(kilns, deputy, check)
    complete(kilns, deputy, check)
    case_id = row(kilns, check).application_id
    away(house, cast.vannak, cast.kunthea)
    for_bopha = Actor(cast.mony.person_id, stands=deputy.stands, instead=deputy.stands[0])
    for_vannak = at_work(house, cast.kunthea)
    with house.database.reading() as session:
        eyes = {
            "the deputy": done_before(session, case_id, ("check",), cast.rithy.actor),
            "the absent colleague": done_before(session, case_id, ("check",), cast.bopha.actor),
            "another deputy of theirs": done_before(session, case_id, ("check",), for_bopha),
            "somebody else": done_before(session, case_id, ("check",), cast.vannak.actor),
            "the deputy of somebody else": done_before(session, case_id, ("check",), for_vannak),
        }
    assert {who for who, kept in eyes.items() if kept is None} == {"somebody else", "the deputy of somebody else"}


@pytest.mark.parametrize("applicant", ["bopha", "rithy"])
def test_neither_the_own_case_nor_that_of_the_absent_colleague(kilns: Kilns, applicant: str) -> None:
    sent = kilns.send(getattr(kilns.cast, applicant))
    kilns.pay(sent)
    away(kilns.house, kilns.cast.bopha, kilns.cast.rithy)
    deputy = at_work(kilns.house, kilns.cast.rithy)
    with pytest.raises(NotAllowed):
        claim(kilns, deputy, kilns.task(sent, "check"))
    assert found(kilns, deputy) == {}


def test_not_the_case_of_somebody_for_whom_the_absent_colleague_acts(kilns: Kilns, check: str) -> None:
    with kilns.house.database.transaction() as session:
        who = {"helper_id": kilns.cast.bopha.person_id, "person_id": kilns.cast.dara.person_id}
        session.add(Mandate(**who, mandate_kind=MandateKind.OTHER, made_at=NOW, last_day=TODAY))
    with pytest.raises(OwnCase):
        claim(kilns, at_work(kilns.house, kilns.cast.rithy), check)


def test_nobody_stands_in_at_a_desk(kilns: Kilns, check: str) -> None:
    """A result is handed over by the front office itself."""
    deputy = at_work(kilns.house, kilns.cast.rithy)
    claim(kilns, deputy, check)
    complete(kilns, deputy, check)
    assert found(kilns, deputy) == {}
    assert CASHIER not in {stand.group for stand in deputy.stands}


def test_an_inbox_with_deputies_costs_no_statement_more(kilns: Kilns, check: str) -> None:
    deputy = at_work(kilns.house, kilns.cast.rithy)
    with counted(kilns.house.database) as plain:
        assert found(kilns, kilns.cast.vannak.actor) == {check: False}
    with counted(kilns.house.database) as standing:
        assert found(kilns, deputy) == {check: False}
    assert plain.statements == standing.statements
