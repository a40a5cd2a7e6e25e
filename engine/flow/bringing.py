"""Bringing messages and signals to the cases that wait for them, each in a transaction of its own.

A message goes to the case that waits for exactly its correlation, before one that takes any; of several, to the one
that has waited longest. When nobody waits for it, a case begins with it, where a process does; else it stays, and so it
does while the case it is for is suspended. What arrives is a step of the case that takes it: if that step fails, the
incident keeps the message, and until that is resolved the case gets no other.

Everything is brought as soon as what threw it is kept. A sweep brings what was missed then.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case.opening import Case, try_lock_case
from engine.case.settling import stand_behind
from engine.case.turn import Turn
from engine.catalog.in_effect import is_in_effect
from engine.flow import follow_ups
from engine.flow.advance import advance
from engine.house import House
from engine.people.actors import ANOTHER_CASE
from storage.follow_ups import StartEvent, StartKind
from storage.processes import (
    LIVE_INSTANCE,
    Incident,
    IncidentKind,
    IncidentStatus,
    InstanceStatus,
    ProcessDefinition,
    ProcessInstance,
    Subscription,
    ThrownKind,
    WaitingMessage,
)

BATCH: Final = 200
ROUNDS: Final = 10
"""A message may cause the next one: so often a sweep looks again."""

AT_ONCE: Final = 50
"""So much is brought before the page of whoever caused it is shown; the sweep brings the rest."""

CANDIDATES: Final = 20
log = structlog.get_logger("owso.routing")


def route_due(house: House, *, now: datetime) -> int:
    """Brings everything that somebody waits for to them; how much arrived. What fails is logged and left."""
    return _in_rounds(house, _awaited(now), BATCH, now)


def bring_at_once(house: House, *, names: AbstractSet[str], instance_id: int, now: datetime) -> None:
    """Brings what was thrown at this moment, and messages of these names and signals for this instance that lie there.
    Never raises: what does not arrive now is brought by a sweep."""
    kept = and_(WaitingMessage.kind == ThrownKind.MESSAGE, WaitingMessage.name.in_(sorted(names)))
    here = or_(WaitingMessage.thrown_at == now, kept, WaitingMessage.target_id == instance_id)
    try:
        if _in_rounds(house, and_(here, _awaited(now)), AT_ONCE, now):
            _in_rounds(house, _awaited(now), AT_ONCE, now)  # who took something may wait for what lies there
    except Exception as failure:  # the database may be gone for a moment
        log.error("routing_failed", failure=type(failure).__name__)


def _in_rounds(house: House, which: ColumnElement[bool], batch: int, now: datetime) -> int:
    """Brings these messages and what they cause; how much arrived."""
    oldest_first = select(WaitingMessage.id).where(which).order_by(WaitingMessage.tried_at, WaitingMessage.id)
    arrived = 0
    for _ in range(ROUNDS):
        with house.database.reading() as session:
            found = session.scalars(oldest_first.limit(batch)).all()
        taken = sum(_route(house, message_id, now) for message_id in found)
        taken += follow_ups.begin_planned(house, most=batch, now=now)
        arrived += taken
        if not taken:
            break
    return arrived


def _route(house: House, message_id: int, now: datetime) -> bool:
    try:
        with house.database.transaction() as session:
            return bring(session, house, message_id, now=now)
    except Exception as failure:  # whatever breaks stops this message, and no other
        log.error("routing_failed", message=message_id, failure=type(failure).__name__)
        with house.database.transaction() as session:  # it goes behind the others that wait
            session.execute(update(WaitingMessage).where(WaitingMessage.id == message_id).values(tried_at=now))
        return False


def bring(session: Session, house: House, message_id: int, *, now: datetime) -> bool:
    """Brings one message or signal to whoever waits for it. False when nobody does, or another worker has it."""
    message = session.scalar(
        select(WaitingMessage).where(WaitingMessage.id == message_id).with_for_update(skip_locked=True)
    )
    if message is None:
        return False
    message.tried_at = now
    if message.kind == ThrownKind.SIGNAL:
        return _bring_signal(session, house, message, now)
    return _bring_message(session, house, message, now)


def _bring_message(session: Session, house: House, message: WaitingMessage, now: datetime) -> bool:
    """To the first case that takes it; a case begins with it when no case waits that could."""
    step = Step("deliver", name=message.name, variables=message.payload, correlation=message.correlation)
    perhaps = False
    for application_id in _candidates(session, message):
        case = try_lock_case(session, house, application_id)
        if case is None or case.instance.status != InstanceStatus.RUNNING:
            perhaps = True
            if case is not None and _is_meant(case, message):
                return False  # it stays until the case is resumed
            continue
        try:
            advance(Turn(session, house, case, ANOTHER_CASE, now), step)
        except bpmn.NobodyWaits:  # its correlation keys look into the payload and find another case meant
            continue
        stand_behind(session, case, message.name)
        session.delete(message)
        return True
    if perhaps or not follow_ups.begin_by_message(session, house, message, now=now):
        return False
    session.delete(message)
    return True


def _is_meant(case: Case, message: WaitingMessage) -> bool:
    """Whether the case is suspended and waits for exactly this correlation."""
    wanted = [ThrownKind.MESSAGE, message.name, message.correlation]
    waits = case.instance.waits.get("subscriptions", ())
    return case.instance.status == InstanceStatus.SUSPENDED and message.correlation != "" and wanted in waits


def _bring_signal(session: Session, house: House, message: WaitingMessage, now: datetime) -> bool:
    """To its one target; nothing happens when that no longer listens, because it went on or ended."""
    application_id = session.scalar(
        select(ProcessInstance.application_id).where(ProcessInstance.id == message.target_id)
    )
    case = try_lock_case(session, house, application_id) if application_id is not None else None
    if case is None or case.instance.status == InstanceStatus.SUSPENDED:
        return False
    if case.instance.status == InstanceStatus.RUNNING and _listens(session, case, message):
        heard = Step("signal", name=message.name, variables=message.payload)
        advance(Turn(session, house, case, ANOTHER_CASE, now), heard)
    session.delete(message)
    return True


def _listens(session: Session, case: Case, message: WaitingMessage) -> bool:
    return bool(
        session.scalar(select(exists().where(_waits_for(message), Subscription.instance_id == case.instance.id)))
    )


def _waits_for(message: WaitingMessage) -> ColumnElement[bool]:
    return and_(Subscription.kind == message.kind, Subscription.name == message.name)


def _candidates(session: Session, message: WaitingMessage) -> Sequence[int]:
    """Cases that a message may be for, the best first and suspended ones last. A case does not answer itself."""
    exactly = Subscription.correlation == message.correlation
    fits = or_(exactly, Subscription.correlation == "") if message.correlation else Subscription.id.is_not(None)
    found = session.scalars(
        select(ProcessInstance.application_id)
        .join(Subscription, Subscription.instance_id == ProcessInstance.id)
        .where(_waits_for(message), fits, ProcessInstance.status.in_(LIVE_INSTANCE))
        .where(ProcessInstance.application_id != message.sender_id, ~_is_stuck())
        .order_by(exactly.desc(), ProcessInstance.status == InstanceStatus.SUSPENDED, Subscription.id)
        .limit(CANDIDATES)
    )
    return list(dict.fromkeys(found))


def _is_stuck() -> ColumnElement[bool]:
    """Whether an instance holds something in an incident that it got before: the next would fail there too."""
    got = Incident.kind.in_((IncidentKind.DELIVER, IncidentKind.SIGNAL, IncidentKind.TIMERS))
    return exists().where(Incident.instance_id == ProcessInstance.id, Incident.status == IncidentStatus.OPEN, got)


def _awaited(now: datetime) -> ColumnElement[bool]:
    """Messages that some other running case waits for or that begin one; signals whose target can hear them or has
    ended."""
    waits = (
        select(Subscription.id)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(
            Subscription.kind == ThrownKind.MESSAGE,
            Subscription.name == WaitingMessage.name,
            ProcessInstance.status == InstanceStatus.RUNNING,
            ProcessInstance.application_id != WaitingMessage.sender_id,
            ~_is_stuck(),
            or_(
                Subscription.correlation == WaitingMessage.correlation,
                Subscription.correlation == "",
                WaitingMessage.correlation == "",
            ),
        )
        .exists()
    )
    stands_still = exists().where(
        ProcessInstance.id == WaitingMessage.target_id,
        or_(ProcessInstance.status == InstanceStatus.SUSPENDED, _is_stuck()),
    )
    begins = (
        select(StartEvent.id)
        .join(ProcessDefinition, ProcessDefinition.id == StartEvent.definition_id)
        .where(StartEvent.kind == StartKind.MESSAGE, StartEvent.name == WaitingMessage.name, is_in_effect(now))
        .exists()
    )
    return or_(
        and_(WaitingMessage.kind == ThrownKind.MESSAGE, or_(waits, begins)),
        and_(WaitingMessage.kind == ThrownKind.SIGNAL, ~stands_still),
    )
