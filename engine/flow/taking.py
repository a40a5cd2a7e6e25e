"""A step by hand, taken: an administrator has the case in hand, and what is done there is an event with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import incidents
from engine.case.concerned import require_other
from engine.case.opening import lock_case_by_key
from engine.case.turn import Turn
from engine.errors import CaseEnded, CaseSuspended, MoveRefused, StalePage
from engine.flow.advance import advance
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.processes import LIVE_INSTANCE, InstanceStatus


class Went(StrEnum):
    """How a step by hand went: the case goes on, what follows failed (an incident), or it waits for a second
    administrator."""

    ON = "on"
    FAILED = "failed"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Planned:
    """A step by hand before it is taken: ``place`` is the element where its token rests (empty for a correction),
    ``element_id`` and ``data`` are what its event says."""

    step: Step
    place: str = ""
    element_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


BY_HAND: Final = ("skip", "move", "correct")
"""The operations of steps by hand."""


def taken_in_hand(
    session: Session, house: House, actor: Actor, key: str, *, reason: str, shown: int | None, now: datetime
) -> tuple[Turn, Mapping[str, str]]:
    """The administrator's turn at the case, locked, and the reason as it is recorded; ``OwnCase``, ``CaseEnded``,
    ``StalePage``, ``ReasonMissing``."""
    case = lock_case_by_key(session, house, key)
    actor.require(case.office.id, ADMINISTRATOR)
    require_other(session, case.application, actor)
    if case.instance.status not in LIVE_INSTANCE:
        raise CaseEnded
    if shown is not None and shown != case.instance.revision:
        raise StalePage
    return Turn(session, house, case, actor, now), {"reason": reason_given(reason)}


def place_of(turn: Turn, token_id: str) -> str:
    """The element at which the token rests; ``StalePage`` when there is no such token any more."""
    for position in bpmn.positions(turn.case.published.process, turn.case.instance.state, now=turn.now):
        if position.id == token_id:
            return position.element_id
    raise StalePage


def take(turn: Turn, planned: Planned, why: Mapping[str, str]) -> Went:
    """Takes the step and records it."""
    if turn.case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    _record(turn, planned, why)
    if planned.place:
        incidents.close_at(turn, planned.place)
    try:
        return Went.ON if advance(turn, planned.step) else Went.FAILED
    except (bpmn.MoveNotPossible, bpmn.TaskNotReady) as refused:
        raise MoveRefused from refused


def _record(turn: Turn, planned: Planned, why: Mapping[str, str]) -> None:
    element_id, data = planned.element_id, planned.data
    match planned.step.operation:
        case "skip":
            turn.record("skipped", element_id=element_id, data=data, personal=why)
        case "move":
            turn.record("moved", element_id=element_id, data=data, personal=why)
        case _:
            turn.record("corrected", element_id=element_id, data=data, personal=why)
