"""A task is one person's at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, TaskAlreadyClaimed, TaskGone
from engine.tasks import user_tasks
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns


@pytest.fixture
def check(kilns: Kilns) -> str:
    """The key of a task that the front office can claim."""
    sent = kilns.send()
    kilns.pay(sent)
    return kilns.task(sent, "check")


def claim(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, key, now=NOW)


def release(kilns: Kilns, who: Member, key: str) -> None:
    with kilns.house.database.transaction() as session:
        user_tasks.release_claim(session, kilns.house, who.actor, key, now=NOW)


def state(kilns: Kilns, key: str) -> tuple[str, int | None]:
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == key)).one()
        return task.status, task.assignee_id


def test_a_claimed_task_cannot_be_claimed_by_a_colleague(kilns: Kilns, check: str) -> None:
    claim(kilns, kilns.cast.bopha, check)
    with pytest.raises(TaskAlreadyClaimed):
        claim(kilns, kilns.cast.vannak, check)
    assert state(kilns, check) == ("claimed", kilns.cast.bopha.person_id)


def test_claiming_the_own_task_again_changes_nothing(kilns: Kilns, check: str) -> None:
    claim(kilns, kilns.cast.bopha, check)
    claim(kilns, kilns.cast.bopha, check)
    assert state(kilns, check) == ("claimed", kilns.cast.bopha.person_id)


@pytest.mark.parametrize("who", ["rithy", "phally", "dara", "visal"])
def test_only_the_group_at_the_office_claims(kilns: Kilns, check: str, who: str) -> None:
    with pytest.raises(NotAllowed):
        claim(kilns, getattr(kilns.cast, who), check)


def test_nobody_works_on_an_own_application(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.bopha)
    kilns.pay(sent)
    with pytest.raises(NotAllowed):
        claim(kilns, kilns.cast.bopha, kilns.task(sent, "check"))


def test_a_released_task_is_open_to_colleagues(kilns: Kilns, check: str) -> None:
    claim(kilns, kilns.cast.bopha, check)
    release(kilns, kilns.cast.bopha, check)
    claim(kilns, kilns.cast.vannak, check)
    assert state(kilns, check) == ("claimed", kilns.cast.vannak.person_id)


def test_the_head_gives_back_what_an_absent_officer_claimed(kilns: Kilns, check: str) -> None:
    claim(kilns, kilns.cast.bopha, check)
    with pytest.raises(NotAllowed):
        release(kilns, kilns.cast.vannak, check)
    release(kilns, kilns.cast.kunthea, check)
    assert state(kilns, check) == ("ready", None)


def test_a_task_that_nobody_claimed_cannot_be_given_back(kilns: Kilns, check: str) -> None:
    with pytest.raises(TaskGone):
        release(kilns, kilns.cast.bopha, check)


def test_an_unknown_task_is_not_found(kilns: Kilns) -> None:
    with pytest.raises(NotFound):
        claim(kilns, kilns.cast.bopha, "no-such-task")
