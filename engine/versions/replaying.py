"""Replaying a case: every input its history recorded, taken again on its version, must lead to where it stands now.

Nothing is written and nothing is performed: what the house answered to service tasks, and what the calendar answered
to expressions, is in the history. So is every transfer to another version, and its undoing, and every step that was
taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step, step_from
from engine.case.data_stores import store_functions
from engine.case.events import FOR
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.working_time.calendar import WorkingTime
from engine.working_time.calendars import read_calendar
from engine.working_time.functions import Functions, calendar_functions, repeating
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import Office
from storage.processes import InstanceStatus, ProcessInstance

STEP, TRANSFERRED, TRANSFER_UNDONE, RECALLED = "step", "transferred", "transfer_undone", "task_recalled"


@dataclass(frozen=True, slots=True)
class Replayed:
    """Whether the replay ended in the very state that is stored, after how many steps, and where it could not go on:
    the number of the event, and why (empty when every step could be taken)."""

    same: bool
    steps: int
    stopped_at: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ways:
    """The sequence flows that a step took: the event, its moment, and the version on which the case stood."""

    event_seq: int
    at: datetime
    definition_id: int
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a walk stood before its last step: how far it had come in what it gathers."""

    state: bytes
    status: str
    passed: int
    inputs: int
    variables: Mapping[str, Any]


@dataclass(slots=True)
class Walk:
    """A case walked again through its history, and what was found on the way: the elements passed, under the names they
    have on the version where the case stands, and the inputs with the numbers of their events. ``renamed`` are the
    mappings of its transfers, ``variables`` those of the case in the end, ``ways`` the flows of each step. A step that
    was taken back is no input, but what it took was taken: its flows stay. ``behind``: before the last step, ``None``
    where nothing can be taken back."""

    published: Published
    state: bytes = b""
    status: str = ""
    steps: int = 0
    stopped_at: int | None = None
    reason: str = ""
    passed: list[str] = field(default_factory=list)
    inputs: list[bpmn.Input] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    before: list[tuple[Published, bytes, str, tuple[str, ...]]] = field(default_factory=list)
    live: bpmn.LiveCache = field(default_factory=bpmn.LiveCache)
    variables: Mapping[str, Any] = field(default_factory=dict)
    ways: list[Ways] = field(default_factory=list)
    behind: Standing | None = None


def replay(session: Session, house: House, application_id: int) -> Replayed:
    """Takes the recorded steps of a case again. ``NotFound`` for an application that has no process yet."""
    instance, office = found_case(session, application_id)
    walk = walked(session, house, instance, read_calendar(session, office))
    return Replayed(is_same(walk, instance), walk.steps, walk.stopped_at, walk.reason)


def is_same(walk: Walk, instance: ProcessInstance) -> bool:
    """Whether the walk ended exactly where the case stands."""
    stands = InstanceStatus.RUNNING if instance.status == InstanceStatus.SUSPENDED else instance.status
    ended = (walk.status, walk.published.definition_id)
    if walk.stopped_at is not None or ended != (stands, instance.definition_id):
        return False
    return bpmn.are_same(walk.state, instance.state)


def walked(
    session: Session, house: House, instance: ProcessInstance, calendar: WorkingTime, *, up_to: int | None = None
) -> Walk:
    """The case walked again from its beginning, to the event ``up_to`` if that is given; stops at the first event that
    cannot be taken again."""
    recorded = recorded_events(session, instance.application_id, up_to)
    first = next((event.data["from"] for event in recorded if event.kind == TRANSFERRED), instance.definition_id)
    walk = Walk(house.catalog.of(session, first))
    for event in recorded:
        try:
            _take(session, house, walk, event, calendar)
        except bpmn.BpmnRefusal as refused:
            walk.stopped_at, walk.reason = event.seq, type(refused).__name__
            break
    return walk


def _take(session: Session, house: House, walk: Walk, event: CaseEvent, calendar: WorkingTime) -> None:
    functions = repeating(event.data.get("heard", {}), functions_of(session, walk.published, calendar, event.at))
    if event.kind == TRANSFERRED:
        target = house.catalog.of(session, event.data["to"])
        moved = bpmn.migrate(
            walk.published.process, target.process, walk.state,
            now=event.at, passed=walk.passed, mapping=event.data["mapping"], functions=functions,
        )  # fmt: skip
        if moved.snapshot is None:
            raise bpmn.StateUnreadable
        walk.behind = None
        walk.before.append((walk.published, walk.state, walk.status, tuple(walk.passed)))
        walk.passed = [event.data["mapping"].get(element, element) for element in walk.passed]
        walk.renamed += event.data["mapping"].items()
        walk.published, walk.state = target, moved.snapshot.state
        _note(walk, moved.snapshot)
    elif event.kind == TRANSFER_UNDONE:
        walk.published, walk.state, walk.status, passed = walk.before.pop()
        walk.behind = None
        walk.passed = list(passed)
        _note(walk, bpmn.describe(walk.published.process, walk.state, now=event.at))
    elif event.kind == RECALLED:
        _take_back(walk)
    else:
        _take_step(walk, event, functions)


def _take_back(walk: Walk) -> None:
    """The walk stands where it stood before its last step."""
    before, walk.behind = walk.behind, None
    if before is None:
        raise bpmn.StateUnreadable
    walk.state, walk.status, walk.variables = before.state, before.status, before.variables
    del walk.passed[before.passed :], walk.inputs[before.inputs :], walk.events[before.inputs :]


def functions_of(session: Session, published: Published, calendar: WorkingTime, moment: datetime) -> Functions:
    """What answers a question that the recorded step did not ask: the calendar, the data stores as they are today."""
    stores = store_functions(session, published.service_key, lock=False)
    return {**calendar_functions(calendar, moment), **stores}


def step_of(event: CaseEvent) -> Step:
    """The step that an event recorded, without what was heard meanwhile and in whose place it was taken."""
    return step_from({name: value for name, value in event.data.items() if name not in ("heard", FOR)})


def _take_step(walk: Walk, event: CaseEvent, functions: Functions) -> None:
    step = step_of(event)
    place = _place(walk, step, event.at)
    walk.behind = Standing(walk.state, walk.status, len(walk.passed), len(walk.inputs), walk.variables)
    snapshot = step.take(walk.published.process, walk.state, functions, event.at, walk.live)
    walk.state, walk.status, walk.steps = snapshot.state, snapshot.status, walk.steps + 1
    passed = tuple(element.element_id for element in snapshot.passed)
    walk.passed.extend(passed)
    walk.events.append(event.seq)
    walk.inputs.append(bpmn.Input(step, event.at, place, passed))
    walk.variables = snapshot.variables
    flows = tuple(flow for flow, _ in snapshot.ways)
    walk.ways.append(Ways(event.seq, event.at, walk.published.definition_id, flows))
    _note(walk, snapshot)


def _place(walk: Walk, step: Step, at: datetime) -> str | None:
    """The element of the task or token that the step is about, or the start event."""
    if step.operation in ("skip", "move"):
        tokens = bpmn.positions(walk.published.process, walk.state, now=at)
        return next((token.element_id for token in tokens if token.id == step.task_ref), None)
    return (step.element_id or None) if step.operation == "start" else walk.places.get(step.task_ref)


def _note(walk: Walk, snapshot: bpmn.Snapshot) -> None:
    """Remembers which element each task and call belongs to."""
    walk.places.update({task.id: task.element_id for task in snapshot.tasks})
    walk.places.update({effect.task_id: effect.element_id for effect in snapshot.effects if effect.task_id})


def found_case(session: Session, application_id: int) -> tuple[ProcessInstance, Office]:
    """The instance of an application and its office; ``NotFound`` for an application that has no process yet."""
    row = session.execute(
        select(ProcessInstance, Office)
        .join(Application, Application.id == ProcessInstance.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def recorded_events(session: Session, application_id: int, up_to: int | None = None) -> Sequence[CaseEvent]:
    """The events of a case that moved its process, in order; none after ``up_to``."""
    wanted = (
        select(CaseEvent)
        .where(CaseEvent.application_id == application_id)
        .where(CaseEvent.kind.in_((STEP, TRANSFERRED, TRANSFER_UNDONE, RECALLED)))
        .order_by(CaseEvent.seq)
    )
    return session.scalars(wanted if up_to is None else wanted.where(CaseEvent.seq <= up_to)).all()
