"""Which message belongs to this instance: correlation keys, set by the first message or computed from variables.

A key that no message has set and no subscription computes fits every message (2.0.2, 8.3.2: the first message that is
sent or received initialises it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.graph import CorrelationKey
from engine.bpmn.language.comparing import same
from engine.bpmn.language.evaluating import ExpressionFailed
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import Message
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Holder, Live, enclosing

_MARK = "keys"


def values_in(run: Run, key: CorrelationKey, name: str, payload: Mapping[str, Any]) -> list[Any] | None:
    """The key's values in a message of this name; None when it does not carry all of them."""
    found = []
    for retrievals in key.properties.values():
        expression = retrievals.get(name)
        if expression is None:
            return None
        try:
            found.append(run.evaluator.value_of(expression, payload))
        except ExpressionFailed:
            return None
    return found


def values_of(run: Run, key: CorrelationKey, holder: Holder) -> list[Any] | None:
    """The key's values for whoever sends or waits: from the subscription of its process, else as a message set them.

    A subscription is computed anew each time: changes of variables change it (8.3.2).
    """
    computing = _computing(key, holder)
    if computing is None:
        stored: list[Any] | None = run.instance.marks.get(_MARK, {}).get(key.id)
        return stored
    bindings, variables = computing
    try:
        return [run.evaluator.value_of(bindings[name], variables) for name in key.properties]
    except ExpressionFailed:
        return None


def _computing(key: CorrelationKey, holder: Holder) -> tuple[Mapping[str, Expression], Mapping[str, Any]] | None:
    """The subscription of the nearest process around that has one, and that process's variables."""
    for around in enclosing(holder) if key.bindings else ():
        if isinstance(around, Live) and around.role in ("process", "call") and around.scope.id in key.bindings:
            return key.bindings[around.scope.id], around.data
    return None


def fits(run: Run, holder: Holder, message: Message) -> bool:
    """False when a key says that the message is meant for somebody else than the one who waits here.

    A message whose payload carries no key is told by its correlation.
    """
    carries = False
    for key in run.graph.keys:
        carried = values_in(run, key, message.name, message.payload)
        own = values_of(run, key, holder) if carried is not None else None
        carries = carries or carried is not None
        if carried is not None and own is not None and not same(carried, own):
            return False
    wanted = None if carries or message.correlation is None else as_text(run, holder, message.name)
    return wanted is None or wanted == message.correlation


def remember(run: Run, holder: Holder, name: str, payload: Mapping[str, Any]) -> None:
    """A message was sent or received: the keys it carries are set, if they were not."""
    for key in run.graph.keys:
        carried = values_in(run, key, name, payload)
        if carried is not None and _computing(key, holder) is None:
            run.instance.marks.setdefault(_MARK, {}).setdefault(key.id, carried)


def as_text(run: Run, holder: Holder, name: str) -> str | None:
    """The values of the keys that a message of this name must carry, joined for routing; None when there are none."""
    own = [
        values
        for key in run.graph.keys
        if all(name in retrievals for retrievals in key.properties.values())
        and (values := values_of(run, key, holder)) is not None
    ]
    return "|".join(str(value) for values in own for value in values) if own else None
