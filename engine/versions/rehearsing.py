"""Rehearsing a case: what its recorded inputs would have led to on another version of its process. Nothing is written.

What was done by hand is done there too. Elements that a transfer of the case renamed are known by both names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalog.published import Published
from engine.house import House
from engine.versions.replaying import Walk, found_case, functions_of, recorded_events, walked
from engine.working_time.calendar import WorkingTime
from engine.working_time.calendars import read_calendar
from engine.working_time.functions import Functions, repeating
from storage.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class StepThere:
    """One recorded input: its event, what it was (``kind`` and its element or message), the elements that it passed
    then, and those that it passed there; ``there`` is None where the replay did not come."""

    event: int
    at: datetime
    kind: str
    about: str
    then: tuple[str, ...]
    there: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Whether the inputs take the same path on the version, another one from a step on, or get stuck at a step.

    ``element_id`` is where the path parts or which element was not ready; ``refusal`` names the fact that stopped it
    and ``reason`` says it. ``waits`` are the elements where something waits there at the end.
    """

    version: int
    outcome: Literal["same", "other", "stuck"]
    parted: StepThere | None
    element_id: str
    refusal: str
    reason: str
    waits: tuple[str, ...]
    status: str
    steps: tuple[StepThere, ...]


Answered = Callable[[bpmn.Input], Mapping[str, Any]]
"""What else an input says on the version: answers that the version takes under names which the case never used."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A case walked again on its own version, and its inputs driven through another one."""

    walk: Walk
    inputs: Sequence[bpmn.Input]
    found: bpmn.Replayed


def rehearse(session: Session, house: House, application_id: int, other: Published) -> Rehearsal:
    """What the inputs of a case would have led to on a version. ``NotFound`` when the case has no process yet."""
    instance, office = found_case(session, application_id)
    tried = try_inputs(session, house, instance, read_calendar(session, office), other)
    return _told(tried.walk, tried.inputs, other.version, tried.found)


def try_inputs(
    session: Session,
    house: House,
    instance: ProcessInstance,
    calendar: WorkingTime,
    other: Published,
    *,
    up_to: int | None = None,
    answered: Answered = lambda _: {},
) -> Tried:
    """The inputs of a case, to the event ``up_to`` if that is given, on its own version and on another one. An input
    says there what was recorded, and beside it what is ``answered``."""
    walk = walked(session, house, instance, calendar, up_to=up_to)
    heard: dict[datetime, dict[str, Any]] = {}
    for event in recorded_events(session, instance.application_id, up_to):
        heard.setdefault(event.at, {}).update(event.data.get("heard", {}))

    def functions_at(moment: datetime) -> Functions:
        return repeating(heard.get(moment, {}), functions_of(session, other, calendar, moment))

    inputs = [_saying(_known_there(one, walk.renamed, other.process.elements), answered) for one in walk.inputs]
    tokens = bpmn.positions(walk.published.process, walk.state, now=inputs[-1].at) if inputs else ()
    rested = [_name_there(token.element_id, walk.renamed, other.process.elements) for token in tokens]
    return Tried(walk, inputs, bpmn.replay(other.process, inputs, functions_at, rested, bpmn.LiveCache()))


def _saying(one: bpmn.Input, answered: Answered) -> bpmn.Input:
    return replace(one, step=replace(one.step, variables={**answered(one), **one.step.variables}))


def _told(walk: Walk, inputs: Sequence[bpmn.Input], version: int, found: bpmn.Replayed) -> Rehearsal:
    steps = tuple(
        StepThere(event, one.at, one.step.operation, one.element_id or one.step.name, one.passed, there)
        for event, one, there in zip(walk.events, inputs, _filled(found.passed, len(inputs)), strict=True)
    )
    return Rehearsal(
        version=version,
        outcome=found.outcome,
        parted=steps[found.number] if found.number is not None else None,
        element_id=found.element_id or "",
        refusal=type(found.refusal).__name__ if found.refusal else "",
        reason=found.reason,
        waits=found.waits,
        status=found.snapshot.status if found.snapshot else "",
        steps=steps,
    )


def _filled(passed: Sequence[tuple[str, ...]], length: int) -> Iterable[tuple[str, ...] | None]:
    return [*passed, *[None] * (length - len(passed))]


def _known_there(one: bpmn.Input, renamed: Sequence[tuple[str, str]], there: Collection[str]) -> bpmn.Input:
    """The input with the names that its elements have on the version."""
    step = one.step
    return replace(
        one,
        step=replace(step, element_id=_name_there(step.element_id, renamed, there)) if step.element_id else step,
        element_id=_name_there(one.element_id, renamed, there) if one.element_id else None,
        passed=tuple(_name_there(element, renamed, there) for element in one.passed),
    )


def _name_there(element: str, renamed: Sequence[tuple[str, str]], there: Collection[str]) -> str:
    names = [element]
    for name in names:
        if name in there:
            return name
        for pair in renamed:
            names += [other for other in pair if name in pair and other not in names]
    return element
