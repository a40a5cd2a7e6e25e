"""What a case throws to others, written down in the step that throws it; ``engine.flow.bringing`` brings it there.

A message is for one case and waits until one takes it or begins with it. A signal is for every case that listens at
this moment or begins with it, and for none that begins to listen later. Both are brought as soon as the step is kept;
what fails is left to the next sweep.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import partial

from sqlalchemy import insert, literal, select

from engine import bpmn
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.flow import start_events
from engine.packages.operations import SILENCE, WITHDRAWAL
from storage.base import Json, Moment
from storage.database import afterwards
from storage.processes import LIVE_INSTANCE, ProcessInstance, Subscription, ThrownKind, WaitingMessage


def post(turn: Turn, effect: bpmn.Effect) -> None:
    """Keeps a message or signal that an element of the case has thrown."""
    data, place = {"name": effect.name, "correlation": effect.correlation or ""}, effect.element_id
    if ThrownKind(effect.kind) is ThrownKind.MESSAGE:
        _keep_message(turn, effect)
        turn.record("message_thrown", element_id=place, data=data)
    else:
        _address_signal(turn, effect)
        start_events.address_signal(turn, effect)
        turn.record("signal_thrown", element_id=place, data=data)


def awaited(case: Case) -> frozenset[str]:
    """The names of messages that other cases could send to this one."""
    waits = case.instance.waits.get("subscriptions", ())
    messages = {name for kind, name, _ in waits if kind == ThrownKind.MESSAGE}
    return frozenset(messages - {WITHDRAWAL, SILENCE})


def bring_thrown(turn: Turn, names: AbstractSet[str]) -> None:
    """Has everything brought that was thrown at this moment as soon as the transaction is kept, and so the messages of
    these names that lie there."""
    _afterwards(turn, names, 0)


def bring_kept(turn: Turn) -> None:
    """Has everything brought as soon as the transaction is kept that lies there for the case because it could not take
    it until now."""
    _afterwards(turn, awaited(turn.case), turn.case.instance.id)


def _afterwards(turn: Turn, names: AbstractSet[str], instance_id: int) -> None:
    bring = turn.house.bring
    afterwards(turn.session, partial(bring, turn.house, names=names, instance_id=instance_id, now=turn.now))


def _keep_message(turn: Turn, effect: bpmn.Effect) -> None:
    turn.session.add(
        WaitingMessage(
            kind=ThrownKind.MESSAGE,
            name=effect.name,
            correlation=effect.correlation or "",
            payload=dict(effect.payload),
            sender_id=turn.case.application.id,
            element_id=effect.element_id,
            thrown_at=turn.now,
            tried_at=turn.now,
        )
    )


def _address_signal(turn: Turn, effect: bpmn.Effect) -> None:
    """One row for each case that listens now. The case itself has heard its signal already."""
    listening = (
        select(
            literal(ThrownKind.SIGNAL),
            literal(effect.name),
            literal(""),
            literal(dict(effect.payload), Json),
            literal(turn.case.application.id),
            literal(effect.element_id),
            literal(turn.now, Moment),
            literal(turn.now, Moment),
            Subscription.instance_id,
        )
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(
            Subscription.kind == ThrownKind.SIGNAL,
            Subscription.name == effect.name,
            Subscription.instance_id != turn.case.instance.id,
            ProcessInstance.status.in_(LIVE_INSTANCE),
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
    turn.session.execute(insert(WaitingMessage).from_select(columns, listening))
