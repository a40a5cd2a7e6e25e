"""What a case throws to others, written down in the step that throws it; ``engine.flow.bringing`` brings it there.

A message is for one case and waits until one takes it or begins with it. A signal is for every case that listens at
this moment or begins with it, and for none that begins to listen later. Both are brought as soon as the step is kept;
what fails is left to the next sweep.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import events
from engine.case.opening import RUNNING, SUSPENDED, Case
from engine.flow import start_events
from engine.house import House
from engine.packages.operations import WITHDRAWAL
from engine.people.actors import Actor
from storage.base import Json, Moment
from storage.database import afterwards
from storage.processes import ProcessInstance, Subscription, WaitingMessage

MESSAGE, SIGNAL = "message", "signal"


def post(session: Session, house: House, case: Case, effect: bpmn.Effect, actor: Actor, *, now: datetime) -> None:
    """Keeps a message or signal that an element of the case has thrown."""
    data, place = {"name": effect.name, "correlation": effect.correlation or ""}, effect.element_id
    if effect.kind == MESSAGE:
        _keep_message(session, case, effect, now)
        events.record(session, case.application, "message_thrown", actor, at=now, element_id=place, data=data)
    else:
        _address_signal(session, case, effect, now)
        start_events.address_signal(session, house, case, effect, now=now)
        events.record(session, case.application, "signal_thrown", actor, at=now, element_id=place, data=data)


def awaited(case: Case) -> frozenset[str]:
    """The names of messages that other cases could send to this one."""
    waits = case.instance.waits.get("subscriptions", ())
    return frozenset(name for kind, name, _ in waits if kind == MESSAGE and name != WITHDRAWAL)


def bring_afterwards(
    session: Session, house: House, *, names: AbstractSet[str] = frozenset(), instance_id: int = 0, now: datetime
) -> None:
    """Has everything brought that was thrown at this moment as soon as the transaction is kept, and so what lies there
    under these names or for this instance."""

    afterwards(session, partial(house.bring, house, names=names, instance_id=instance_id, now=now))


def _keep_message(session: Session, case: Case, effect: bpmn.Effect, now: datetime) -> None:
    session.add(
        WaitingMessage(
            kind=MESSAGE,
            name=effect.name,
            correlation=effect.correlation or "",
            payload=dict(effect.payload),
            sender_id=case.application.id,
            element_id=effect.element_id,
            thrown_at=now,
            tried_at=now,
        )
    )


def _address_signal(session: Session, case: Case, effect: bpmn.Effect, now: datetime) -> None:
    """One row for each case that listens now. The case itself has heard its signal already."""
    listening = (
        select(
            literal(SIGNAL),
            literal(effect.name),
            literal(""),
            literal(dict(effect.payload), Json),
            literal(case.application.id),
            literal(effect.element_id),
            literal(now, Moment),
            literal(now, Moment),
            Subscription.instance_id,
        )
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(
            Subscription.kind == SIGNAL,
            Subscription.name == effect.name,
            Subscription.instance_id != case.instance.id,
            ProcessInstance.status.in_((RUNNING, SUSPENDED)),
        )
        .distinct()
    )
    columns = [
        "kind",
        "name",
        "correlation",
        "payload",
        "sender_id",
        "element_id",
        "thrown_at",
        "tried_at",
        "target_id",
    ]
    session.execute(insert(WaitingMessage).from_select(columns, listening))
