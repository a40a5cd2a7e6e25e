"""Large processes: do they run, and does an element cost the same however many there are?

Each shape is measured at its size and at a quarter of it, in turn; the row is the cost of one element at the size
divided by that at the quarter. 1 is linear, 4 would be quadratic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bench.drawings import branches, chain, instances
from bench.officer_step import NOW
from bench.rows import Row
from bench.timing import least, quickest, seconds
from engine import bpmn

LINEAR = 1.5
CHAIN, BRANCHES, ITEMS = 3000, 200, 10_000
Drawn = Callable[[int], bytes]


def rows() -> Iterator[Row]:
    """Whole runs first, then single steps where much waits."""
    yield _reading()
    for what, size, rounds, drawn in (
        ("chained script tasks", CHAIN, 10, lambda n: chain(n, "scriptTask")),
        ("parallel branches of script tasks", BRANCHES, 40, lambda n: branches(n, "scriptTask")),
        ("parallel instances of a script task", ITEMS, 5, lambda n: instances(n, "scriptTask", sequential=False)),
        ("sequential instances of a script task", ITEMS, 5, lambda n: instances(n, "scriptTask", sequential=True)),
    ):
        yield _run(what, size, rounds, drawn)
    yield _whole_walk()
    yield from _one_of_many("waiting branches", BRANCHES, 40, lambda n: branches(n, "userTask"))
    yield from _one_of_many("waiting instances", ITEMS, 5, lambda n: instances(n, "userTask", sequential=False))
    yield _one_of_a_sequence()


def _reading() -> Row:
    small, large = (chain(size, "scriptTask") for size in (CHAIN // 4, CHAIN))
    quarter, whole = quickest(4, lambda: bpmn.parse({"f.bpmn": small}), lambda: bpmn.parse({"f.bpmn": large}))
    return _linear(f"{CHAIN:,} chained elements, read and checked", quarter, whole)


def _run(what: str, size: int, rounds: int, drawn: Drawn) -> Row:
    small, large = (bpmn.parse({"f.bpmn": drawn(number)}) for number in (size // 4, size))
    quarter, whole = quickest(rounds, lambda: completed(small), lambda: completed(large))
    return _linear(f"{size:,} {what}, run", quarter, whole)


def completed(process: bpmn.ProcessDefinition) -> None:
    """Runs the process; it must need nobody."""
    snapshot = bpmn.start(process, {"rooms": 12}, now=NOW)
    assert snapshot.status == "completed"


def _linear(what: str, quarter: float, whole: float) -> Row:
    """The cost of an element at the size ÷ at a quarter of it."""
    note = f"{whole * 1000:.1f} ms in all"
    return Row(f"{what}: element ÷ at a quarter", whole / quarter / 4, must=LINEAR, sense="at most", note=note)


def _whole_walk() -> Row:
    small, large = (bpmn.parse({"f.bpmn": chain(number, "userTask")}) for number in (CHAIN // 4, CHAIN))
    quarter, whole = quickest(4, lambda: _walk(small), lambda: _walk(large))
    return _linear(f"{CHAIN:,} chained user tasks, a step for each", quarter, whole)


def _walk(process: bpmn.ProcessDefinition) -> None:
    snapshot = bpmn.start(process, {}, now=NOW)
    while snapshot.tasks:
        snapshot = bpmn.complete(process, snapshot.state, snapshot.tasks[0].id, {}, now=NOW)
    assert snapshot.status == "completed"


def _one_of_many(what: str, size: int, rounds: int, drawn: Drawn) -> Iterator[Row]:
    """A step reads, looks at and writes everything that waits: it must cost the same for each of them."""
    small, large = (bpmn.parse({"f.bpmn": drawn(number)}) for number in (size // 4, size))
    for how, live in (("state read anew", False), ("live cache", True)):
        quarter, whole = least(rounds, partial(_first_step, small, live=live), partial(_first_step, large, live=live))
        note = f"{whole * 1000:.2f} ms a step, all of them about {whole * size / 2:,.1f} s"
        asked = f"one of {size:,} {what}, {how}: cost of each that waits ÷ at a quarter"
        yield Row(asked, whole / quarter / 4, must=LINEAR, sense="at most", note=note)


def _first_step(process: bpmn.ProcessDefinition, *, live: bool) -> float:
    """Seconds of completing the first of the tasks that wait."""
    cache = bpmn.LiveCache(2_000_000_000) if live else None
    begun = bpmn.start(process, {}, now=NOW, live=cache)
    task = begun.tasks[0].id
    return seconds(lambda: bpmn.complete(process, begun.state, task, {}, now=NOW, live=cache))


def _one_of_a_sequence() -> Row:
    small, large = (
        bpmn.parse({"f.bpmn": instances(number, "userTask", sequential=True)}) for number in (ITEMS // 4, ITEMS)
    )
    quarter, whole = least(40, partial(_first_step, small, live=False), partial(_first_step, large, live=False))
    what = f"one of {ITEMS:,} sequential instances: step ÷ at a quarter"
    return Row(what, whole / quarter, must=LINEAR, sense="at most", note=f"{whole * 1000:.3f} ms a step")
