"""The rows of a case that is taken to another version: what it had is kept, its open tasks follow their elements."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import Case
from engine.catalog import Published
from engine.settling import CLAIMED, READY
from storage.processes import TransferredCase, UserTask


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


def follow_tasks(session: Session, case: Case, snapshot: bpmn.Snapshot, there: Published) -> None:
    """Open user tasks stay the same work for the same person, under the element and in the group of the version."""
    elements = {task.id: task.element_id for task in snapshot.tasks}
    open_tasks = session.scalars(
        select(UserTask).where(UserTask.instance_id == case.instance.id, UserTask.status.in_((READY, CLAIMED)))
    )
    for task in open_tasks:
        settings = there.package.tasks.get(elements.get(task.task_ref, ""))
        if settings is None:
            continue  # the process took it back; settling cancels it
        if settings.group != task.group:
            task.status, task.assignee_id, task.claimed_at = READY, None, None
        task.element_id, task.name = settings.element_id, settings.name.en
        task.kind, task.group = settings.kind, settings.group
