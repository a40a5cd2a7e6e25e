"""A task is given to a colleague by the head or by whoever has it, and whoever comes second is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, ReasonMissing, Refused, TaskGone
from engine.errors.cases import ColleagueMayNot, NoColleague, TaskAlreadyClaimed, TaskGivenOn, TaskTaken
from engine.tasks import user_tasks
from engine.tasks.assigning import assign
from storage.events import CaseEvent
from storage.processes import TaskStatus, UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns

TODAY = NOW.date()


@pytest.fixture
def key(kilns: Kilns) -> str:
    """The key of the task to check a paid application."""
    sent = kilns.send()
    kilns.pay(sent)
    return kilns.task(sent, "check")


def claim(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, key, now=NOW)


def give(kilns: Kilns, who: Member, key: str, to: Member, reason: str = "") -> None:
    with kilns.house.database.transaction() as session:
        assign(session, kilns.house, who.actor, key, to.person_id, reason=reason, today=TODAY, now=NOW)


def holder(kilns: Kilns, key: str) -> tuple[TaskStatus, int | None]:
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == key)).one()
        return task.status, task.assignee_id


def test_the_head_gives_a_free_task_and_takes_one_from_an_officer_with_a_reason(kilns: Kilns, key: str) -> None:
    cast = kilns.cast
    give(kilns, cast.kunthea, key, cast.bopha)
    assert holder(kilns, key) == (TaskStatus.CLAIMED, cast.bopha.person_id)
    with pytest.raises(ReasonMissing):
        give(kilns, cast.kunthea, key, cast.vannak)
    give(kilns, cast.kunthea, key, cast.vannak, "បុប្ផាឈប់សម្រាក")
    assert holder(kilns, key) == (TaskStatus.CLAIMED, cast.vannak.person_id)
    with kilns.house.database.reading() as session:
        given = session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "task_assigned").order_by(CaseEvent.seq)
        ).all()
    assert [(one.data["from_id"], one.data["to_id"], (one.personal or {}).get("reason", "")) for one in given] == [
        (None, cast.bopha.person_id, ""),
        (cast.bopha.person_id, cast.vannak.person_id, "បុប្ផាឈប់សម្រាក"),
    ]


def test_who_lost_a_task_is_told_by_whom_to_whom_and_why(kilns: Kilns, key: str) -> None:
    cast = kilns.cast
    claim(kilns, cast.bopha, key)
    give(kilns, cast.kunthea, key, cast.vannak, "too much work")
    with kilns.house.database.transaction() as session, pytest.raises(TaskGivenOn) as told:
        user_tasks.complete(session, kilns.house, cast.bopha.actor, key, {"result": "ok"}, now=NOW)
    facts = told.value.facts
    assert (facts["by"].en, facts["to"].en, facts["reason"], facts["at"]) == (  # type: ignore[attr-defined]
        "Prak Kunthea",
        "Keo Vannak",
        "too much work",
        NOW,
    )


def test_who_comes_second_is_told_who_was_first_and_when(kilns: Kilns, key: str) -> None:
    claim(kilns, kilns.cast.vannak, key)
    with pytest.raises(TaskTaken) as told:
        claim(kilns, kilns.cast.bopha, key)
    assert (told.value.facts["name"].en, told.value.facts["at"]) == ("Keo Vannak", NOW)  # type: ignore[attr-defined]
    with pytest.raises(TaskTaken):
        give(kilns, kilns.cast.bopha, key, kilns.cast.bopha)


def test_an_officer_gives_on_what_they_have_without_a_reason(kilns: Kilns, key: str) -> None:
    claim(kilns, kilns.cast.bopha, key)
    give(kilns, kilns.cast.bopha, key, kilns.cast.vannak)
    with pytest.raises(TaskTaken):  # a second click finds it with whoever should have it
        give(kilns, kilns.cast.bopha, key, kilns.cast.vannak)
    assert holder(kilns, key) == (TaskStatus.CLAIMED, kilns.cast.vannak.person_id)


@pytest.mark.parametrize(
    ("giver", "to", "refusal"),
    [
        ("bopha", "vannak", NotAllowed),  # free, and she is no head
        ("phally", "phally", NotAllowed),  # of another office
        ("dara", "bopha", NotAllowed),  # the applicant
        ("kunthea", "rithy", ColleagueMayNot),  # of another group
        ("kunthea", "phally", ColleagueMayNot),  # of another office
        ("kunthea", "dara", NoColleague),
    ],
)
def test_who_may_not_is_refused_and_nothing_changes(
    kilns: Kilns, key: str, giver: str, to: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        give(kilns, getattr(kilns.cast, giver), key, getattr(kilns.cast, to))
    assert holder(kilns, key) == (TaskStatus.READY, None)


def test_a_task_that_is_done_is_given_to_nobody(kilns: Kilns) -> None:
    sent = kilns.approved()
    with pytest.raises(TaskGone):
        give(kilns, kilns.cast.kunthea, kilns.task(sent, "check"), kilns.cast.bopha)


def test_of_two_who_claim_one_task_at_once_the_second_changes_nothing(kilns: Kilns, key: str) -> None:
    for who in (kilns.cast.bopha, kilns.cast.vannak):
        try:
            claim(kilns, who, key)
        except TaskAlreadyClaimed:
            continue
    assert holder(kilns, key) == (TaskStatus.CLAIMED, kilns.cast.bopha.person_id)
