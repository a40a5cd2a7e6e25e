"""Taking back a task that was just completed, while nobody has gone on with the case: it stands again as before.

The state before is not kept for that: the case is walked again through its history up to there, as an audit does. A
task is taken back only where completing it wrote nothing beyond its own rows, the state and the tasks that are ready
now, and nothing was written to the case since. That it was taken back is an event of the case, and an input of its
own to whoever walks it again (decision 65).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import days_ahead
from engine.case.holding import calendar_at
from engine.case.opening import lock_task
from engine.case.settling import settle
from engine.case.turn import Turn
from engine.errors import NotAllowed
from engine.errors.recalls import RecallTooFar, RecallTooLate
from engine.house import House
from engine.packages.groups import APPLICANT
from engine.packages.task_schema import COMPLETES
from engine.people.actors import Actor
from engine.tasks.user_tasks import require_access, require_other_person
from engine.versions.replaying import RECALLED, STEP, functions_of, step_of, walked
from engine.working_time.functions import repeating
from engine.working_time.reopening import reopen
from storage.absences import StoodIn
from storage.applications import Application, Correction, Document, Opinion, Outcome
from storage.chains import Climb
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.processes import InstanceStatus, TaskKind, TaskStatus, UserTask

_COMPLETED, _STAGE = "task_completed", "stage"
_MOST: Final = 4
"""So many events has a task that may be taken back at most: that it was completed, one step, one stage, and one more
that says that it was something else."""


@dataclass(frozen=True, slots=True)
class _Last:
    """What completing a task wrote into the history, and nothing was since: the events in their order, the first of
    which says that it was completed."""

    events: Sequence[CaseEvent]

    @property
    def step(self) -> CaseEvent:
        return next(event for event in self.events if event.kind == STEP)

    @property
    def has_stage(self) -> bool:
        return any(event.kind == _STAGE for event in self.events)


def recall(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> str:
    """Whoever completed the task has it again, claimed, and the tasks that came of it are gone; gives the reference of
    the case. ``NotAllowed`` for everybody else, ``RecallTooLate`` when somebody went on with the case or claimed the
    next task, ``RecallTooFar`` when completing it did more than that."""
    case, task = lock_task(session, house, task_key)
    actor = require_access(case, task, actor)
    if task.status != TaskStatus.COMPLETED:
        raise RecallTooLate
    if not _is_of_officers(task):  # money was taken, a result left the house, an applicant said something
        raise RecallTooFar
    if task.completed_by_id != actor.person_id or task.assignee_id != actor.holder_id:
        raise NotAllowed
    require_other_person(session, case, case.published.package.tasks[task.element_id], actor)
    turn = Turn(session, house, case, actor, now)
    last = _what_it_wrote(session, case.application, task)
    if last is None:
        raise RecallTooFar if _newest(session, case.application)[0].at == task.completed_at else RecallTooLate
    if _did_more(turn, task):
        raise RecallTooFar
    before = _before(turn, last)
    came_of_it = _tasks(turn, before.waits)
    if not _are_free(came_of_it):
        raise RecallTooLate
    if not all(map(_is_of_officers, came_of_it)):
        raise RecallTooFar
    _go_back(turn, task, last, before)
    for gone in came_of_it:  # when the task is completed again, those that come of it are called the same
        gone.task_ref = f"{gone.task_ref}/{last.step.seq}"
    return case.application.reference or ""


def may_recall(session: Session, actor: Actor, task: UserTask) -> bool:
    """Whether it looks as if the actor could take the task back: they completed it, and nobody has gone on. At most
    three statements, none for a task that is open or was somebody else's."""
    if task.status != TaskStatus.COMPLETED or task.completed_by_id != actor.person_id or not _is_of_officers(task):
        return False
    application = session.get_one(Application, task.application_id)
    if _what_it_wrote(session, application, task) is None:
        return False
    since = UserTask.instance_id == task.instance_id, UserTask.id > task.id, UserTask.ready_at >= task.completed_at
    came_of_it = session.scalars(select(UserTask).where(*since)).all()
    return _are_free(came_of_it) and all(map(_is_of_officers, came_of_it))


def _newest(session: Session, application: Application) -> Sequence[CaseEvent]:
    events = select(CaseEvent).where(CaseEvent.application_id == application.id)
    return session.scalars(events.order_by(CaseEvent.seq.desc()).limit(_MOST)).all()


def _what_it_wrote(session: Session, application: Application, task: UserTask) -> _Last | None:
    """``None`` when the history has anything else behind it."""
    events = _newest(session, application)
    names = [event.kind for event in events]
    if _COMPLETED not in names:
        return None
    written = events[: names.index(_COMPLETED) + 1][::-1]
    kinds = [event.kind for event in written[1:]]
    steps = [event for event in written if event.kind == STEP]
    if written[0].element_id != task.element_id or not set(kinds) <= {STEP, _STAGE} or len(steps) != 1:
        return None
    return _Last(written) if steps[0].data["task_ref"] == task.task_ref else None


def _tasks(turn: Turn, before: bpmn.Snapshot) -> Sequence[UserTask]:
    """The tasks that wait now and did not before."""
    instance, waited = turn.case.instance, {task.id for task in before.tasks}
    new = [task_ref for task_ref in instance.waits["tasks"] if task_ref not in waited]
    here = UserTask.instance_id == instance.id, UserTask.task_ref.in_(new)
    return turn.session.scalars(select(UserTask).where(*here)).all()


def _are_free(tasks: Sequence[UserTask]) -> bool:
    return all(task.status == TaskStatus.READY for task in tasks)


def _is_of_officers(task: UserTask) -> bool:
    """An applicant is told what is theirs to do, and a fee that is due has rows of its own."""
    return task.kind == TaskKind.FORM and task.group != APPLICANT


def _did_more(turn: Turn, task: UserTask) -> bool:
    """Whether something was written that is not taken back: a decision, corrections that were asked for, a day that
    was chosen."""
    case, asked = turn.case, exists().where(Correction.user_task_id == task.id)
    is_over = case.instance.status != InstanceStatus.RUNNING or case.application.ended_at is not None
    is_decided = case.application.decided_at is not None or case.application.outcome != Outcome.NONE
    return bool(is_over or is_decided or days_ahead.chosen(turn) or turn.session.scalar(select(asked)))


@dataclass(frozen=True, slots=True)
class _Before:
    """Where the case stood before: its state, and what it waited for."""

    state: bytes
    waits: bpmn.Snapshot


def _before(turn: Turn, last: _Last) -> _Before:
    """The case walked again to where it stood before. ``RecallTooFar`` where that cannot be done exactly, or where the
    step asked something of the house, told other cases, kept data, named an outcome or let the days begin to count."""
    session, house, case, step = turn.session, turn.house, turn.case, last.step
    walk = walked(session, house, case.instance, case.calendar, up_to=step.seq - 1)
    if walk.stopped_at is not None:
        raise RecallTooFar
    functions = repeating(step.data["heard"], functions_of(session, walk.published, case.calendar, step.at))
    again = step_of(step).take(walk.published.process, walk.state, functions, step.at)
    told = any(passed.properties.get("outcome") or passed.properties.get(COMPLETES) == "yes" for passed in again.passed)
    if again.effects or told or not bpmn.are_same(again.state, case.instance.state):
        raise RecallTooFar
    return _Before(walk.state, bpmn.describe(walk.published.process, walk.state, now=turn.now))


def _go_back(turn: Turn, task: UserTask, last: _Last, before: _Before) -> None:
    """Brings the rows back in step with the state before; what came of the task is closed as when a process takes
    tasks back."""
    session, case = turn.session, turn.case
    turn.record(RECALLED, element_id=task.element_id, data={"step": last.step.seq})
    _put_photos_away(turn, task)
    session.execute(delete(Opinion).where(Opinion.user_task_id == task.id))
    session.execute(delete(StoodIn).where(StoodIn.user_task_id == task.id))
    task.status, task.completed_at, task.completed_by_id = TaskStatus.CLAIMED, None, None
    for clock in session.scalars(select(Clock).where(Clock.user_task_id == task.id)):
        reopen(clock, calendar_at(turn, clock.office_id))
        task.due_at = clock.due_at
        # A sweep may have found it ended meanwhile, and let it go no higher; the next one looks again.
        session.execute(update(Climb).where(Climb.clock_id == clock.id).values(next_at=turn.now))
    case.instance.state, case.instance.revision = before.state, case.instance.revision + 1
    case.instance.waits = {**case.instance.waits, "tasks": [*case.instance.waits["tasks"], task.task_ref]}
    session.flush()
    settle(turn, before.waits, (), ())
    if last.has_stage:
        stage = _stage_before(turn, last)
        case.application.stage = stage
        turn.record(_STAGE, element_id=task.element_id, data={"stage": stage})


def _put_photos_away(turn: Turn, task: UserTask) -> None:
    """What came with the answers lies behind what is sent instead."""
    package = turn.case.published.package
    form = package.forms.get(package.tasks[task.element_id].form or "")
    asked = [part.key for part in form.components() if part.kind.uploads] if form is not None else []
    answers = turn.session.scalar(select(Opinion.answers).where(Opinion.user_task_id == task.id)) if asked else None
    keys = [key for part in asked for key in (answers or {}).get(part) or ()]
    if keys:
        theirs = Document.application_id == task.application_id, Document.key.in_(keys)
        turn.session.execute(update(Document).where(*theirs).values(replaced_at=turn.now))


def _stage_before(turn: Turn, last: _Last) -> str:
    case = turn.case
    earlier = CaseEvent.application_id == case.application.id, CaseEvent.seq < last.events[0].seq
    found = select(CaseEvent).where(*earlier, CaseEvent.kind == _STAGE).order_by(CaseEvent.seq.desc()).limit(1)
    event = turn.session.scalar(found)
    return str(event.data["stage"]) if event is not None else case.published.package.manifest.stages[0]
