"""The rows of a transfer: which cases it still has to look at, what a case had before, what follows its elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Row, Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from engine import bpmn
from engine.case import holding
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.catalog.in_effect import is_for
from engine.catalog.published import Published
from engine.versions.judging import Verdict
from storage.applications import Application
from storage.clocks import Clock
from storage.processes import (
    LIVE_INSTANCE,
    OPEN_TASK,
    Incident,
    IncidentStatus,
    ProcessDefinition,
    ProcessInstance,
    TaskKind,
    TaskStatus,
    UserTask,
)
from storage.transfers import Transfer, TransferredCase, TransferVerdict


def candidates(service_key: str, definition_id: int) -> Select[int]:
    """Running and suspended cases of the service that stand on other versions, by application; to a version in a pilot,
    those of its offices."""
    target = aliased(ProcessDefinition)
    is_theirs = exists().where(target.id == definition_id, is_for(target, Application.office_id))
    return (
        select(ProcessInstance.application_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .join(Application, Application.id == ProcessInstance.application_id)
        .where(ProcessDefinition.service_key == service_key, ProcessDefinition.id != definition_id)
        .where(ProcessInstance.status.in_(LIVE_INSTANCE), is_theirs.correlate(Application))
        .order_by(ProcessInstance.application_id)
    )


def next_candidate(session: Session, transfer_id: int, target: Published) -> int | None:
    """The first case that the transfer has not looked at."""
    return session.scalar(_not_looked_at(session, transfer_id, target).limit(1))


def left(session: Session, transfer_id: int, target: Published) -> int:
    """How many cases the transfer has not looked at."""
    waiting = _not_looked_at(session, transfer_id, target).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def _not_looked_at(session: Session, transfer_id: int, target: Published) -> Select[int]:
    reached = session.scalar(
        select(func.max(TransferVerdict.application_id)).where(TransferVerdict.transfer_id == transfer_id)
    )
    wanted = candidates(target.service_key, target.definition_id)
    return wanted.where(ProcessInstance.application_id > (reached or 0))


def keep_verdict(session: Session, transfer_id: int, verdict: Verdict) -> None:
    """Notes that the transfer has looked at the case, and what it found."""
    session.add(
        TransferVerdict(
            transfer_id=transfer_id,
            application_id=verdict.application_id,
            verdict=verdict.verdict,
            obstacles=[asdict(obstacle) for obstacle in verdict.obstacles],
        )
    )


def keep_before(session: Session, case: Case, transfer_id: int) -> TransferredCase:
    """The version and state of the case before it is taken over; the caller sets the revision after."""
    kept = TransferredCase(
        transfer_id=transfer_id,
        instance_id=case.instance.id,
        definition_id=case.instance.definition_id,
        state=case.instance.state,
        revision=case.instance.revision,
    )
    session.add(kept)
    return kept


def kept_cases(session: Session, transfer_id: int) -> Sequence[Row[int, int]]:
    """The cases that went with a transfer and did not come back: the kept row and the application of each."""
    return session.execute(
        select(TransferredCase.id, ProcessInstance.application_id)
        .join(ProcessInstance, ProcessInstance.id == TransferredCase.instance_id)
        .where(TransferredCase.transfer_id == transfer_id, TransferredCase.undone_at.is_(None))
        .order_by(TransferredCase.id)
    ).all()


def taken_further_by(session: Session, transfer_id: int) -> int | None:
    """The newest later transfer, not undone, that took cases of this one further."""
    later = aliased(TransferredCase)
    return session.scalar(
        select(func.max(later.transfer_id))
        .join(TransferredCase, TransferredCase.instance_id == later.instance_id)
        .join(Transfer, Transfer.id == later.transfer_id)
        .where(TransferredCase.transfer_id == transfer_id, TransferredCase.undone_at.is_(None))
        .where(later.id > TransferredCase.id, later.undone_at.is_(None), Transfer.undone_at.is_(None))
    )


def stand_as_before(session: Session, kept: TransferredCase, revision: int) -> None:
    """The case came back to where an earlier transfer had left it, so that one can be undone next."""
    earlier = session.scalar(
        select(TransferredCase)
        .where(TransferredCase.instance_id == kept.instance_id, TransferredCase.undone_at.is_(None))
        .where(TransferredCase.id < kept.id)
        .order_by(TransferredCase.id.desc())
        .limit(1)
    )
    if earlier is not None and earlier.revision == kept.revision - 1:
        earlier.revision = revision


def follow_tasks(turn: Turn, snapshot: bpmn.Snapshot, there: Published) -> None:
    """Open user tasks stay the same work for the same person, under the element, in the group and at the office of the
    version."""
    session, case = turn.session, turn.case
    elements = {task.id: task.element_id for task in snapshot.tasks}
    open_tasks = session.scalars(
        select(UserTask).where(UserTask.instance_id == case.instance.id, UserTask.status.in_(OPEN_TASK))
    )
    for task in open_tasks:
        settings = there.package.tasks.get(elements.get(task.task_ref, ""))
        if settings is None:
            continue  # the process took it back; settling cancels it
        office_id = holding.holder(session, case, settings).id
        if (settings.group, office_id) != (task.group, task.office_id):
            task.status, task.assignee_id, task.claimed_at = TaskStatus.READY, None, None
        if office_id != task.office_id:
            holding.crossed(turn, settings.element_id, task.office_id, office_id)
        task.element_id, task.name = settings.element_id, settings.name.en
        task.kind, task.group, task.office_id = TaskKind(settings.kind), settings.group, office_id
        session.execute(update(Clock).where(Clock.user_task_id == task.id).values(office_id=office_id))


def follow_incidents(session: Session, case: Case, mapping: Mapping[str, str]) -> None:
    """Open incidents are known by the element that took the place of theirs."""
    open_ones = session.scalars(
        select(Incident).where(Incident.instance_id == case.instance.id, Incident.status == IncidentStatus.OPEN)
    )
    for incident in open_ones:
        incident.element_id = mapping.get(incident.element_id, incident.element_id)
