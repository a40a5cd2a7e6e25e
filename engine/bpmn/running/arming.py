"""Arms and finds catching events: which tokens and scopes wait for which timer, message, signal or condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Node, Trigger, event_start, triggers_of
from engine.bpmn.language.expressions import Expression
from engine.bpmn.language.reasons import because, kind_of
from engine.bpmn.running.run import Run
from engine.bpmn.running.timers import (
    ENDLESS,
    NotATimer,
    after,
    begun_at,
    parse_cycle,
    parse_duration,
    parse_moment,
    repetition_after,
    repetition_from,
)
from engine.bpmn.spiff.tokens import Holder, Instance, Token, variables_seen

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
ARMED: Final = frozenset({"timer", "message", "conditional"})


def micros(moment: datetime) -> int:
    """Microseconds since 1970: how moments are kept in the state."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(stored: int) -> datetime:
    """The moment that ``micros`` stored."""
    return EPOCH + timedelta(microseconds=stored)


def key_of(event: Node, index: int) -> str:
    """Under which name the state of an event's trigger is kept."""
    return event.id if index == 0 else f"{event.id}#{index}"


def watched(holder: Holder) -> tuple[Node, ...]:
    """The catching events that listen while this token rests, or while this scope is open."""
    if isinstance(holder, Token):
        if not holder.node.watched or not holder.rests:
            return ()
        if holder.workflow.role == "loop":
            return tuple(event for event in holder.node.watched if event.host is None)
        return tuple(holder.node.boundaries) if holder.node.loop is not None else holder.node.watched
    if holder.role in ("loop", "compensation") or "interrupted" in holder.marks:
        return ()
    return tuple(start for sub in holder.scope.event_starts for start in event_start(sub))


def arm(run: Run, holder: Holder) -> None:
    """Set the timers, correlations and conditions of everything that listens here."""
    for event in watched(holder):
        for index, trigger in awaited(holder, event):
            if trigger.kind in ARMED:
                arm_one(run, holder, event, index, trigger)


def awaited(holder: Holder, event: Node) -> Iterator[tuple[int, Trigger]]:
    """The triggers that the event still waits for: one that needs all of them no longer hears those that have come."""
    come = holder.marks.get(mark_of(event), ()) if event.needs_all else ()
    return ((index, trigger) for index, trigger in enumerate(triggers_of(event)) if index not in come)


def mark_of(event: Node) -> str:
    """Under which mark a token or scope remembers the triggers of an event that have come."""
    return f"got:{event.id}"


def arm_one(run: Run, holder: Holder, event: Node, index: int, trigger: Trigger) -> None:
    """Set what one trigger of an event needs while it listens."""
    key = key_of(event, index)
    if trigger.kind == "timer":
        timer = first_due(run, holder, event, trigger)
        if timer is not None:
            set_timer(run, holder, key, timer)
    elif trigger.kind == "message" and event.correlation is not None:
        value = run.evaluate(event.correlation, holder, at=event.id)
        holder.arms[key] = None if value is None else str(value)
    elif trigger.kind == "conditional":
        holder.arms[key] = False
        if run.conditional is not None:
            run.conditional[holder] = None
        run.changed = run.condition_touched = True


def set_timer(run: Run, holder: Holder, key: str, timer: list[Any]) -> None:
    """Note a running timer with the token or scope that it belongs to."""
    holder.arms[key] = timer
    run.timers_armed.append((timer[0], len(run.timers_armed), holder, key))


def first_due(run: Run, holder: Holder, event: Node, trigger: Trigger) -> list[Any] | None:
    """[due, repetitions left, cycle as written] of a timer that begins now; None when all repetitions have passed.

    A moment that has passed is due at once: what follows it counts from now.
    """
    written = trigger.timer
    if isinstance(written, Expression):
        written = run.evaluate(written, holder, at=event.id)
    try:
        return _due(run, event, str(trigger.timer_kind), written)
    except NotATimer as mistake:
        source = trigger.timer.source if isinstance(trigger.timer, Expression) else str(trigger.timer)
        raise StepFailed(event.id, source, mistake.reason) from None


def _due(run: Run, event: Node, kind: str, written: Any) -> list[Any] | None:
    if not isinstance(written, str):
        raise NotATimer(because("timer-kind", kind=kind_of(written)))
    if kind == "date":
        return [micros(max(run.now, parse_moment(written)))]
    if kind == "duration":
        return [micros(after(run.now, parse_duration(written)))]
    cycle = parse_cycle(written)
    begins, first = (run.now, 1) if cycle.begins is None else (cycle.begins, 0)
    upcoming = repetition_from(cycle, begins, run.now, first)
    if event.interrupting or event.type not in ("boundaryEvent", "startEvent"):
        return [micros(upcoming[0] if upcoming else run.now)]
    return [micros(upcoming[0]), upcoming[1], begun_at(written, run.now)] if upcoming else None


def next_due(timer: list[Any]) -> list[Any] | None:
    """The timer after it fired once: its next repetition, however late it fired; None when it is over."""
    if len(timer) == 1:
        return None
    due, left, written = timer
    left = left if left == ENDLESS else left - 1
    if left == 0:
        return None
    cycle = parse_cycle(written)
    return [micros(repetition_after(cycle, cycle.begins, moment_of(due))), left, written]


def holders(instance: Instance) -> Iterator[Holder]:
    """Everything events can listen for: tokens in order of creation, then scopes from the outside in.

    Nothing listens in an instance that has ended.
    """
    if instance.status != "running":
        return
    yield from tuple(instance.everything.values())
    yield from instance.lives


def running_timers(run: Run) -> Iterator[tuple[int, int, Holder, str]]:
    """Every running timer: when it is due (microseconds), its place among them, whose it is, and under which key."""
    place = 0
    for holder in holders(run.instance):
        for key, value in holder.arms.items() if holder.arms else ():
            if isinstance(value, list) and isinstance(value[0], int):
                yield value[0], place, holder, key
                place += 1


def listeners(run: Run, kind: str) -> Iterator[tuple[Holder, Node, int, Trigger]]:
    """Everything that listens for a message, signal or condition: tokens in order of creation, then scopes."""
    run.spend(len(run.instance.everything), run.graph.process.id)
    for holder in holders(run.instance):
        for event in watched(holder):
            for index, trigger in awaited(holder, event):
                if trigger.kind == kind:
                    yield holder, event, index, trigger


def conditional_listeners(run: Run) -> Iterator[tuple[Holder, Node, int, Expression]]:
    """Everything that listens for a condition. The case is searched once in a step, however often variables change."""
    if run.conditional is None:
        run.spend(len(run.instance.everything), run.graph.process.id)
        found = (
            holder for holder in holders(run.instance) if any(isinstance(arm, bool) for arm in holder.arms.values())
        )
        run.conditional = dict.fromkeys(found)
    for holder in list(run.conditional):
        if not run.is_alive(holder):
            del run.conditional[holder]
            continue
        for event in watched(holder):
            for index, trigger in awaited(holder, event):
                if trigger.condition is not None:
                    yield holder, event, index, trigger.condition


def truth(run: Run, holder: Holder, event: Node, condition: Expression) -> bool:
    """Whether a conditional event's condition holds; a variable that does not exist yet makes it false."""
    seen = variables_seen(holder)
    if any(name not in seen for name in condition.names):
        return False
    return bool(run.evaluate(condition, holder, at=event.id))
