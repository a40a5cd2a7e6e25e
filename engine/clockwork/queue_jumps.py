"""What was taken out of turn: a task, while older ones of the same step lay free at the same office.

Older is what came into the house earlier, was ready at least a working day before, and is due no later. It says nothing
that a task was passed which could not be done just then: somebody had it in hand, also an officer who is away; its case
was suspended, stood at an incident or waited for its applicant; or whoever took the newer one may not do it. Neither
does a task that came back for a second look, one that an office's rule gave, and an older one that another office
forwarded since the newer one was ready. What remains is listed when at least ``PLACES`` were passed, or one by ``DAYS``
working days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select, text, union_all
from sqlalchemy.orm import Session

from engine.applications.forwarding import FORWARDED
from engine.packages.groups import APPLICANT
from engine.people.members import members
from engine.working_time.before import before
from engine.working_time.calendar import NoWorkingTime, WorkingTime
from engine.working_time.terms import WorkingDays
from storage.applications import Application
from storage.colleagues import DeclaredInterest
from storage.events import CaseEvent
from storage.open_tasks import IS_CLAIMED, IS_DONE, IS_READY
from storage.processes import Incident, InstanceStatus, ProcessInstance, TaskKind, UserTask
from storage.step_times import QueueJump

PLACES: Final = 3
DAYS: Final = 3
LOOKED_BACK: Final = timedelta(days=31)
"""What was done longer ago is not looked at: nobody remembers why."""
MOST_FREE: Final = 100
"""Of the tasks of a service that a group has free at an office so many are looked at, those that are due first."""
MOST_SINCE: Final = 3000
"""Of the tasks that were taken since so many."""
MOST_PASSED: Final = 20
"""Counting stops here."""
_TAKEN: Final = ("task_claimed", "task_given", "task_assigned")
_LET_GO: Final = ("claim_released", "task_taken_back")
_A_DAY: Final = WorkingDays(1)


@dataclass(frozen=True, slots=True)
class _Passed:
    """A task that was taken, and the older ones that lay free by what their rows say now, the oldest first."""

    task: Any
    older: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What else is known of the cases of these tasks: who took and let go what when, when they stood at an incident,
    and who declared an interest."""

    moves: Mapping[tuple[int, str], Sequence[Any]]
    incidents: Sequence[Any]
    interests: frozenset[tuple[int, int]]

    def last_move(self, task: Any, at: datetime) -> Any | None:
        """What became of the task last, up to that moment, since it was ready."""
        moves = self.moves.get((task.application_id, task.element_id), ())
        there = [move for move in moves if task.ready_at <= move.at <= at]
        return there[-1] if there else None

    def came_later(self, older: Any, task: Any) -> bool:
        """Whether another office forwarded the older case only once the newer task was ready."""
        return any(move.at > task.ready_at for move in self.moves.get((older.application_id, ""), ()))

    def could_be_done(self, older: Any, at: datetime, by_id: int) -> bool:
        """Whether this person could have taken the older task at that moment."""
        move = self.last_move(older, at)
        stood = any(
            one.raised_at <= at and (one.resolved_at is None or one.resolved_at > at)
            for one in self.incidents
            if one.application_id == older.application_id
        )
        in_hand = move is not None and move.kind in _TAKEN
        theirs = older.applicant_id == by_id or (older.application_id, by_id) in self.interests
        return not (stood or in_hand or theirs)


def find(
    session: Session, calendar: WorkingTime, office_id: int, done: Sequence[Any], *, now: datetime
) -> Sequence[QueueJump]:
    """Of these completed tasks of an office those that were taken out of turn; two statements, three more where
    anything was passed."""
    looked_at = [row for row in done if _may_jump(row, now)]
    if not looked_at:
        return ()
    others = session.execute(_others(office_id, looked_at, calendar.local_date(now))).all()
    passed = list(_passed(calendar, looked_at, others))
    if not passed:
        return ()
    facts = _facts(session, passed)
    found = (_jump(calendar, office_id, one, facts) for one in passed)
    return [jump for jump in found if jump is not None]


def _may_jump(row: Any, now: datetime) -> bool:
    return (
        row.kind == TaskKind.FORM
        and row.group != APPLICANT
        and row.claimed_at is not None
        and row.claimed_at > row.ready_at  # what was somebody's at once was given by a rule
        and row.submitted_at is not None
        and row.completed_by_id is not None
        and row.completed_at > now - LOOKED_BACK
    )


def _others(office_id: int, taken: Sequence[Any], today: date) -> Select[*tuple[Any, ...]]:
    """The tasks that may have lain free meanwhile: those that still do, and those that somebody took later. Each part
    is read by an index and no further than its end."""
    first, here = min(row.claimed_at for row in taken), UserTask.office_id == office_id
    works_here = members({row.group for row in taken}, office_id, today)
    later = UserTask.claimed_at > first
    parts = [
        select(UserTask.id)
        .where(text(f"user_task.{IS_READY}"), here, UserTask.group == group, UserTask.service_key == service)
        .order_by(UserTask.due_at, UserTask.id)
        .limit(MOST_FREE)
        for group, service in sorted({(row.group, row.service_key) for row in taken})
    ]
    parts.append(
        select(UserTask.id)
        .where(text(f"user_task.{IS_CLAIMED}"), UserTask.assignee_id.in_(works_here), here, later)
        .limit(MOST_SINCE)
    )
    parts.append(
        select(UserTask.id)
        .where(text(f"user_task.{IS_DONE}"), here, UserTask.completed_at > first, later)
        .order_by(UserTask.completed_at, UserTask.id)
        .limit(MOST_SINCE)
    )
    ids = union_all(*(select(part.subquery()) for part in parts))
    columns = (UserTask.id, UserTask.application_id, UserTask.element_id, UserTask.group, UserTask.service_key)
    return (
        select(*columns, UserTask.ready_at, UserTask.claimed_at, UserTask.due_at)
        .add_columns(Application.submitted_at, Application.applicant_id)
        .join(Application, Application.id == UserTask.application_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id.in_(ids), UserTask.kind == TaskKind.FORM, ~Application.waits_for_applicant)
        .where(ProcessInstance.status != InstanceStatus.SUSPENDED, Application.submitted_at.is_not(None))
        .order_by(UserTask.ready_at, UserTask.id)
    )


def _passed(calendar: WorkingTime, taken: Sequence[Any], others: Sequence[Any]) -> Iterator[_Passed]:
    alike: dict[tuple[str, str, str], list[Any]] = {}
    for other in others:
        alike.setdefault((other.service_key, other.group, other.element_id), []).append(other)
    for task in taken:
        try:
            since = before(calendar, task.ready_at, _A_DAY)
        except NoWorkingTime:
            continue
        beside = alike.get((task.service_key, task.group, task.element_id), ())
        older = [other for other in beside if _is_older(other, task, since)]
        if older:
            yield _Passed(task, older[:MOST_PASSED])


def _is_older(other: Any, task: Any, since: datetime) -> bool:
    """It came earlier, was ready by then, is due no later, and nobody had taken it by what its row says now."""
    free = other.claimed_at is None or other.claimed_at > task.claimed_at
    no_later = task.due_at is None or (other.due_at is not None and other.due_at <= task.due_at)
    earlier = other.ready_at < since and other.submitted_at < task.submitted_at
    return free and no_later and earlier and other.application_id != task.application_id


def _facts(session: Session, passed: Sequence[_Passed]) -> _Facts:
    cases = sorted({row.application_id for one in passed for row in (one.task, *one.older)})
    told = select(CaseEvent.application_id, CaseEvent.element_id, CaseEvent.at, CaseEvent.kind, CaseEvent.actor_id)
    told = told.where(CaseEvent.application_id.in_(cases), CaseEvent.kind.in_((*_TAKEN, *_LET_GO, FORWARDED)))
    moves: dict[tuple[int, str], list[Any]] = {}
    for row in session.execute(told.order_by(CaseEvent.application_id, CaseEvent.seq)):
        moves.setdefault((row.application_id, row.element_id), []).append(row)
    stood = select(Incident.application_id, Incident.raised_at, Incident.resolved_at)
    incidents = session.execute(stood.where(Incident.application_id.in_(cases))).all()
    declared = select(DeclaredInterest.application_id, DeclaredInterest.person_id)
    interests = session.execute(declared.where(DeclaredInterest.application_id.in_(cases))).all()
    return _Facts(moves, incidents, frozenset((row.application_id, row.person_id) for row in interests))


def _jump(calendar: WorkingTime, office_id: int, passed: _Passed, facts: _Facts) -> QueueJump | None:
    """The row, where what remains of the older ones is enough to be listed."""
    task = passed.task
    there = [one for one in passed.older if not facts.came_later(one, task)]
    older = [one for one in there if facts.could_be_done(one, task.claimed_at, task.completed_by_id)]
    if not older:
        return None
    days = calendar.working_days_between(older[0].ready_at, task.ready_at)
    if len(older) < PLACES and days < DAYS:
        return None
    move = facts.last_move(task, task.claimed_at)
    given = move is not None and move.kind == "task_assigned"
    return QueueJump(
        user_task_id=task.id,
        office_id=office_id,
        service_key=task.service_key,
        at=task.claimed_at,
        by_id=task.completed_by_id,
        given_by_id=move.actor_id if move is not None and given else None,
        passed=len(older),
        oldest_id=older[0].id,
        days=days,
    )
