"""Activities that run several times: standard loops and multiple instances (2.0.2, 13.3.6 and 13.3.7)."""

from __future__ import annotations

from typing import Any, Final

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Loop
from engine.bpmn.language.reasons import because
from engine.bpmn.running.compensation import remember_round
from engine.bpmn.running.run import Run
from engine.bpmn.running.throwing import throw
from engine.bpmn.spiff.tokens import SubScope, Token, variables_seen

MOST_INSTANCES: Final = 20_000


def begin(run: Run, host: Token) -> bool:
    """Start the rounds or instances of the host's activity; True when there are none and it is done already."""
    loop = _loop(host)
    live = run.open("loop", host.workflow.scope, host)
    if loop.multiple:
        _create_instances(run, live, host, loop)
    else:
        live.marks["round"] = 0
        if not (loop.test_before and not _again(run, live, host, loop)):
            _next_round(run, live, host)
    if live.tasks:
        return False
    _finish(run, live, host)
    return True


def instance_done(run: Run, token: Token) -> None:
    """One round or instance is done: begin the next, or complete the activity."""
    live = token.workflow
    assert isinstance(live, SubScope)  # noqa: S101 - only the scopes of loops hold such tokens
    host = live.owner
    loop = _loop(host)
    run.pass_by(token.node)
    remember_round(host, token)
    if loop.multiple:
        _instance_done(run, live, host, loop, token)
        return
    live.marks["round"] += 1
    again = _again(run, live, host, loop, token)
    run.remove(token)
    if again:
        _next_round(run, live, host)
    else:
        run.close(live)
        host.complete()


def _loop(host: Token) -> Loop:
    loop = host.node.loop
    assert loop is not None  # noqa: S101 - asked only for activities with loop characteristics
    return loop


def _again(run: Run, live: SubScope, host: Token, loop: Loop, token: Token | None = None) -> bool:
    rounds: int = live.marks["round"]
    if loop.maximum is not None and rounds >= loop.maximum:
        return False
    if loop.condition is None:
        return True
    return bool(run.evaluate(loop.condition, token or host, {"loopCounter": rounds}))


def _next_round(run: Run, live: SubScope, host: Token) -> None:
    run.place(host.node, live).data["loopCounter"] = live.marks["round"] + 1


def _create_instances(run: Run, live: SubScope, host: Token, loop: Loop) -> None:
    items = _items(run, host, loop)
    live.marks.update(total=len(items), made=0, ended=0)
    if loop.output_collection:
        live.marks["out"] = []
    if loop.sequential:
        if loop.item:
            live.marks["items"] = items
        if items:
            _create(run, live, host, loop, items[0])
        return
    for item in items:
        _create(run, live, host, loop, item)


def _items(run: Run, host: Token, loop: Loop) -> list[Any]:
    if loop.collection is None:
        number = run.evaluate(loop.cardinality, host) if loop.cardinality else 0
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_INSTANCES:
            source = loop.cardinality.source if loop.cardinality else None
            raise StepFailed(host.node.id, source, because("instances", most=MOST_INSTANCES))
        return [None] * number
    items = run.counted(variables_seen(host).get(loop.collection), host.node.id)
    if not isinstance(items, list) or len(items) > MOST_INSTANCES:
        reason = because("instances-list", name=loop.collection, most=MOST_INSTANCES)
        raise StepFailed(host.node.id, loop.collection, reason)
    return items


def _create(run: Run, live: SubScope, host: Token, loop: Loop, item: Any) -> None:
    live.marks["made"] += 1
    token = run.place(host.node, live)
    token.data["loopCounter"] = live.marks["made"]
    if loop.item and loop.collection:
        token.data[loop.item] = item
    if loop.output_item and loop.output_item not in token.data:
        token.data[loop.output_item] = None


def _instance_done(run: Run, live: SubScope, host: Token, loop: Loop, token: Token) -> None:
    marks = live.marks
    marks["ended"] += 1
    if loop.output_collection:
        marks["out"].append([token.data["loopCounter"], token.data.get(loop.output_item or "")])
    counters = {
        "loopCounter": token.data["loopCounter"],
        "numberOfInstances": marks["made"],
        "numberOfActiveInstances": len(live.tasks) - 1,
        "numberOfCompletedInstances": marks["ended"],
        "numberOfTerminatedInstances": 0,
    }
    complete = loop.condition is not None and bool(run.evaluate(loop.condition, token, counters))
    events = _events(run, loop, token, counters)
    run.remove(token)
    for trigger in events:
        if run.is_alive(host):
            throw(run, host, trigger)
    if not run.is_alive(host):
        return
    if not complete and loop.sequential and marks["made"] < marks["total"]:
        _create(run, live, host, loop, marks["items"][marks["made"]] if "items" in marks else None)
    elif complete or not live.tasks:
        _finish(run, live, host)
        host.complete()


def _events(run: Run, loop: Loop, token: Token, counters: dict[str, Any]) -> list[Any]:
    if loop.behavior == "None" and loop.event:
        return [loop.event]
    if loop.behavior == "One" and loop.event:
        return [loop.event] if counters["numberOfCompletedInstances"] == 1 else []
    return [trigger for condition, trigger in loop.complex_events if run.evaluate(condition, token, counters)]


def _finish(run: Run, live: SubScope, host: Token) -> None:
    loop = _loop(host)
    run.close(live)
    if loop.multiple and loop.output_collection:
        results = sorted(live.marks["out"], key=lambda pair: int(pair[0]))
        run.assign(host, loop.output_collection, [value for _, value in results])
