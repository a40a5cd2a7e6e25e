"""What throwing events cause, and how a caught event moves the token or scope that listened for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Node, Trigger, triggers_of
from engine.bpmn.language.reasons import Unfit, because
from engine.bpmn.language.values import plain, variable_name
from engine.bpmn.model import Effect
from engine.bpmn.running import compensation
from engine.bpmn.running import correlation as keys
from engine.bpmn.running.arming import listeners, mark_of, watched
from engine.bpmn.running.data import put, value_of
from engine.bpmn.running.propagation import fire_boundary, propagate, start_event_sub_process
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import ROOT, Holder, Token, variables_seen

_LAST: Final = 2
_TURN: Final = {"message": 0, "error": _LAST, "cancel": _LAST, "terminate": _LAST}
"""In which turn an event throws what; everything else comes in between."""
_REST: Final = "rest"


def throw_all(run: Run, token: Token) -> bool:
    """Carry out everything that a throwing or end event throws. True while something is being undone.

    All of it occurs (2.0.2, 10.5.3), in the order of the file but for two things: messages, which leave whatever
    happens here, come first, and what ends the scope of the event comes last, when the undoing it waits for is done.
    Whatever ends that scope on the way, such as a signal that interrupts it, is the last that occurs: an event throws
    nothing any more once its scope has ended (10.5.4, 13.5.3).
    """
    return _throw_from(run, token, 0)


def throw_rest(run: Run, token: Token) -> bool:
    """Everything is undone: throw what the event kept for afterwards, if anything. True while more is undone."""
    kept: int | None = token.marks.pop(_REST, None)
    return kept is not None and _throw_from(run, token, kept)


def _throw_from(run: Run, token: Token, first: int) -> bool:
    triggers = sorted(token.node.triggers, key=lambda trigger: _TURN.get(trigger.kind, 1))
    undoing = False
    for number, trigger in enumerate(triggers[first:], start=first):
        ends = _TURN.get(trigger.kind) == _LAST
        if ends and undoing and all(other.waits for other in triggers):
            token.marks[_REST] = number
            return True
        undoing |= throw(run, token, trigger)
        if ends or not run.is_alive(token):
            break
    return undoing


def throw(run: Run, token: Token, trigger: Trigger) -> bool:
    """Carry out one trigger of a throwing event, a send task, or an activity with several instances.

    True when that goes on outside the token for a while: something is being undone.
    """
    if trigger.kind == "compensation":
        return compensation.compensate(run, token, trigger)
    if trigger.kind == "cancel":
        return compensation.cancel_transaction(run, token)
    _THROW[trigger.kind](run, token, trigger)
    return False


def _escalate(run: Run, token: Token, trigger: Trigger) -> None:
    caught = propagate(run, _origin(token), "escalation", trigger.name)
    if not caught and token.node.type == "endEvent" and token.workflow.id == ROOT:
        run.instance.ended_with = trigger.name


def _raise(run: Run, token: Token, trigger: Trigger) -> None:
    if not propagate(run, _origin(token), "error", trigger.name):
        _end_in_error(run, token, trigger.name)


def _terminate(run: Run, token: Token, _: Trigger) -> None:
    if token.workflow.id == ROOT:
        run.instance.status = "terminated"
    run.clear(token.workflow, keep=token)


def _go_to_link(_: Run, __: Token, ___: Trigger) -> None:
    """Nothing: links are joined by a flow."""


def _origin(token: Token) -> Holder:
    """An activity's own boundary events come first; what an event throws begins in its scope."""
    return token if token.node.is_activity else token.workflow


def _end_in_error(run: Run, token: Token, code: str | None) -> None:
    """An error end event that nothing catches ends the whole instance."""
    run.instance.status = "failed"
    run.instance.ended_with = code
    run.clear(run.instance, keep=token if token.workflow.id == ROOT else None)


def payload_of(run: Run, token: Token, trigger: Trigger) -> Mapping[str, Any]:
    """What goes out with a message or signal: its payload expression, or the event's data inputs."""
    sent: dict[str, Any] = {}
    for entry in token.node.inputs:
        sent[entry.target] = value_of(run, token, entry, {} if entry.expression else variables_seen(token))
    if trigger.payload is not None:
        value = run.evaluate(trigger.payload, token)
        sent |= value if isinstance(value, dict) else {"value": value}
    return sent


def _send(run: Run, token: Token, trigger: Trigger) -> None:
    node = token.node
    correlation = run.evaluate(node.correlation, token) if node.correlation else None
    payload = payload_of(run, token, trigger)
    key = keys.as_text(run, token, trigger.name or "") if correlation is None else str(correlation)
    keys.remember(run, token, trigger.name or "", payload)
    run.effects.append(Effect("message", node.id, trigger.name or "", payload, None, node.properties, key))


def _broadcast(run: Run, token: Token, trigger: Trigger) -> None:
    payload = payload_of(run, token, trigger)
    run.effects.append(Effect("signal", token.node.id, trigger.name or "", payload, None, token.node.properties))
    hear(run, trigger.name or "", payload)


def hear(run: Run, name: str, payload: Mapping[str, Any]) -> bool:
    """A signal reaches everything in the instance that listens for it now; False when nothing does."""
    listening = [found for found in listeners(run, "signal") if found[3].name == name]
    for holder, event, index, _ in listening:
        catch(run, holder, event, index, payload)
    return bool(listening)


def catch(run: Run, holder: Holder, event: Node, index: int, payload: Mapping[str, Any]) -> None:
    """The event's trigger has come for this holder; nothing happens if the holder has gone or moved on meanwhile.

    Nothing listens in an instance that has ended.
    """
    if run.instance.status != "running" or not run.is_alive(holder) or event not in watched(holder):
        return
    store_payload(run, holder, event, triggers_of(event)[index], payload)
    if not _complete(holder, event, index):
        return
    if event.type == "boundaryEvent" and isinstance(holder, Token):
        fire_boundary(run, holder, event)
    elif not isinstance(holder, Token):
        start_event_sub_process(run, holder, event)
    elif holder.node.type == "eventBasedGateway":
        run.pass_by(holder.node)
        run.resume(run.hold(event, holder.workflow))
        run.remove(holder)
    else:
        run.resume(holder)


def _complete(holder: Holder, event: Node, index: int) -> bool:
    """True when the event has all it waits for: any trigger, or each of them for a parallel multiple event."""
    if not event.needs_all:
        return True
    mark = mark_of(event)
    got: list[int] = holder.marks.setdefault(mark, [])
    if index not in got:
        got.append(index)
    if len(got) < len(event.triggers):
        return False
    del holder.marks[mark]
    return True


def store_payload(run: Run, holder: Holder, event: Node, trigger: Trigger, payload: Mapping[str, Any]) -> None:
    """Keep what came with a message or signal: under its variable, by the event's data outputs, or entry by entry."""
    try:
        content = {variable_name(name): plain(value) for name, value in payload.items()}
    except Unfit as unfit:
        raise StepFailed(event.id, None, because("payload", reason=unfit.reason)) from None
    if event.outputs:
        for entry in event.outputs:
            put(run, holder, event, entry, value_of(run, holder, entry, content))
    elif trigger.variable:
        run.assign(holder, trigger.variable, content)
    else:
        for name, value in content.items():
            run.assign(holder, name, value)


_THROW: Final[Mapping[str, Callable[[Run, Token, Trigger], None]]] = {
    "message": _send,
    "signal": _broadcast,
    "escalation": _escalate,
    "error": _raise,
    "terminate": _terminate,
    "link": _go_to_link,
}
