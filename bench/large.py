"""Large processes: do they run, and does an element cost the same however many there are?

Each shape is measured at its size and at a quarter of it, in turn; the row is the cost of one element at the size
divided by that at the quarter. 1 is linear, 4 would be quadratic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.drawings import branches, chain, instances
from bench.officer_step import NOW
from bench.rows import Row
from bench.timing import quickest
from engine import bpmn

ROUNDS = 5
LINEAR = 1.5
CHAIN, BRANCHES, ITEMS = 3000, 200, 10_000
Drawn = Callable[[int], bytes]


def rows() -> Iterator[Row]:
    """Whole runs first, then single steps where much waits."""
    yield _reading()
    for what, size, drawn in (
        ("chained script tasks", CHAIN, lambda n: chain(n, "scriptTask")),
        ("parallel branches of script tasks", BRANCHES, lambda n: branches(n, "scriptTask")),
        ("parallel instances of a script task", ITEMS, lambda n: instances(n, "scriptTask", sequential=False)),
        ("sequential instances of a script task", ITEMS, lambda n: instances(n, "scriptTask", sequential=True)),
    ):
        yield _run(what, size, drawn)
    yield _whole_walk()
    yield from _one_of_many("waiting branches", BRANCHES, lambda n: branches(n, "userTask"))
    yield from _one_of_many("waiting instances", ITEMS, lambda n: instances(n, "userTask", sequential=False))
    yield _one_of_a_sequence()


def _reading() -> Row:
    small, large = (chain(size, "scriptTask") for size in (CHAIN // 4, CHAIN))
    quarter, whole = quickest(ROUNDS, lambda: bpmn.parse({"f.bpmn": small}), lambda: bpmn.parse({"f.bpmn": large}))
    return _linear(f"{CHAIN:,} chained elements, read and checked", quarter, whole)


def _run(what: str, size: int, drawn: Drawn) -> Row:
    small, large = (bpmn.parse({"f.bpmn": drawn(number)}) for number in (size // 4, size))
    quarter, whole = quickest(ROUNDS, lambda: completed(small), lambda: completed(large))
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
    quarter, whole = quickest(ROUNDS, lambda: _walk(small), lambda: _walk(large))
    return _linear(f"{CHAIN:,} chained user tasks, a step for each", quarter, whole)


def _walk(process: bpmn.ProcessDefinition) -> None:
    snapshot = bpmn.start(process, {}, now=NOW)
    while snapshot.tasks:
        snapshot = bpmn.complete(process, snapshot.state, snapshot.tasks[0].id, {}, now=NOW)
    assert snapshot.status == "completed"


def _one_of_many(what: str, size: int, drawn: Drawn) -> Iterator[Row]:
    """A step reads, looks at and writes everything that waits: it must cost the same for each of them."""
    small, large = (bpmn.parse({"f.bpmn": drawn(number)}) for number in (size // 4, size))
    for how, live in (("state read anew", False), ("live cache", True)):
        # Not in turn: what one case keeps in memory must not burden the steps of the other.
        quarter, whole = (quickest(ROUNDS, _Steps(process, live=live))[0] for process in (small, large))
        step = whole / _Steps.number
        total = f"all of them ≈ {step * size / 2:.2g} s" if size >= ITEMS else ""
        note = f"{step * 1000:.2f} ms a step; {total}".rstrip("; ")
        what_is_measured = f"one of {size:,} {what}, {how}: cost of each that waits ÷ at a quarter"
        yield Row(what_is_measured, whole / quarter / 4, must=LINEAR, sense="at most", note=note)


class _Steps:
    """Completes a few of the tasks that wait."""

    number = 5

    def __init__(self, process: bpmn.ProcessDefinition, *, live: bool) -> None:
        self.process = process
        self.live = bpmn.LiveCache(2_000_000_000) if live else None
        self.snapshot = bpmn.start(process, {}, now=NOW, live=self.live)

    def __call__(self) -> None:
        for _ in range(self.number):
            before = self.snapshot
            self.snapshot = bpmn.complete(self.process, before.state, before.tasks[0].id, {}, now=NOW, live=self.live)


def _one_of_a_sequence() -> Row:
    small, large = (
        _Steps(bpmn.parse({"f.bpmn": instances(number, "userTask", sequential=True)}), live=False)
        for number in (ITEMS // 4, ITEMS)
    )
    quarter, whole = quickest(ROUNDS, small, large)
    note = f"{whole / _Steps.number * 1000:.3f} ms a step"
    what = f"one of {ITEMS:,} sequential instances: step ÷ at a quarter"
    return Row(what, whole / quarter, must=LINEAR, sense="at most", note=note)
