"""Ad-hoc sub-processes: activities without a drawn order, repeated until a condition holds (2.0.2, 13.3.5)."""

from __future__ import annotations

from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Live, SubScope, Token


def begin(run: Run, live: SubScope) -> None:
    """Let all activities begin, or the first of them when they go one after the other."""
    entries = live.scope.starts
    if live.scope.ordered:
        place: int = live.marks.get("next", 0)
        live.marks["next"] = place + 1
        entries = [entries[place % len(entries)]]
    for node in entries:
        run.place(node, live)


def after_activity(run: Run, live: Live) -> None:
    """An activity is done: end the sub-process if its condition holds, now or when the others are done."""
    condition = live.scope.completion
    if condition is None or not run.evaluate(condition, live):
        return
    live.marks["over"] = True
    if live.scope.cancel_remaining:
        run.clear(live)


def is_over(run: Run, owner: Token, live: SubScope) -> bool:
    """Nothing moves in the sub-process: True when it is done; else its activities begin again."""
    scope = live.scope
    if "over" in live.marks or "interrupted" in live.marks:
        return True
    again = scope.completion is not None or (scope.ordered and live.marks["next"] < len(scope.starts))
    if again and run.is_alive(owner):
        begin(run, live)
    return not again
