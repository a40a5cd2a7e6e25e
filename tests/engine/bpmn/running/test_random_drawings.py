"""Random drawings of every element: refused in words or run without a surprise, the same from storage and memory."""

from __future__ import annotations

import random

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import Player, boundary, document, flows, message, script, signal, timer, user

ROOT = (
    '<message id="m" name="answer"/><signal id="sig" name="holiday"/><error id="err" errorCode="E1"/>'
    '<escalation id="esc" escalationCode="C1"/><process id="called"><userTask id="inside"/></process>'
)
ERROR = '<errorEventDefinition errorRef="err"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
CONDITION = "<conditionalEventDefinition><condition>n == 2</condition></conditionalEventDefinition>"
SERVICE = (
    '<serviceTask id="{0}"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/></extensionElements>'
    "</serviceTask>"
)
LOOP = '<userTask id="{0}"><standardLoopCharacteristics loopMaximum="2"/></userTask>'
SEVERAL = (
    '<userTask id="{0}"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
    "</multiInstanceLoopCharacteristics></userTask>"
)
ENDS = [
    "",
    ERROR,
    ESCALATION,
    "<terminateEventDefinition/>",
    signal("sig"),
    message("m"),
    "<compensateEventDefinition/>",
]
CATCHES = [message("m"), signal("sig"), timer("Duration", "PT2H"), CONDITION]


class Drawing:
    """Draws one random scope after the other; ids are unique in the whole file."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"x{self.count}"

    def scope(self, depth: int) -> str:
        """The content of a process or sub-process."""
        chance, names = self.chance, [self.name() for _ in range(self.chance.randrange(2, 6))]
        begin, body = self.name(), ""
        arrows = [f"{begin} > {names[0]}"]
        for number, name in enumerate(names):
            arrows += self._arrows(name, names, number, gateway := self._node_kind(name, depth))
            body += gateway[1]
            if gateway[0] == "activity" and chance.random() < 0.4:
                body += self._boundary(name, names, arrows)
        if depth and chance.random() < 0.3:
            body += self._event_sub_process(depth)
        body += self.ends
        self.ends = ""
        return f'<startEvent id="{begin}"/>{body}' + flows(*arrows).replace("flow_", f"f{begin}_")

    ends = ""

    def _node_kind(self, name: str, depth: int) -> tuple[str, str]:
        chance = self.chance
        gateways = ("exclusive", "parallel", "inclusive")
        kind = chance.choice(
            ["user"] * 3 + ["script", "service", "call", "loop", "several", "catch", "throw", "gate", "gate", "sub"]
        )
        if kind == "gate":
            gate = chance.choice(gateways)
            default = f' default="d{name}"' if gate != "parallel" else ""
            return gate, f'<{gate}Gateway id="{name}"{default}/>'
        if kind == "sub" and depth:
            ends, self.ends = self.ends, ""
            inner = self.scope(depth - 1)
            self.ends = ends
            return "activity", f'<subProcess id="{name}">{inner}</subProcess>'
        if kind == "catch":
            return "event", f'<intermediateCatchEvent id="{name}">{chance.choice(CATCHES)}</intermediateCatchEvent>'
        if kind == "throw":
            thrown = self._thrown(["", signal("sig"), ESCALATION, message("m"), "<compensateEventDefinition/>"])
            return "event", f'<intermediateThrowEvent id="{name}">{thrown}</intermediateThrowEvent>'
        return "activity", {
            "script": script(name, "n = n + 1"),
            "service": SERVICE.format(name),
            "call": f'<callActivity id="{name}" calledElement="called"/>',
            "loop": LOOP.format(name),
            "several": SEVERAL.format(name),
        }.get(kind, user(name))

    def _thrown(self, kinds: list[str]) -> str:
        """Mostly one thing, sometimes several at once."""
        number = 1 if self.chance.random() < 0.7 else self.chance.randrange(2, 4)
        return "".join(self.chance.sample(kinds, number))

    def _target(self, names: list[str], number: int) -> str:
        """Mostly forward, sometimes back, sometimes to an end."""
        chance = self.chance
        if number + 1 < len(names) and chance.random() < 0.7:
            return chance.choice(names[number + 1 :])
        if chance.random() < 0.3:
            return chance.choice(names)
        end = self.name()
        self.ends += f'<endEvent id="{end}">{self._thrown(ENDS)}</endEvent>'
        return end

    def _arrows(self, name: str, names: list[str], number: int, kind: tuple[str, str]) -> list[str]:
        first = names[number + 1] if number + 1 < len(names) else self._target(names, number)
        if kind[0] in ("exclusive", "inclusive"):
            self.ends += f'<sequenceFlow id="d{name}" sourceRef="{name}" targetRef="{first}"/>'
            return [f"{name} > {self._target(names, number)}: n % 3 == {self.chance.randrange(3)}"]
        if kind[0] == "parallel" or self.chance.random() < 0.1:
            return [f"{name} > {first}", f"{name} > {self._target(names, number)}"]
        return [f"{name} > {first}"]

    def _boundary(self, name: str, names: list[str], arrows: list[str]) -> str:
        event, chance = self.name(), self.chance
        definition = chance.choice([*CATCHES, ERROR, ESCALATION, timer("Cycle", "R2/PT1H")])
        arrows.append(f"{event} > {self._target(names, chance.randrange(len(names)))}")
        return boundary(event, name, definition, interrupting="error" in definition or chance.random() < 0.5)

    def _event_sub_process(self, depth: int) -> str:
        ends, self.ends = self.ends, ""
        inner = self.scope(depth - 1)
        self.ends = ends
        definition = self.chance.choice([*CATCHES, ERROR, ESCALATION])
        interrupting = str("error" in definition or self.chance.random() < 0.5).lower()
        inner = inner.replace("<startEvent ", f'<startEvent isInterrupting="{interrupting}" ', 1)
        inner = inner.replace("/>", f">{definition}</startEvent>", 1)
        return f'<subProcess id="{self.name()}" triggeredByEvent="true">{inner}</subProcess>'


def drive(player: Player, chance: random.Random) -> None:
    """Random inputs: every outcome is a snapshot or a named refusal."""
    for _ in range(25):
        calls = [one.task_id for one in player.effects if one.task_id]
        tasks = [task.id for task in player.snapshot.tasks]
        try:
            if tasks and chance.random() < 0.6:
                player.complete(chance.choice(tasks), n=chance.randrange(4))
            elif calls and chance.random() < 0.7:
                call = chance.choice(calls)
                player.fail(call, "E1") if chance.random() < 0.3 else player.complete(call)
            elif chance.random() < 0.5:
                player.wait(minutes=chance.randrange(1, 200))
            else:
                player.send("answer") if chance.random() < 0.5 else player.signal("holiday")
        except bpmn.BpmnRefusal as refusal:
            if "could not be read again" in str(refusal):
                raise
            continue
        for task in player.snapshot.tasks:
            assert player.status == "running"
            assert task.element_id in player.definition.elements
        if len(player.snapshot.state) > 5_000:
            return


@pytest.mark.parametrize("block", [3, 4, 6, 7])
def test_random_drawings_are_refused_in_words_or_run_without_a_surprise(block: int) -> None:
    ran = 0
    for seed in range(block * 25, block * 25 + 25):
        drawing = Drawing(seed)
        data = document(drawing.scope(2), ROOT)
        problems = [one for one in bpmn.check({"f": data}) if one.severity == "error"]
        if problems:
            assert all(one.message and one.message_km for one in problems)
            continue
        definition = bpmn.parse({"f": data}, "p")
        try:
            player = Player(definition, {"n": seed % 4})
        except bpmn.StepFailed:
            continue
        ran += 1
        drive(player, random.Random(seed))
    assert ran, "a test of drawings that are all refused proves nothing"
