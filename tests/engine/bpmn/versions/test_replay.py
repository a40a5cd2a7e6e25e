"""Recorded inputs taken again: on the same version to the same bytes, on another one as far as they lead."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine import bpmn
from engine.bpmn import Input, Snapshot, Step
from tests.engine.bpmn.drawings.drawing import MONDAY, E, S, boundary, document, flows, message, script, timer, user
from tests.engine.bpmn.running.test_random_drawings import ROOT, Drawing


@dataclass
class Recorder:
    """An instance that writes down every input that was taken, as the history of a case does."""

    definition: bpmn.ProcessDefinition
    now: datetime = MONDAY
    inputs: list[Input] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None

    @property
    def state(self) -> bytes:
        assert self.snapshot is not None
        return self.snapshot.state

    def took(self, snapshot: Snapshot, kind: Any, at: str | None = None, **given: Any) -> None:
        passed = tuple(one.element_id for one in snapshot.passed)
        self.inputs.append(Input(Step(kind, **given), self.now, at, passed))
        self.calls |= {one.task_id: one.element_id for one in snapshot.effects if one.task_id}
        self.snapshot = snapshot

    def start(self, **variables: Any) -> None:
        self.took(bpmn.start(self.definition, variables, now=self.now), "start", variables=variables)

    def complete(self, task_id: str, element: str, **variables: Any) -> None:
        taken = bpmn.complete(self.definition, self.state, task_id, variables, now=self.now)
        self.took(taken, "complete", at=element, task_ref=task_id, variables=variables)

    def fail(self, task_id: str, element: str, code: str) -> None:
        taken = bpmn.fail(self.definition, self.state, task_id, code, {}, now=self.now)
        self.took(taken, "fail", at=element, task_ref=task_id, name=code)

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.took(bpmn.fire_timers(self.definition, self.state, now=self.now), "timers")

    def send(self, name: str, variables: Mapping[str, Any]) -> None:
        taken = bpmn.deliver(self.definition, self.state, bpmn.Message(name, variables), now=self.now)
        self.took(taken, "deliver", name=name, variables=variables)

    def hear(self, name: str) -> None:
        self.took(bpmn.deliver(self.definition, self.state, bpmn.Signal(name), now=self.now), "signal", name=name)

    def skip(self, token: bpmn.Position) -> None:
        taken = bpmn.skip(self.definition, self.state, token.id, now=self.now)
        self.took(taken, "skip", at=token.element_id, task_ref=token.id)

    def move(self, token: bpmn.Position, target: str) -> None:
        taken = bpmn.move(self.definition, self.state, token.id, target, now=self.now)
        self.took(taken, "move", at=token.element_id, task_ref=token.id, element_id=target)

    def correct(self, **variables: Any) -> None:
        self.took(bpmn.correct(self.definition, self.state, variables, now=self.now), "correct", variables=variables)

    def cancel(self) -> None:
        self.took(bpmn.cancel(self.definition, self.state, now=self.now), "cancel")

    def anything(self, chance: random.Random) -> None:
        """One random input of any kind; refusals leave no trace."""
        assert self.snapshot is not None
        tokens = bpmn.positions(self.definition, self.state, now=self.now)
        kind = chance.choice(["do"] * 6 + ["answer", "answer", "fail", "wait", "wait", "send", "hear", "skip", "move"])
        if kind == "do" and self.snapshot.tasks:
            task = chance.choice(self.snapshot.tasks)
            self.complete(task.id, task.element_id, n=chance.randrange(4))
        elif kind in ("answer", "fail") and self.calls:
            call = chance.choice(list(self.calls.items()))
            self.fail(*call, "E1") if kind == "fail" else self.complete(*call, n=chance.randrange(4))
        elif kind == "wait":
            self.wait(chance.randrange(1, 200))
        elif kind == "send":
            self.send("answer", {"n": chance.randrange(4)})
        elif kind == "hear":
            self.hear("holiday")
        elif kind == "skip" and tokens:
            self.skip(chance.choice(tokens))
        elif kind == "move" and tokens:
            self.move(chance.choice(tokens), chance.choice(list(self.definition.elements)))
        else:
            self.correct(n=chance.randrange(4))


def played(seed: int, steps: int = 25) -> Recorder | None:
    """A random drawing with random inputs; None when it is refused or cannot begin."""
    files = {"f": document(Drawing(seed).scope(2), ROOT)}
    if any(problem.severity == "error" for problem in bpmn.check(files)):
        return None
    recorder = Recorder(bpmn.parse(files, "p"))
    chance = random.Random(seed)
    try:
        recorder.start(n=seed % 4)
    except bpmn.StepFailed:
        return None
    for _ in range(steps):
        try:
            recorder.anything(chance)
        except bpmn.BpmnRefusal:
            continue
        if len(recorder.state) > 5_000:
            break
    if seed % 7 == 0 and steps == 25:
        recorder.cancel()
    return recorder


def test_random_cases_replay_to_the_same_bytes_whatever_happened_to_them() -> None:
    kinds: set[str] = set()
    for seed in range(36, 62):
        recorder = played(seed)
        if recorder is None:
            continue
        kinds |= {one.step.operation for one in recorder.inputs}
        again = bpmn.parse({"f": document(Drawing(seed).scope(2), ROOT)}, "p")
        replayed = bpmn.replay(again, recorder.inputs)
        assert (replayed.outcome, replayed.reason) == ("same", "")
        assert replayed.snapshot == recorder.snapshot
        assert replayed.passed == tuple(one.passed for one in recorder.inputs)
    assert kinds >= {"start", "complete", "deliver", "signal", "timers", "skip", "move", "correct"}


SERVICE = (
    '<serviceTask id="call"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/></extensionElements>'
    "</serviceTask>"
)


def test_a_call_that_ended_in_an_error_ends_in_it_again() -> None:
    body = S + SERVICE + boundary("bad", "call", "<errorEventDefinition/>") + user("a") + E
    recorder = Recorder(bpmn.parse({"f": document(body + flows("s > call > e", "bad > a > e"))}))
    recorder.start()
    (call,) = recorder.calls
    recorder.fail(call, "call", "E1")
    recorder.cancel()
    replayed = bpmn.replay(recorder.definition, recorder.inputs)
    assert (replayed.outcome, replayed.snapshot) == ("same", recorder.snapshot)


SEVERAL = (
    '<userTask id="each"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
    "</multiInstanceLoopCharacteristics></userTask>"
)


def test_of_several_instances_the_recorded_one_is_completed() -> None:
    definition = bpmn.parse({"f": document(S + SEVERAL + E + flows("s > each > e"))})
    recorder = Recorder(definition)
    recorder.start()
    assert recorder.snapshot is not None
    last = recorder.snapshot.tasks[-1]
    recorder.complete(last.id, "each")
    replayed = bpmn.replay(definition, recorder.inputs)
    assert replayed.snapshot == recorder.snapshot


DRAWN = S + user("a", "b") + boundary("told", "a", message("m"), interrupting=False) + '<endEvent id="te"/>' + E
TOLD = '<message id="m" name="answer"/>'


def by_hand() -> Recorder:
    recorder = Recorder(bpmn.parse({"f": document(DRAWN + flows("s > a > b > e", "told > te"), TOLD)}))
    recorder.start(n=1)
    assert recorder.snapshot is not None
    (token,) = bpmn.positions(recorder.definition, recorder.state, now=MONDAY)
    recorder.correct(n=2)
    recorder.move(token, "b")
    (token,) = bpmn.positions(recorder.definition, recorder.state, now=MONDAY)
    recorder.skip(token)
    return recorder


def test_what_was_done_by_hand_is_done_again_on_another_version() -> None:
    recorder = by_hand()
    body = DRAWN + script("t", "n = n * 10")
    other = bpmn.parse({"f": document(body + flows("s > t > a > b > e", "told > te"), TOLD)})
    replayed = bpmn.replay(other, recorder.inputs)
    assert (replayed.outcome, replayed.number, replayed.element_id) == ("other", 0, "t")
    assert replayed.snapshot is not None
    assert (replayed.snapshot.status, replayed.snapshot.variables) == ("completed", {"n": 2})


def test_a_hand_reaches_for_an_element_that_is_not_there_and_the_replay_is_stuck() -> None:
    recorder = by_hand()
    other = bpmn.parse({"f": document((DRAWN + flows("s > a > b > e", "told > te")).replace('"b"', '"z"'), TOLD)})
    replayed = bpmn.replay(other, recorder.inputs)
    assert (replayed.outcome, replayed.number, replayed.waits) == ("stuck", 2, ("a",))
    assert isinstance(replayed.refusal, bpmn.MoveNotPossible)
    removed = bpmn.replay(other, [recorder.inputs[0], recorder.inputs[3]])
    assert isinstance(removed.refusal, bpmn.TaskNotReady)


def test_a_call_that_was_interrupted_is_not_mistaken_for_the_next_one() -> None:
    body = S + SERVICE + boundary("late", "call", timer("Duration", "PT1H")) + user("again") + E
    definition = bpmn.parse({"f": document(body + flows("s > call > e", "late > again > call"))})
    recorder = Recorder(definition)
    recorder.start()
    recorder.wait(61)
    assert recorder.snapshot is not None
    recorder.complete(recorder.snapshot.tasks[0].id, "again")
    recorder.complete(list(recorder.calls)[-1], "call")
    assert recorder.snapshot.status == "completed"
    strangers = [Input(Step(one.step.operation), one.at, one.element_id, one.passed) for one in recorder.inputs]
    assert bpmn.replay(definition, strangers).outcome == "same"


def test_a_case_that_ends_up_waiting_elsewhere_took_another_path() -> None:
    recorder = Recorder(bpmn.parse({"f": document(DRAWN + flows("s > a > b > e", "told > te"), TOLD)}))
    recorder.start()
    other = bpmn.parse({"f": document((DRAWN + flows("s > a > b > e", "told > te")).replace('"a"', '"z"'), TOLD)})
    assert bpmn.replay(recorder.definition, recorder.inputs, rested=["a"]).outcome == "same"
    replayed = bpmn.replay(other, recorder.inputs, rested=["a"])
    assert (replayed.outcome, replayed.number, replayed.element_id) == ("other", 0, "z")
