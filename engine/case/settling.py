"""Writing down where an instance stands after a step: its user tasks, timers, clocks and stage, and how it ended.

Rows are touched only where something changed, so a step costs the same however many cases and tasks there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import asking, collecting, days_ahead, fees, giving, holding, incidents, promising, seats
from engine.case.catching_up import catch_up
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.packages import Chosen, TaskSettings, missing
from engine.packages.groups import APPLICANT
from engine.references import new_key
from engine.working_time import promises
from storage.applications import ApplicationStatus, Outcome
from storage.clocks import OPEN_CLOCK, Clock, ClockKind
from storage.naming import name_in_order
from storage.processes import OPEN_TASK, InstanceStatus, Subscription, TaskKind, TaskStatus, ThrownKind, Timer, UserTask


def settle(turn: Turn, snapshot: bpmn.Snapshot, passed: Sequence[bpmn.Passed], reached: Sequence[bpmn.Passed]) -> None:
    """Brings the rows of a case in step with the instance: ``passed`` may name an outcome, ``reached`` a stage (a call
    when it begins). A suspended one (it only changes its version then) stays
    suspended, and its promises stand still."""
    session, case = turn.session, turn.case
    is_suspended = case.instance.status == InstanceStatus.SUSPENDED
    stands = InstanceStatus(snapshot.status)
    case.instance.status = InstanceStatus.SUSPENDED if is_suspended else stands
    running = promises.open_clocks(session, case.application.id) if case.clocks is None else case.clocks
    case.clocks = None
    catch_up(turn, running)
    clocks = [*running, *promising.begin_when_complete(turn, passed)]
    added = _settle_tasks(turn, snapshot, clocks)
    _settle_waits(session, case, snapshot)
    _settle_stage(turn, reached, added)
    _settle_outcome(turn, passed)
    if not is_suspended:
        _settle_decision(turn, clocks)
        ahead = days_ahead.chosen(turn)
        _settle_pause(turn, snapshot, clocks, ahead)
    _start_clocks(turn, added)
    if not is_suspended:
        days_ahead.stand_tasks(turn, ahead)
    asking.ask(turn, added)
    if stands != InstanceStatus.RUNNING:
        _finish(turn, snapshot, clocks)


def _settle_tasks(turn: Turn, snapshot: bpmn.Snapshot, clocks: Sequence[Clock]) -> list[UserTask]:
    """New user tasks get a row; those that the process took back are cancelled."""
    case = turn.case
    before = set(case.instance.waits.get("tasks", ()))
    ready = {task.id: task for task in snapshot.tasks}
    gone = before - ready.keys()
    if gone:
        _close_tasks(turn, gone, clocks)
    added = [_new_task(turn, task) for task_ref, task in ready.items() if task_ref not in before]
    holding.record_crossings(turn, added)
    turn.session.add_all(added)
    giving.give(turn, added)
    return added


def _start_clocks(turn: Turn, added: Sequence[UserTask]) -> None:
    """The clocks of new user tasks. Last, because a clock names the row of its task: the one flush that gives the rows
    their ids then also writes everything that changed before, each row once."""
    started = [(task, clock) for task in added if (clock := _task_clock(turn, task)) is not None]
    for task, clock in started:
        task.due_at = clock.due_at or task.due_at
    if started:
        turn.session.flush()
    for task, clock in started:
        clock.user_task_id = task.id
        turn.session.add(clock)


def _close_tasks(turn: Turn, gone: set[str], clocks: Sequence[Clock]) -> None:
    closed = {}
    for task in _tasks(turn, gone):
        if task.status in OPEN_TASK:
            task.status = TaskStatus.CANCELLED
            task.completed_at, task.remind_at = turn.now, None
            turn.record("task_cancelled", element_id=task.element_id)
            if task.kind == TaskKind.PAYMENT:
                fees.drop(turn, {task.task_ref})
        closed[task.id] = task
    for clock in clocks:
        closing = closed.get(clock.user_task_id or 0)
        if closing is not None:
            finished = closing.status == TaskStatus.COMPLETED
            (promises.end if finished else promises.stop)(clock, closing.completed_at or turn.now)


def _tasks(turn: Turn, task_refs: set[str]) -> Sequence[UserTask]:
    """The rows of these tasks; no statement for the one with which the case was locked."""
    case = turn.case
    if case.task is not None and task_refs == {case.task.task_ref}:
        return [case.task]
    return turn.session.scalars(
        select(UserTask).where(UserTask.instance_id == case.instance.id, UserTask.task_ref.in_(task_refs))
    ).all()


def _new_task(turn: Turn, ready: bpmn.ReadyTask) -> UserTask:
    case = turn.case
    settings = case.published.package.tasks[ready.element_id]
    mine = settings.group == APPLICANT
    due_at, remind_at = asking.days_of(settings, case.calendar, turn.now)
    office = holding.holder(turn.session, case, settings)
    if settings.kind == TaskKind.HANDOVER:
        remind_at = collecting.first_reminder(turn, office)
    return UserTask(
        key=new_key(),
        instance_id=case.instance.id,
        application_id=case.application.id,
        task_ref=ready.id,
        element_id=ready.element_id,
        name=settings.name.en,
        kind=TaskKind(settings.kind),
        group=settings.group,
        service_key=case.application.service_key,
        applicant_name=name_in_order(case.applicant.name_km, case.applicant.name_latin),
        office_id=office.id,
        status=TaskStatus.READY,
        assignee_id=case.applicant.id if mine else None,
        ready_at=turn.now,
        due_at=due_at,
        remind_at=remind_at,
    )


def _task_clock(turn: Turn, task: UserTask) -> Clock | None:
    """The clock of a task runs by the calendar of the office that has the task."""
    case = turn.case
    settings: TaskSettings = case.published.package.tasks[task.element_id]
    if settings.due is None:
        return None
    return promises.new_clock(
        application_id=case.application.id,
        office_id=task.office_id,
        kind=ClockKind.TASK,
        term=str(settings.due),
        warn_term=str(settings.warn or ""),
        escalate_to=settings.escalate_to or "",
        extension=str(settings.extension or ""),
        stands_still=missing([settings]),
        calendar=holding.calendar_at(turn, task.office_id),
        now=turn.now,
    )


def _settle_waits(session: Session, case: Case, snapshot: bpmn.Snapshot) -> None:
    """Timers, rewritten as a whole when they are not what the last step left, and subscriptions, each kept in its place
    while it lasts: of several cases that wait for a message, the one that has waited longest gets it."""
    before = case.instance.waits
    now_waits: dict[str, Any] = {
        "tasks": [task.id for task in snapshot.tasks],
        "timers": [[timer.element_id, timer.due_at.isoformat()] for timer in snapshot.timers],
        "subscriptions": [[wait.kind, wait.name, wait.correlation or ""] for wait in snapshot.subscriptions],
    }
    if now_waits["timers"] != before.get("timers", []):
        if before.get("timers") != []:
            _end_timers(session, case)
        session.add_all(
            Timer(instance_id=case.instance.id, element_id=timer.element_id, due_at=timer.due_at)
            for timer in snapshot.timers
        )
    if now_waits["subscriptions"] != before.get("subscriptions", []):
        _settle_subscriptions(session, case.instance.id, before.get("subscriptions", []), now_waits["subscriptions"])
    case.instance.waits = now_waits


def _end_timers(session: Session, case: Case) -> None:
    if case.together is not None:
        case.together.gone.extend(case.together.timers[case.instance.id])
    else:
        session.execute(delete(Timer).where(Timer.instance_id == case.instance.id))


def _settle_subscriptions(
    session: Session, instance_id: int, before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> None:
    """One row for each different thing that the instance waits for."""
    were, are = dict.fromkeys(map(tuple, before)), dict.fromkeys(map(tuple, after))
    for kind, name, correlation in were.keys() - are.keys():
        gone = Subscription.kind == kind, Subscription.name == name, Subscription.correlation == correlation
        session.execute(delete(Subscription).where(Subscription.instance_id == instance_id, *gone))
    session.add_all(
        Subscription(instance_id=instance_id, kind=kind, name=name, correlation=correlation)
        for kind, name, correlation in are
        if (kind, name, correlation) not in were
    )


def stand_behind(session: Session, case: Case, name: str) -> None:
    """A case that took a message and waits for the next one of that name stands behind those that waited already."""
    message = ThrownKind.MESSAGE
    waits = dict.fromkeys(tuple(wait) for wait in case.instance.waits["subscriptions"])
    again = [wait for wait in waits if wait[:2] == (message, name)]
    if again:
        mine = Subscription.instance_id == case.instance.id, Subscription.kind == message, Subscription.name == name
        session.flush()
        session.execute(delete(Subscription).where(*mine))
        session.add_all(
            Subscription(instance_id=case.instance.id, kind=kind, name=name, correlation=correlation)
            for kind, name, correlation in again
        )


def _settle_stage(turn: Turn, reached: Sequence[bpmn.Passed], added: Sequence[UserTask]) -> None:
    """The last stage that an element reached or a new task names; each change is part of the history."""
    case = turn.case
    tasks = case.published.package.tasks
    named = [(element.properties.get("stage"), element.element_id) for element in reached]
    named += [(tasks[task.element_id].stage, task.element_id) for task in added]
    for stage, element_id in named:
        if stage and stage != case.application.stage:
            case.application.stage = stage
            turn.record("stage", element_id=element_id, data={"stage": stage})


def _settle_outcome(turn: Turn, passed: Sequence[bpmn.Passed]) -> None:
    for element in passed:
        outcome = element.properties.get("outcome")
        if outcome:
            turn.case.application.outcome = Outcome(outcome)


def _settle_decision(turn: Turn, clocks: Sequence[Clock]) -> None:
    """The promise is kept once the application is decided and what the decision brought with it is done: a certificate
    that could not be made out keeps the applicant waiting, so the clocks run on until it could."""
    application = turn.case.application
    promised = [clock for clock in clocks if clock.kind != ClockKind.TASK and clock.status in OPEN_CLOCK]
    if application.decided_at is None or not promised or incidents.stands(turn):
        return
    for clock in promised:
        promises.end(clock, turn.now)
    application.promised_at = None


def _settle_pause(turn: Turn, snapshot: bpmn.Snapshot, clocks: Sequence[Clock], ahead: Chosen) -> None:
    tasks = [turn.case.published.package.tasks[task.element_id] for task in snapshot.tasks]
    turn.case.application.waits_for_applicant = {task.group for task in tasks} == {APPLICANT}
    days_ahead.stand_promises(turn, tasks, clocks, ahead)


def _finish(turn: Turn, snapshot: bpmn.Snapshot, clocks: Sequence[Clock]) -> None:
    """The process is over: so is every promise that still ran."""
    case, application, now = turn.case, turn.case.application, turn.now
    case.instance.ended_at = application.ended_at = now
    application.status = ApplicationStatus.ENDED
    application.waits_for_applicant = False
    incidents.close_all(turn)
    fees.drop(turn)
    seats.give_up_all(turn)
    given_up = application.outcome in (Outcome.WITHDRAWN, Outcome.CANCELLED, Outcome.LAPSED)
    for clock in clocks:
        if clock.status in OPEN_CLOCK:
            (promises.stop if given_up else promises.end)(clock, now)
    if application.outcome == Outcome.LAPSED:
        asking.tell_lapsed(turn)
    data = {"status": snapshot.status, "outcome": application.outcome, "ended_with": snapshot.ended_with}
    turn.record("ended", data=data)
