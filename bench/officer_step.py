"""One officer step: load a case, complete its task, settle, save, commit on SQLite (WAL, synchronous=NORMAL).

The same process runs on stock SpiffWorkflow with its JSON serializer, on ``engine.bpmn`` reading the state at every
step, and on ``engine.bpmn`` with the cache of live cases that the product uses: turn and turn about in one process. All
keep routing variables only, so that the difference is the engine's.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG

from bench.rows import Row
from bench.timing import PROCESSOR, undisturbed
from engine import bpmn

SOURCE = Path(__file__).with_name("licence.bpmn").read_bytes()
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
CASES = 60
CORRECTIONS = 2
Choice = tuple[str, dict[str, Any]]


class Engine(Protocol):
    """What runs the case: state to bytes and back at every step."""

    def begin(self) -> bytes: ...

    def step(self, state: bytes, element: str, variables: dict[str, Any]) -> bytes: ...


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
        return str(self.serializer.serialize_json(case)).encode()

    def step(self, state: bytes, element: str, variables: dict[str, Any]) -> bytes:
        case = self.serializer.deserialize_json(state.decode())
        case.script_engine = self.scripts
        task = next(t for t in case.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == element)
        task.set_data(**variables)
        task.run()
        case.refresh_waiting_tasks()
        case.do_engine_steps()
        return str(self.serializer.serialize_json(case)).encode()


class Ours:
    """``engine.bpmn``: state without specification, settled at every step; read from its bytes, or live."""

    def __init__(self, source: bytes = SOURCE, live: bpmn.LiveCache | None = None) -> None:
        self.definition = bpmn.parse({"bench.bpmn": source})
        self.live = live
        self.tasks: dict[str, str] = {}

    def begin(self) -> bytes:
        return self._kept(bpmn.start(self.definition, {}, now=NOW, live=self.live))

    def step(self, state: bytes, element: str, variables: dict[str, Any]) -> bytes:
        now, task = NOW + timedelta(minutes=1), self.tasks[element]
        return self._kept(bpmn.complete(self.definition, state, task, variables, now=now, live=self.live))

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


def durable_case(connection: sqlite3.Connection, engine: Engine) -> list[float]:
    """Runs one case with a commit after each step; the seconds of each."""
    times: list[float] = []
    first = engine.begin()
    case_id = connection.execute("INSERT INTO instance (state, revision) VALUES (?, 0)", (first,)).lastrowid
    for element, variables in path_of_a_case(CORRECTIONS):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        (state,) = connection.execute("SELECT state FROM instance WHERE id = ?", (case_id,)).fetchone()
        state = engine.step(state, element, variables)
        connection.execute("UPDATE instance SET state = ?, revision = revision + 1 WHERE id = ?", (state, case_id))
        connection.execute("COMMIT")
        times.append(time.perf_counter() - begun)
    return times


def plain_case(engine: Engine) -> list[float]:
    """The same without a database."""
    times: list[float] = []
    state = engine.begin()
    for element, variables in path_of_a_case(CORRECTIONS):
        begun = PROCESSOR()
        state = engine.step(state, element, variables)
        times.append(PROCESSOR() - begun)
    return times


def compare(run: Callable[[Engine], list[float]]) -> list[float]:
    """Seconds of a step: stock, ours, ours with the live cache; their cases in turn."""
    engines: list[Engine] = [Stock(), Ours(), Ours(live=bpmn.LiveCache())]
    rounds = [[run(engine) for engine in engines] for _ in range(CASES)]
    return [undisturbed(cases) for cases in zip(*rounds, strict=True)]


def rows() -> Iterator[Row]:
    """Officer steps against stock SpiffWorkflow."""
    with stored() as connection:
        durable = compare(lambda engine: durable_case(connection, engine))
    yield from _against_stock("officer step with commit", durable, must=5)
    yield from _against_stock("the same without database", compare(plain_case), must=6)


def _against_stock(what: str, measured: list[float], must: float) -> Iterator[Row]:
    stock, ours, live = measured
    for how, mine in (("state read anew", ours), ("live cache", live)):
        note = f"stock {stock * 1000:.2f} ms, ours {mine * 1000:.3f} ms"
        yield Row(f"{what}, {how}: faster than stock", stock / mine, must=must, aim=10, note=note)
