"""A process of three user tasks on npm bpmn-engine and on ours, the state as bytes between any two steps.

Both run in processes of their own that stay warm, batch by batch in turn, with the same drawing and the same inputs.
A step is: read the state from its bytes, complete the task, write the state to bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from bench.officer_step import Ours
from bench.rows import Row
from bench.timing import undisturbed

FOLDER = Path(__file__).with_name("other_engine")
DRAWING = Path(__file__).with_name("three_tasks.bpmn")
INPUTS: list[tuple[str, dict[str, Any]]] = [
    ("apply", {"name": "Dara"}),
    ("check", {"result": "ok"}),
    ("decide", {"decided": "grant"}),
]
BATCHES, CASES = 6, 150
"""The first batch of each is not counted: it warms them up."""


class Other:
    """npm bpmn-engine in a Node process; ``inside``: the definition travels in the state, as its documentation
    shows."""

    def __init__(self, node: subprocess.Popen[str], *, inside: bool) -> None:
        self.node = node
        self.inside = inside
        self.bytes = 0

    def batch(self) -> list[list[float]]:
        """Seconds of every step of each case of a batch."""
        print(json.dumps({"cases": CASES, "inside": self.inside}), file=_open(self.node.stdin), flush=True)
        answer = json.loads(_open(self.node.stdout).readline())
        self.bytes = answer["bytes"]
        return list(answer["cases"])


class Mine:
    """``engine.bpmn``, every step from bytes to bytes."""

    def __init__(self) -> None:
        self.engine = Ours(DRAWING.read_bytes())
        self.bytes = 0

    def batch(self) -> list[list[float]]:
        """Seconds of every step of each case of a batch."""
        return [self._case() for _ in range(CASES)]

    def _case(self) -> list[float]:
        steps: list[float] = []
        state = self.engine.begin()
        for element, variables in INPUTS:
            begun = time.perf_counter()
            state = self.engine.step(state, element, variables)
            steps.append(time.perf_counter() - begun)
            self.bytes = max(self.bytes, len(state))
        return steps


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def rows() -> Iterator[Row]:
    """Faster than bpmn-engine, with the definition inside its state and outside."""
    what = "three user tasks, state saved between steps: faster than npm bpmn-engine"
    package = FOLDER / "node_modules" / "bpmn-engine" / "package.json"
    if not package.exists():
        yield Row(what, None, must=15, aim=25, note="it is not installed; is the npm registry within reach?")
        return
    version = json.loads(package.read_text())["version"]
    try:
        with started() as node:
            others, mine = (Other(node, inside=True), Other(node, inside=False)), Mine()
            inside, outside, own = _compared(*others, mine)
    except (OSError, json.JSONDecodeError):  # what Node had to say about it stands above
        yield Row(f"{what} {version}", None, must=15, aim=25, note="it did not answer")
        return
    note = f"{inside * 1000:.2f} against {own * 1000:.3f} ms, {others[0].bytes:,} against {mine.bytes:,} bytes"
    yield Row(f"{what} {version}", inside / own, must=15, aim=25, note=note)
    note = f"{outside * 1000:.2f} ms, {others[1].bytes:,} bytes"
    yield Row("the same, its definition kept outside the state", outside / own, note=note)


@contextmanager
def started() -> Iterator[subprocess.Popen[str]]:
    """The Node process with the other engine, ready for batches."""
    node = Path(sys.executable).with_name("node")
    command = [str(node), str(FOLDER / "steps.mjs"), str(DRAWING), json.dumps(INPUTS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        _open(process.stdin).close()


def _compared(*engines: Other | Mine) -> list[float]:
    """Seconds of a step of each, their batches in turn."""
    cases: list[list[list[float]]] = [[] for _ in engines]
    for number in range(BATCHES):
        for engine, kept in zip(engines, cases, strict=True):
            measured = engine.batch()
            if number:
                kept.extend(measured)
    return [undisturbed(kept) for kept in cases]
