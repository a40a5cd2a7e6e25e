"""Random processes with random choices: as a tree of blocks says, as stock SpiffWorkflow says where it is right,
and the same from stored state, from memory and when replayed.
"""

from __future__ import annotations

import logging
import random
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine import bpmn
from engine.bpmn import LiveCache
from tests.engine.bpmn.drawings.blocks import Block, drawn, random_block
from tests.engine.bpmn.drawings.drawing import MONDAY, E, Player, S, boundary, document, flows, script, timer, user

STEPS = 40


def choices(chance: random.Random, block: Block, last_steps: bool) -> dict[str, int]:
    """Random values for every variable; towards the end loops come to their end."""
    return {name: 0 if last_steps and name.startswith("loop") else chance.randrange(4) for name in block.variables()}


@pytest.mark.parametrize("seed", range(60))
def test_random_processes_go_the_way_their_blocks_say(seed: int) -> None:
    chance = random.Random(seed)
    block = random_block(chance, depth=3 + seed % 2)
    values = choices(chance, block, last_steps=False)
    player = Player(drawn(block), values)
    block.enter(values)
    largest = 0
    for step in range(400):
        assert player.ready == sorted(block.ready())
        if block.done:
            break
        values = choices(chance, block, last_steps=step > STEPS)
        task = chance.choice(player.ready)
        block.complete(task, values)
        player.do(task, **values)
        largest = max(largest, len(player.snapshot.state))
    assert player.status == "completed"
    assert largest < 6_000


def stock(data: bytes, values: dict[str, int]) -> BpmnWorkflow:
    logging.getLogger("spiff").setLevel(logging.WARNING)
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(data))
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"), script_engine=PythonScriptEngine())
    workflow.get_next_task(state=TaskState.READY).data.update(values)
    workflow.do_engine_steps()
    return workflow


def stock_ready(workflow: BpmnWorkflow) -> list[Any]:
    return sorted(workflow.get_tasks(state=TaskState.READY, manual=True), key=lambda task: task.task_spec.name)


@pytest.mark.parametrize("seed", range(30))
def test_stock_spiffworkflow_agrees_where_it_is_right(seed: int) -> None:
    chance = random.Random(1000 + seed)
    block = random_block(chance, depth=3, kinds=("task", "sequence", "exclusive", "parallel", "scope"))
    values = choices(chance, block, last_steps=True)
    player, workflow = Player(drawn(block), values), stock(drawn(block), values)
    for _ in range(100):
        theirs = stock_ready(workflow)
        assert player.ready == [task.task_spec.name for task in theirs]
        if not theirs:
            break
        task = chance.choice(theirs)
        player.do(task.task_spec.name)
        task.run()
        workflow.do_engine_steps()
    assert player.status == "completed"
    assert workflow.completed


@pytest.mark.parametrize("seed", range(20))
def test_memory_storage_and_replay_give_the_same_bytes(seed: int) -> None:
    chance = random.Random(2000 + seed)
    block = random_block(chance, depth=4)
    definition = bpmn.parse({"f": drawn(block)})
    beginning = choices(chance, block, last_steps=False)
    live = LiveCache()
    first = bpmn.start(definition, beginning, now=MONDAY, live=live)
    stored = bpmn.start(definition, beginning, now=MONDAY)
    inputs = []
    for step in range(60):
        assert first == stored
        if first.status != "running":
            break
        values = choices(chance, block, last_steps=step > STEPS // 2)
        task = chance.choice(first.tasks)
        inputs.append((task.id, values))
        first = bpmn.complete(definition, first.state, task.id, values, now=MONDAY, live=live)
        stored = bpmn.complete(definition, stored.state, task.id, values, now=MONDAY)
    again = bpmn.parse({"f": drawn(block)})
    replayed = bpmn.start(again, beginning, now=MONDAY)
    for task_id, values in inputs:
        replayed = bpmn.complete(again, replayed.state, task_id, values, now=MONDAY)
    assert replayed == first


def test_a_cache_forgets_the_oldest_and_never_answers_for_another_state() -> None:
    block = random_block(random.Random(5), depth=2)
    definition = bpmn.parse({"f": drawn(block)})
    values = dict.fromkeys(block.variables(), 0)
    live = LiveCache(most_bytes=30_000)
    states = [bpmn.start(definition, {**values, "n": n}, now=MONDAY, live=live).state for n in range(20)]
    assert 0 < len(live) < 10
    assert live.take(states[0]) is None
    assert live.take(states[-1]) is not None
    assert live.take(states[-1]) is None


def test_a_step_that_fails_leaves_nothing_in_the_cache() -> None:
    block = Block("sequence", "root", [Block("task", "a"), Block("loop", "loop_1", [Block("task", "b")])])
    definition = bpmn.parse({"f": drawn(block)})
    live = LiveCache()
    begun = bpmn.start(definition, {}, now=MONDAY, live=live)
    done = bpmn.complete(definition, begun.state, begun.tasks[0].id, {}, now=MONDAY, live=live)
    with pytest.raises(bpmn.StepFailed):
        bpmn.complete(definition, done.state, done.tasks[0].id, {}, now=MONDAY, live=live)
    assert len(live) == 0
    again = bpmn.complete(definition, done.state, done.tasks[0].id, {"loop_1": 0}, now=MONDAY, live=live)
    assert again.status == "completed"


def test_what_the_caller_does_with_a_snapshot_does_not_reach_the_cached_case() -> None:
    block = Block("sequence", "root", [Block("task", "a"), Block("task", "b")])
    definition = bpmn.parse({"f": drawn(block)})
    live = LiveCache()
    begun = bpmn.start(definition, {"names": ["x", {"y": 1}]}, now=MONDAY, live=live)
    begun.variables["names"].append("z")
    begun.tasks[0].variables["names"][1]["y"] = 2
    done = bpmn.complete(definition, begun.state, begun.tasks[0].id, {}, now=MONDAY, live=live)
    assert done.variables == {"names": ["x", {"y": 1}]}


MINUTES = "'PT' + text(n) + 'M'"
TIMERS = document(
    S
    + user("a", "b")
    + boundary("hourly", "a", timer("Cycle", "R/PT1H"), interrupting=False)
    + boundary("day", "a", timer("Duration", "P1D"))
    + boundary("twice", "b", timer("Cycle", "R2/PT5H"), interrupting=False)
    + script("count", "n = n + 1")
    + f'<intermediateCatchEvent id="pause">{timer("Duration", MINUTES)}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="soon">{timer("Duration", "PT90M")}</intermediateCatchEvent>'
    + '<endEvent id="e1"/><endEvent id="e2"/>'
    + E
    + flows("s > a > e", "hourly > count > pause > e1", "day > soon > b > e", "twice > e2")
)


@pytest.mark.parametrize("seed", range(10))
def test_sweeps_at_any_moments_give_the_same_case_as_one_at_the_end(seed: int) -> None:
    chance = random.Random(seed)
    once, often = Player(TIMERS, {"n": 0}).wait(days=3), Player(TIMERS, {"n": 0})
    while often.now < once.now:
        often.wait(minutes=min(chance.randrange(1, 900), (once.now - often.now).total_seconds() / 60))
    assert often.passed == once.passed
    assert often.snapshot.state == once.snapshot.state
    assert once.passed.count("hourly") == 23
    assert once.passed.count("twice") == 2
