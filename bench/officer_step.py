"""One officer step: load a case, complete its task, settle, save, commit on SQLite (WAL, each commit synced as usual).

The same process runs on stock SpiffWorkflow with its JSON serializer and on ``engine.bpmn``, turn and turn about in one
process, and the medians are compared. Both keep routing variables only, so that the difference is the engine's.
"""

from __future__ import annotations

import logging
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG

from engine import bpmn

SOURCE = Path(__file__).with_name("licence.bpmn").read_bytes()
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
Choice = tuple[str, dict[str, Any]]


def path_of_a_case(corrections: int) -> Iterator[Choice]:
    """The officer's and the applicant's inputs, with so many corrections on the way."""
    yield "apply", {}
    for _ in range(corrections):
        yield "check", {"result": "return"}
        yield "apply", {}
    yield "check", {"result": "ok"}
    yield "review", {}
    yield "inspect", {}
    yield "decide", {"decided": "grant"}


class Stock:
    """Stock SpiffWorkflow: the whole case, specification included, as JSON."""

    def __init__(self) -> None:
        for name in ("spiff", "spiff.task", "spiff.workflow"):
            logging.getLogger(name).setLevel(logging.WARNING)
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(SOURCE)
        self.spec, self.subs = parser.get_spec("licence"), parser.get_subprocess_specs("licence")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.scripts = PythonScriptEngine()

    def begin(self) -> bytes:
        case = BpmnWorkflow(self.spec, self.subs, script_engine=self.scripts)
        case.do_engine_steps()
        return self.serializer.serialize_json(case).encode()

    def step(self, state: bytes, element: str, variables: dict[str, Any]) -> bytes:
        case = self.serializer.deserialize_json(state.decode())
        case.script_engine = self.scripts
        task = next(t for t in case.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == element)
        task.set_data(**variables)
        task.run()
        case.refresh_waiting_tasks()
        case.do_engine_steps()
        return self.serializer.serialize_json(case).encode()


class Ours:
    """``engine.bpmn``: state without specification, settled and pruned at every step."""

    def __init__(self) -> None:
        self.definition = bpmn.parse({"licence.bpmn": SOURCE}, "licence")
        self.tasks: dict[str, str] = {}

    def begin(self) -> bytes:
        return self._kept(bpmn.start(self.definition, {}, now=NOW))

    def step(self, state: bytes, element: str, variables: dict[str, Any]) -> bytes:
        moment = NOW + timedelta(minutes=1)
        return self._kept(bpmn.complete(self.definition, state, self.tasks[element], variables, now=moment))

    def _kept(self, snapshot: bpmn.Snapshot) -> bytes:
        self.tasks = {task.element_id: task.id for task in snapshot.tasks}
        return snapshot.state


@contextmanager
def stored() -> Iterator[sqlite3.Connection]:
    """A table of cases on disk, written as the product writes it."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/cases.sqlite3", isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        connection.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state BLOB, revision INTEGER)")
        try:
            yield connection
        finally:
            connection.close()


def durable_case(connection: sqlite3.Connection, engine: Stock | Ours, corrections: int, times: list[float]) -> int:
    """Runs one case with a commit after each step; adds each step's seconds and gives the largest state in bytes."""
    first = engine.begin()
    case_id = connection.execute("INSERT INTO instance (state, revision) VALUES (?, 0)", (first,)).lastrowid
    largest = len(first)
    for element, variables in path_of_a_case(corrections):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        (state,) = connection.execute("SELECT state FROM instance WHERE id = ?", (case_id,)).fetchone()
        state = engine.step(state, element, variables)
        connection.execute("UPDATE instance SET state = ?, revision = revision + 1 WHERE id = ?", (state, case_id))
        connection.execute("COMMIT")
        times.append(time.perf_counter() - begun)
        largest = max(largest, len(state))
    return largest


def plain_case(engine: Stock | Ours, corrections: int, times: list[float]) -> int:
    """The same without a database."""
    state = engine.begin()
    largest = len(state)
    for element, variables in path_of_a_case(corrections):
        begun = time.perf_counter()
        state = engine.step(state, element, variables)
        times.append(time.perf_counter() - begun)
        largest = max(largest, len(state))
    return largest


def compare(run: Callable[[Stock | Ours, list[float]], int], rounds: int) -> tuple[float, float, int, int]:
    """Median seconds of stock and ours in turn, and the largest state of each."""
    stock, ours = Stock(), Ours()
    stock_times: list[float] = []
    our_times: list[float] = []
    run(stock, []), run(ours, [])
    largest = [0, 0]
    for _ in range(rounds):
        largest[0] = max(largest[0], run(stock, stock_times))
        largest[1] = max(largest[1], run(ours, our_times))
    return statistics.median(stock_times), statistics.median(our_times), largest[0], largest[1]


def main() -> None:
    """Prints the ratios."""
    with stored() as connection:
        durable = compare(lambda engine, times: durable_case(connection, engine, 2, times), 60)
    plain = compare(lambda engine, times: plain_case(engine, 2, times), 60)
    for name, (stock, ours, stock_bytes, our_bytes) in {"with commit": durable, "without database": plain}.items():
        print(
            f"officer step, {name}: stock {stock * 1000:.2f} ms, ours {ours * 1000:.2f} ms, ratio {stock / ours:.1f}; "
            f"state {stock_bytes} against {our_bytes} bytes"
        )
    few: list[float] = []
    many: list[float] = []
    ours = Ours()
    plain_case(ours, 5, few)
    largest = plain_case(ours, 1000, many)
    ratio = statistics.median(many[-200:]) / statistics.median(few[3:])
    print(f"after 1,000 corrections: step cost {ratio:.2f} times that of the first, state at most {largest} bytes")


if __name__ == "__main__":
    main()
