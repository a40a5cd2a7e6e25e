"""User tasks: claim one, give it back, complete it. Each for exactly one person at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import days_ahead
from engine.case.concerned import helps_here
from engine.case.handled import require_not_handled
from engine.case.interests import require_no_interest
from engine.case.kept_apart import require_not_apart
from engine.case.opening import Case, lock_task
from engine.case.standing_in import as_worked_on, done_before, stood_in
from engine.case.task_notices import taken_from
from engine.case.turn import Turn
from engine.errors import (
    BadAnswers,
    NotAllowed,
    NotFound,
    OwnCase,
    SamePersonRefused,
    StalePage,
    TaskGone,
    TaskNotClaimed,
)
from engine.flow.advance import advance
from engine.house import House
from engine.packages import APPLY, TaskSettings, came_up, gather, validate_all
from engine.packages.groups import APPLICANT, HEAD
from engine.people.actors import Actor
from engine.tasks.holders import lost, taken
from engine.tasks.task_drafts import drop_typed
from engine.tasks.visit_days import keep_planned_day, require_planned_day
from storage.applications import Correction, CorrectionTarget, Opinion
from storage.processes import OPEN_TASK, TaskKind, TaskStatus, UserTask
from storage.visits import DayPart


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """One thing to mend: a ``field`` or a ``document`` of the application, and why, in the officer's words."""

    target_kind: CorrectionTarget
    target_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class TaskDone:
    """What became of it: which case, and whether the case went on or stopped at an incident."""

    reference: str
    went_on: bool


def claim(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> None:
    """Takes a ready task for oneself. Claiming one's own task again is harmless. ``TaskTaken`` says who has it, and
    since when; ``SamePersonRefused`` for a task that somebody else must do; ``NotAllowed`` also for what an applicant
    has to do: that is theirs without a claim. What a deputy claims is the absent colleague's, who finds it when they
    come back."""
    case, task = lock_task(session, house, task_key)
    actor = require_access(case, task, actor)
    if task.group == APPLICANT:
        raise NotAllowed
    if task.status == TaskStatus.CLAIMED and task.assignee_id == actor.holder_id:
        return
    if task.status == TaskStatus.CLAIMED:
        raise taken(session, task)
    if task.status != TaskStatus.READY:
        raise TaskGone
    require_other_person(session, case, case.published.package.tasks[task.element_id], actor)
    task.status, task.assignee_id, task.claimed_at = TaskStatus.CLAIMED, actor.holder_id, now
    Turn(session, house, case, actor, now).record("task_claimed", element_id=task.element_id)


def release_claim(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> None:
    """Gives a claimed task back to the group; the head may do it for an absent officer, not of a
    complaint about what they worked on (``WorkedOnIt``)."""
    case, task = lock_task(session, house, task_key)
    heads = actor.acts_for(HEAD, task.office_id) and actor.person_id != case.applicant.id
    if heads:
        require_not_apart(session, case.application, task.group, actor)
    else:
        actor = require_access(case, task, actor)
    if task.status != TaskStatus.CLAIMED:
        raise TaskGone
    if task.assignee_id != actor.holder_id and not heads:
        raise NotAllowed
    before_id = task.assignee_id
    task.status, task.assignee_id, task.claimed_at = TaskStatus.READY, None, None
    turn = Turn(session, house, case, actor, now)
    turn.record("claim_released", element_id=task.element_id)
    taken_from(turn, task, before_id)


def complete(
    session: Session,
    house: House,
    actor: Actor,
    task_key: str,
    answers: Mapping[str, Any],
    *,
    corrections: Sequence[CorrectionAsked] = (),
    seen: int | None = None,
    shown: Collection[str] | None = None,
    is_drafted: bool = False,
    files: Mapping[str, list[str]] = MappingProxyType({}),
    part: DayPart = DayPart.ANY,
    now: datetime,
) -> TaskDone:
    """Completes a claimed task with the answers of its form, as values or as a browser posted them.

    ``BadAnswers`` names each field that needs attention, ``NotYetItsDay`` the day of the session at which it is done,
    ``NotFound`` a correction of something that is not there.
    ``seen`` is the revision of the application that the officer looked at: ``StalePage`` when it changed since.
    ``shown`` are the questions that stood on the page: one that the answers brought up since is asked first.
    ``is_drafted``: what was typed has been kept meanwhile, and is let go. ``files`` are the keys of the documents that
    came with it, by question. ``part``: when on its day a visit is, where the task plans one.
    """
    case, task = lock_task(session, house, task_key)
    actor = require_access(case, task, actor)
    if task.status not in OPEN_TASK or task.kind != TaskKind.FORM:
        raise TaskGone
    if task.assignee_id != actor.holder_id:
        raise lost(session, task, actor) if task.assignee_id else TaskNotClaimed
    if seen is not None and seen != case.application.revision:
        raise StalePage
    settings = case.published.package.tasks[task.element_id]
    require_other_person(session, case, settings, actor)
    turn = Turn(session, house, case, actor, now)
    clean = checked(turn, settings, answers, shown, files)
    for asked in corrections if settings.corrections else ():
        _require_target(case, asked)
        session.add(_correction(task, asked, actor, now))
    if is_drafted:
        drop_typed(session, actor, task_key)
    return answer(turn, task, settings, clean, part=part)


def answer(
    turn: Turn, task: UserTask, settings: TaskSettings, clean: Mapping[str, Any], *, part: DayPart = DayPart.ANY
) -> TaskDone:
    """Keeps checked answers as the opinion of who gave them, and completes a locked task with them. ``part``: when on
    its day a visit is, where the task plans one."""
    turn.session.add(
        Opinion(
            application_id=turn.case.application.id,
            user_task_id=task.id,
            person_id=turn.actor.person_id,
            element_id=task.element_id,
            answers=dict(clean),
            at=turn.now,
        )
    )
    done = finish(turn, task, answered_variables(turn.case, settings, clean), personal=clean)
    if settings.plans:
        keep_planned_day(turn, settings, clean[settings.plans], part)
    return done


def finish(
    turn: Turn, task: UserTask, variables: Mapping[str, Any], *, personal: Mapping[str, Any] | None = None
) -> TaskDone:
    """Marks a locked task completed and lets its process go on. Every way of completing a task ends here.
    ``InterestDeclared``."""
    if turn.actor.person_id != turn.case.applicant.id:
        require_no_interest(turn.session, turn.case.application, turn.actor)
    task.status, task.completed_at, task.completed_by_id = TaskStatus.COMPLETED, turn.now, turn.actor.person_id
    task.remind_at = None
    if turn.actor.instead is not None:
        turn.session.add(stood_in(task, turn.actor.instead))
    data = {"variables": dict(variables)}
    turn.record("task_completed", element_id=task.element_id, data=data, personal=personal)
    step = Step("complete", task_ref=task.task_ref, variables=variables)
    try:
        went_on = advance(turn, step)
    except bpmn.TaskNotReady as gone:
        raise TaskGone from gone
    return TaskDone(turn.case.application.reference or "", went_on)


def answered_variables(case: Case, settings: TaskSettings, clean: Mapping[str, Any]) -> dict[str, Any]:
    """The routing variables that a task's form answers: the declared ones, and the decision it makes."""
    declared = case.published.package.manifest.variables
    variables = {rule.name: clean.get(rule.field) for rule in declared if rule.form == settings.form}
    if settings.decides:
        variables[settings.decides] = clean.get(settings.decides)
    return variables


def require_access(case: Case, task: UserTask, actor: Actor) -> Actor:
    """The actor as they work on the task: by group and office, by escalation, as the applicant, or in the place of an
    absent colleague. Raises ``NotAllowed`` unless it is theirs in one of these ways."""
    if task.group == APPLICANT:
        if actor.person_id != case.applicant.id:
            raise NotAllowed
        return actor
    acting = as_worked_on(task, actor)
    if acting is None or case.applicant.id == actor.person_id or actor.stands_for(case.applicant.id):
        raise NotAllowed
    return acting


def require_other_person(session: Session, case: Case, settings: TaskSettings, actor: Actor) -> None:
    """The four-eyes rule: who completed one of the named elements of this case may not complete this one; a deputy and
    whom they stand for count as one. Nor does anybody in the case of somebody for whom they act (``OwnCase``), or in a
    complaint about an application on which they worked (``WorkedOnIt``)."""
    if helps_here(session, case.application, actor):
        raise OwnCase
    require_no_interest(session, case.application, actor)
    require_not_handled(session, case.published.package, case.application, settings, actor)
    if done_before(session, case.application.id, settings.not_by, actor) is not None:
        raise SamePersonRefused


def checked(
    turn: Turn,
    settings: TaskSettings,
    answers: Mapping[str, Any],
    shown: Collection[str] | None = None,
    files: Mapping[str, list[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """The answers to the form of a task as they are kept, what it asks to be uploaded answered by ``files`` alone;
    ``BadAnswers``, ``NotYetItsDay``."""
    case = turn.case
    days_ahead.require_its_day(turn, settings.element_id)
    if settings.form is None:
        return {}
    form = case.published.package.forms[settings.form]
    typed: dict[str, Any] = {}
    for page in form.pages:
        typed |= gather(form, page.key, answers)
    typed |= {part.key: files.get(part.key, []) for part in form.components() if part.kind.uploads}
    clean, errors = validate_all(form, typed, today=case.calendar.local_date(turn.now))
    if shown is not None:
        errors = came_up(form.visible_parts(clean), shown, errors)
    if errors:
        raise BadAnswers(dict(errors))
    if settings.plans:
        require_planned_day(turn, settings, clean[settings.plans])
    return clean


def _require_target(case: Case, asked: CorrectionAsked) -> None:
    """Raises ``NotFound`` for a question or a document that the application has not: nobody could mend it."""
    package = case.published.package
    question = package.forms[APPLY].component(asked.target_key)
    is_file = question is not None and question.kind.uploads
    there = {
        CorrectionTarget.FIELD: question is not None and not is_file,
        CorrectionTarget.DOCUMENT: is_file or package.manifest.document(asked.target_key) is not None,
    }
    if not there.get(asked.target_kind, False):
        raise NotFound


def _correction(task: UserTask, asked: CorrectionAsked, actor: Actor, now: datetime) -> Correction:
    return Correction(
        application_id=task.application_id,
        user_task_id=task.id,
        target_kind=asked.target_kind,
        target_key=asked.target_key,
        reason=asked.reason.strip()[:1000],
        asked_at=now,
        asked_by_id=actor.person_id,
    )
