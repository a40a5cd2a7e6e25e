"""What an officer types on a task is kept until it is completed, for nobody else, and not without end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import NotFound
from engine.errors.desk import TypedTooMuch
from engine.tasks import task_drafts, user_tasks
from engine.tasks.task_drafts import LONGEST, MOST_FIELDS, Typed
from storage.at_work import TaskDraft
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def check(kilns: Kilns) -> str:
    sent = kilns.send()
    kilns.pay(sent)
    return kilns.task(sent, "check")


def keep(kilns: Kilns, who: Member, key: str, *fields: tuple[str, str], late: bool = False) -> None:
    with kilns.house.database.transaction() as session:
        task_drafts.keep_typed(session, who.actor, key, fields, now=LATER if late else NOW)


def typed(kilns: Kilns, who: Member, key: str) -> Typed | None:
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask.id).where(UserTask.key == key)).one()
        return task_drafts.typed_on(session, who.actor, task)


def test_what_was_typed_last_is_there_with_its_moment(kilns: Kilns, check: str) -> None:
    bopha = kilns.cast.bopha
    keep(kilns, bopha, check, ("remark", "ខ"))
    keep(kilns, bopha, check, ("remark", "ខ្ញុំ"), ("result", "ok"), late=True)
    assert typed(kilns, bopha, check) == Typed((("remark", "ខ្ញុំ"), ("result", "ok")), LATER)


def test_a_colleague_sees_nothing_of_it_and_has_a_draft_of_their_own(kilns: Kilns, check: str) -> None:
    keep(kilns, kilns.cast.bopha, check, ("remark", "mine"))
    assert typed(kilns, kilns.cast.vannak, check) is None
    keep(kilns, kilns.cast.vannak, check, ("remark", "theirs"))
    assert typed(kilns, kilns.cast.bopha, check) == Typed((("remark", "mine"),), NOW)


def test_completing_the_task_lets_go_of_it(kilns: Kilns, check: str) -> None:
    bopha = kilns.cast.bopha
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha.actor, check, now=NOW)
    keep(kilns, bopha, check, ("result", "ok"))
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, bopha.actor, check, {"result": "ok"}, is_drafted=True, now=NOW)
    assert typed(kilns, bopha, check) is None


def test_what_was_typed_on_a_task_that_a_colleague_completed_can_still_be_copied(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    key = kilns.task(sent, "check")
    kilns.check(sent, "ok")
    keep(kilns, kilns.cast.vannak, key, ("remark", "lost otherwise"))
    assert typed(kilns, kilns.cast.vannak, key) is not None


@pytest.mark.parametrize("who", ["phally", "dara", "chenda", "sreyneang"])
def test_who_does_not_read_the_case_keeps_nothing_there(kilns: Kilns, check: str, who: str) -> None:
    with pytest.raises(NotFound):
        keep(kilns, getattr(kilns.cast, who), check, ("remark", "x"))


def test_nobody_keeps_anything_on_a_payment_or_on_no_task(kilns: Kilns) -> None:
    sent = kilns.send()
    for key in (kilns.task(sent, "pay"), "no-such-task"):
        with pytest.raises(NotFound):
            keep(kilns, kilns.cast.kunthea, key, ("remark", "x"))


@pytest.mark.parametrize("fields", [[("a", "x" * LONGEST)], [("a", "x")] * (MOST_FIELDS + 1)])
def test_more_than_anybody_types_is_refused_and_what_was_kept_stays(
    kilns: Kilns, check: str, fields: list[tuple[str, str]]
) -> None:
    keep(kilns, kilns.cast.bopha, check, ("remark", "kept"))
    with pytest.raises(TypedTooMuch):
        keep(kilns, kilns.cast.bopha, check, *fields)
    assert typed(kilns, kilns.cast.bopha, check) == Typed((("remark", "kept"),), NOW)


def test_what_nobody_came_back_to_in_a_month_goes(kilns: Kilns, check: str) -> None:
    keep(kilns, kilns.cast.bopha, check, ("remark", "old"))
    for now, left in ((NOW + task_drafts.KEPT_FOR, 1), (NOW + task_drafts.KEPT_FOR + timedelta(seconds=1), 0)):
        with kilns.house.database.transaction() as session:
            task_drafts.clear(session, now=now)
            assert session.scalar(select(func.count()).select_from(TaskDraft)) == left
