"""Replaying a case: every input its history recorded, taken again on its version, must lead to where it stands now.

Nothing is written and nothing is performed: what the house answered to service tasks, and what the calendar answered
to expressions, is in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.calendars import read_calendar
from engine.catalog import Published
from engine.errors import NotFound
from engine.steps import Functions, calendar_functions, repeating, step_from
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import Office
from storage.processes import ProcessInstance

if TYPE_CHECKING:
    from engine.calendar import WorkingTime
    from engine.house import House


@dataclass(frozen=True, slots=True)
class Replayed:
    """Whether the replay ended in the very state that is stored, after how many steps, and where it could not go on:
    the number of the event, and why (empty when every step could be taken)."""

    same: bool
    steps: int
    stopped_at: int | None
    reason: str


def replay(session: Session, house: House, application_id: int) -> Replayed:
    """Takes the recorded steps of a case again. ``NotFound`` for an application that has no process yet."""
    row = session.execute(
        select(ProcessInstance, Office)
        .join(Application, Application.id == ProcessInstance.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    instance, office = row
    recorded = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.application_id == application_id, CaseEvent.kind == "step")
        .order_by(CaseEvent.seq)
    ).all()
    published = house.catalog.of(session, instance.definition_id)
    return _compare(instance, published, recorded, read_calendar(session, office))


def _compare(
    instance: ProcessInstance, published: Published, recorded: Sequence[CaseEvent], calendar: WorkingTime
) -> Replayed:
    state, status = b"", ""
    for number, event in enumerate(recorded):
        step = step_from({name: value for name, value in event.data.items() if name != "heard"})
        try:
            snapshot = step.take(published.process, state, _functions(event, calendar), event.at)
        except bpmn.BpmnRefusal as refused:
            return Replayed(False, number, event.seq, type(refused).__name__)
        state, status = snapshot.state, snapshot.status
    return Replayed((state, status) == (instance.state, instance.status), len(recorded), None, "")


def _functions(event: CaseEvent, calendar: WorkingTime) -> Functions:
    return repeating(event.data.get("heard", {}), calendar_functions(calendar, event.at))
