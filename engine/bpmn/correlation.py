"""Which message belongs to this instance: correlation keys, set by the first message or computed from variables.

A key that no message has set and no subscription computes fits every message (2.0.2, 8.3.2: the first message that is
sent or received initialises it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.evaluating import ExpressionFailed
from engine.bpmn.graph import CorrelationKey
from engine.bpmn.run import Run
from engine.bpmn.tokens import Case

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


def values_of(run: Run, key: CorrelationKey) -> list[Any] | None:
    """The key's values for this instance: from its subscription, else as the first message set them."""
    if key.bindings and key.process_id == run.graph.process.id:
        try:
            return [run.evaluator.value_of(key.bindings[name], run.case.data) for name in key.properties]
        except ExpressionFailed:
            return None
    stored: list[Any] | None = run.case.marks.get(_MARK, {}).get(key.id)
    return stored


def fits(run: Run, name: str, payload: Mapping[str, Any]) -> bool:
    """False when a key says that the message is meant for another instance."""
    for key in run.graph.keys:
        carried = values_in(run, key, name, payload)
        own = values_of(run, key) if carried is not None else None
        if carried is not None and own is not None and carried != own:
            return False
    return True


def remember(run: Run, case: Case, name: str, payload: Mapping[str, Any]) -> None:
    """A message was sent or received: the keys it carries are set, if they were not."""
    for key in run.graph.keys:
        carried = values_in(run, key, name, payload)
        if carried is not None and not key.bindings:
            case.marks.setdefault(_MARK, {}).setdefault(key.id, carried)


def as_text(run: Run, name: str) -> str | None:
    """The values of the keys that a message of this name must carry, joined for routing; None when there are none."""
    own = [
        values
        for key in run.graph.keys
        if all(name in retrievals for retrievals in key.properties.values())
        and (values := values_of(run, key)) is not None
    ]
    return "|".join(str(value) for values in own for value in values) if own else None
