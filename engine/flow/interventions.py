"""Steps by hand that no administrator takes alone: proposed by one, confirmed or refused by another.

What they may not bring about alone is found on the drawing (``engine.packages.guarded``): a fee that counts as paid, a
decision, a paper that is issued. A step that could go past one of these, reach it, or let it begin by itself waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step, step_from
from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.errors import (
    CaseSuspended,
    MoveRefused,
    NotFound,
    ProposalOver,
    SecondNeeded,
    StalePage,
)
from engine.flow.taking import Planned, Went, place_of, take, taken_in_hand
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.packages.guarded import guarded
from engine.people.actors import Actor
from engine.people.members import members
from storage.interventions import Intervention, InterventionStatus
from storage.people import Person
from storage.processes import InstanceStatus

KEPT: Final = timedelta(days=7)
"""How long a proposal can be confirmed."""


def take_or_propose(turn: Turn, planned: Planned, why: Mapping[str, str]) -> Went:
    """Takes the step, or keeps it until a second administrator confirms it."""
    if turn.case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    passes = passed(turn, planned)
    if not passes:
        return take(turn, planned, why)
    if turn.actor.person_id is None:
        raise SecondNeeded
    _require_possible(turn, planned.step)
    row = Intervention(
        application_id=turn.case.application.id,
        revision=turn.case.instance.revision,
        element_id=planned.place,
        step=planned.step.recorded(),
        data=dict(planned.data),
        passes=list(passes),
        reason=why["reason"],
        status=InterventionStatus.PROPOSED,
        proposed_at=turn.now,
        proposed_by_id=turn.actor.person_id,
        expires_at=turn.now + KEPT,
    )
    turn.session.add(row)
    turn.session.flush()
    data = {"action": planned.step.operation, "proposal": row.id, "passes": list(passes)}
    turn.record("intervention_proposed", element_id=planned.element_id, data=data, personal=why)
    _tell_the_others(turn, row)
    return Went.PROPOSED


def confirm(session: Session, house: House, actor: Actor, key: str, number: int, *, reason: str, now: datetime) -> Went:
    """Takes the step that a colleague proposed. ``SecondNeeded`` for whoever proposed it, ``StalePage`` when the case
    went on since, ``ProposalOver``; and what ``taken_in_hand`` raises."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=None, now=now)
    row = _open_one(turn, number)
    if actor.person_id is None or actor.person_id == row.proposed_by_id:
        raise SecondNeeded
    if now >= row.expires_at:
        raise ProposalOver
    if row.revision != turn.case.instance.revision:
        raise StalePage
    step = step_from(row.step)
    if step.task_ref:
        place_of(turn, step.task_ref)
    _answer(turn, row, InterventionStatus.CONFIRMED)
    element_id = step.element_id or row.element_id
    data = {"action": step.operation, "proposal": row.id, "proposed_by": row.proposed_by_id}
    turn.record("intervention_confirmed", element_id=element_id, data=data, personal=why)
    return take(turn, Planned(step, row.element_id, element_id, row.data), {"reason": row.reason})


def refuse(session: Session, house: House, actor: Actor, key: str, number: int, *, reason: str, now: datetime) -> None:
    """The proposal is off: a colleague refuses it, or whoever made it takes it back."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=None, now=now)
    row = _open_one(turn, number)
    _answer(turn, row, InterventionStatus.REFUSED)
    step = step_from(row.step)
    data = {"action": step.operation, "proposal": row.id, "proposed_by": row.proposed_by_id}
    turn.record("intervention_refused", element_id=step.element_id or row.element_id, data=data, personal=why)


def passed(turn: Turn, planned: Planned) -> tuple[str, ...]:
    """The guarded elements that the step passes, reaches or lets begin, in the order drawn.

    A correction passes what a token can still come to, if anything of the drawing reads the variable.
    """
    process, step = turn.case.published.process, planned.step
    places = [each.element_id for each in bpmn.positions(process, turn.case.instance.state, now=turn.now)]
    target = step.element_id or None
    if target is not None and target not in process.elements:
        raise MoveRefused
    if step.operation == "correct":
        read = process.variables_read & step.variables.keys()
        found = frozenset[str]().union(*(bpmn.ahead_of(process, place) for place in places)) if read else frozenset()
    else:
        found = bpmn.passed_by_hand(process, places, planned.place, target)
    return tuple(element_id for element_id in guarded(process) if element_id in found)


def require_looked_at_by_two(turn: Turn, step: Step) -> None:
    """``SecondNeeded`` for a step by hand, to be taken again, that two would have to look at and have not."""
    places = bpmn.positions(turn.case.published.process, turn.case.instance.state, now=turn.now)
    place = next((each.element_id for each in places if each.id == step.task_ref), "")
    if step.task_ref and not place:
        return
    confirmed = select(Intervention.step).where(
        Intervention.application_id == turn.case.application.id, Intervention.status == InterventionStatus.CONFIRMED
    )
    if passed(turn, Planned(step, place)) and step.recorded() not in turn.session.scalars(confirmed).all():
        raise SecondNeeded


def _require_possible(turn: Turn, step: Step) -> None:
    """``MoveRefused`` for what the process would refuse, tried on a copy."""
    try:
        step.take(turn.case.published.process, turn.case.instance.state, None, turn.now)
    except (bpmn.MoveNotPossible, bpmn.TaskNotReady) as refused:
        raise MoveRefused from refused
    except bpmn.StepFailed:
        return  # told by an incident when it is taken


def _open_one(turn: Turn, number: int) -> Intervention:
    row = turn.session.get(Intervention, number, with_for_update=True, populate_existing=True)
    if row is None or row.application_id != turn.case.application.id:
        raise NotFound
    if row.status != InterventionStatus.PROPOSED:
        raise ProposalOver
    return row


def _answer(turn: Turn, row: Intervention, status: InterventionStatus) -> None:
    row.status, row.answered_at, row.answered_by_id = status, turn.now, turn.actor.person_id


def _tell_the_others(turn: Turn, row: Intervention) -> None:
    office, application = turn.case.office, turn.case.application
    others = members((ADMINISTRATOR,), office.id, turn.case.calendar.local_date(turn.now))
    told = select(Person).where(
        Person.id.in_(others), Person.id.not_in((turn.actor.person_id, application.applicant_id))
    )
    for person in turn.session.scalars(told.order_by(Person.id)).all():
        message = turn.house.texts["intervention_proposed"]
        tell_about(turn, person, message, key=f"{application.id}/proposal/{row.id}", reason=row.reason)
