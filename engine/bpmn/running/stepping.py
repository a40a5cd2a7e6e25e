"""Moves the tokens of a case until everything waits, and fires timers in the order they were due."""

from __future__ import annotations

import heapq
from datetime import datetime

from engine.bpmn.running.arming import (
    conditional_listeners,
    key_of,
    micros,
    moment_of,
    next_due,
    set_timer,
    truth,
    watched,
)
from engine.bpmn.running.merging import merge_when_quiet
from engine.bpmn.running.run import Run
from engine.bpmn.running.throwing import catch
from engine.bpmn.spiff.tokens import Holder, SubScope, TaskState, Token


def drain(run: Run) -> None:
    """Move tokens until each of them waits for a person, a service, an event or another token.

    Each goes on until it waits, before those beside it, in the order of the flows in the file. The standard leaves the
    order open; signals are thrown last, so that whoever comes to listen in the same step hears them. A condition that
    has become true is noticed at once, before what follows runs.
    """
    while True:
        if run.condition_touched:
            _fire_conditions(run)
        while (token := _next(run)) is not None:
            if token.node.announces:
                run.announcing.append(token)
            else:
                _move(run, token)
            if run.condition_touched:
                _fire_conditions(run)
            _complete_empty_scopes(run)
        _complete_empty_scopes(run)
        if not run.begun and run.changed:
            _fire_conditions(run)
        if run.begun:
            continue
        if run.announcing:
            _move(run, run.announcing.popleft())
        elif not merge_when_quiet(run) and not run.emptied:
            return


def _next(run: Run) -> Token | None:
    """The token to move: what the last move began, before what waits for its turn."""
    while run.begun:
        run.agenda.append(run.begun.pop())
    return run.agenda.pop() if run.agenda else None


def _move(run: Run, token: Token) -> None:
    if not run.is_alive(token):
        return
    spec = token.task_spec
    if token.caught:
        spec.go_on(token)
        return
    spec._update(token)
    if token.has_state(TaskState.READY) and (not spec.manual or spec.is_host(token)):
        token.run()


def _complete_empty_scopes(run: Run) -> None:
    while run.emptied:
        live = run.emptied.pop(0)
        if live.tasks or not run.is_alive(live):
            continue
        if isinstance(live, SubScope):
            live.owner.task_spec.scope_completed(run, live.owner, live)
        elif run.instance.status == "running":
            run.instance.status = "completed"


def _fire_conditions(run: Run) -> None:
    """Conditional events happen when their condition turns from false to true (2.0.2, 10.5.5)."""
    run.changed = run.condition_touched = False
    for holder, event, index, condition in list(conditional_listeners(run)):
        if not run.is_alive(holder) or event not in watched(holder):
            continue
        key = key_of(event, index)
        before, holds = holder.arms.get(key), truth(run, holder, event, condition)
        holder.arms[key] = holds
        if holds and not before:
            catch(run, holder, event, index, {})


def settle_timers(run: Run, until: datetime) -> None:
    """Fire every timer due at ``until`` or before, in the order they were due, each at the moment it was due.

    Timers that begin on the way count from that moment too: a late sweep gives the same case as a punctual one.
    Looks at those the step has noted since it settled last; the others were not due then, and the step has one moment.
    """
    limit = micros(until)
    order = 0
    earliest = moment_of(0)
    waiting: list[tuple[int, int, Holder, str]] = []
    while True:
        for due, _, holder, key in run.timers_armed:
            if due <= limit:
                heapq.heappush(waiting, (due, order, holder, key))
                order += 1
        run.timers_armed.clear()
        if not waiting:
            break
        due, _, holder, key = heapq.heappop(waiting)
        timer = holder.arms.get(key)
        if run.is_alive(holder) and timer is not None and timer[0] == due:
            run.at(max(earliest, moment_of(due)))
            earliest = run.now
            _fire(run, holder, key)
            drain(run)
    run.at(until)


def _fire(run: Run, holder: Holder, key: str) -> None:
    element, _, index = key.partition("#")
    event = run.graph.nodes[element]
    run.count_move(event)
    again = next_due(holder.arms.pop(key))
    if again is not None:
        set_timer(run, holder, key, again)
    catch(run, holder, event, int(index or 0), {})
