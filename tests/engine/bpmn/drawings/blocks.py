"""Random block-structured processes, drawn as BPMN and played by a small interpreter that knows no BPMN at all.

The interpreter walks the blocks as a tree, so it cannot share a mistake with an engine that moves tokens.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tests.engine.bpmn.drawings.drawing import document, flows, user


@dataclass
class Block:
    """A piece of a process. ``kind``: task, sequence, exclusive, parallel, inclusive, loop or scope."""

    kind: str
    name: str
    parts: list[Block] = field(default_factory=list)
    active: list[Block] = field(default_factory=list)
    place: int = 0
    done: bool = False

    def enter(self, values: Mapping[str, int]) -> None:
        """Begin, with the choices that the variables make now."""
        self.done, self.place, self.active = False, 0, []
        if self.kind == "task":
            return
        if self.kind in ("parallel", "inclusive", "exclusive"):
            self.active = [part for number, part in enumerate(self.parts) if self._chosen(number, values)]
        else:
            self.active = [self.parts[0]]
        for part in self.active:
            part.enter(values)
        self._settle(values)

    def _chosen(self, number: int, values: Mapping[str, int]) -> bool:
        if self.kind == "parallel":
            return True
        if self.kind == "exclusive":
            return number == min(values[self.name], len(self.parts) - 1)
        return number == len(self.parts) - 1 or bool(values[self.name] >> number & 1)

    def _settle(self, values: Mapping[str, int]) -> None:
        while all(part.done for part in self.active):
            if self.kind == "sequence" and self.place + 1 < len(self.parts):
                self.place += 1
                self.active = [self.parts[self.place]]
            elif not (self.kind == "loop" and values[self.name]):
                self.done = True
                return
            self.active[0].enter(values)

    def ready(self) -> list[str]:
        """Names of the tasks that can be done now."""
        if self.done:
            return []
        return [self.name] if self.kind == "task" else [name for part in self.active for name in part.ready()]

    def complete(self, name: str, values: Mapping[str, int]) -> bool:
        """Do one task; True when it was in here."""
        if self.done or name not in self.ready():
            return False
        if self.kind == "task":
            self.done = True
            return True
        for part in self.active:
            if part.complete(name, values):
                break
        self._settle(values)
        return True

    def variables(self) -> list[str]:
        """Names of the variables that decide something."""
        own = [self.name] if self.kind in ("exclusive", "inclusive", "loop") else []
        return own + [name for part in self.parts for name in part.variables()]


KINDS = ("task", "sequence", "sequence", "exclusive", "parallel", "inclusive", "loop", "scope")


def random_block(chance: random.Random, depth: int, kinds: tuple[str, ...] = KINDS) -> Block:
    """A block of at most this depth."""
    counter = iter(range(10_000))

    def build(left: int) -> Block:
        kind = chance.choice(kinds) if left else "task"
        block = Block(kind, f"{kind}_{next(counter)}")
        number = {"task": 0, "loop": 1, "scope": 1}.get(kind, chance.choice((2, 2, 3)))
        block.parts = [build(left - 1) for _ in range(number)]
        return block

    return Block("sequence", "root", [build(depth), Block("task", "last")])


def drawn(block: Block) -> bytes:
    """The block as a BPMN file."""
    body, first, last = _draw(block)
    return document(
        f'<startEvent id="s"/>{body}<endEvent id="e"/>' + flows(f"s > {first}", f"{last} > e").replace("flow_", "o_")
    )


def _draw(block: Block) -> tuple[str, str, str]:
    """(elements, the first id, the last id)"""
    name = block.name
    if block.kind == "task":
        return user(name), name, name
    pieces = [_draw(part) for part in block.parts]
    body = "".join(piece[0] for piece in pieces)
    if block.kind == "sequence":
        joins = [f"{one[2]} > {other[1]}" for one, other in pairwise(pieces)]
        return body + flows(*joins).replace("flow_", f"{name}_f"), pieces[0][1], pieces[-1][2]
    if block.kind == "scope":
        inner = f'<startEvent id="{name}_s"/>{body}<endEvent id="{name}_e"/>'
        inner += flows(f"{name}_s > {pieces[0][1]}", f"{pieces[0][2]} > {name}_e").replace("flow_", f"{name}_f")
        return f'<subProcess id="{name}">{inner}</subProcess>', name, name
    if block.kind == "loop":
        gates = f'<exclusiveGateway id="{name}_in"/><exclusiveGateway id="{name}_out" default="{name}_d"/>'
        arrows = flows(
            f"{name}_in > {pieces[0][1]}", f"{pieces[0][2]} > {name}_out", f"{name}_out > {name}_in: {name} > 0"
        )
        through = f'<intermediateThrowEvent id="{name}_on"/>'
        through += f'<sequenceFlow id="{name}_d" sourceRef="{name}_out" targetRef="{name}_on"/>'
        return body + gates + through + arrows.replace("flow_", f"{name}_f"), f"{name}_in", f"{name}_on"
    return _draw_gateways(block, body, pieces)


def _draw_gateways(block: Block, body: str, pieces: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    name, kind = block.name, block.kind
    default = f' default="{name}_d"' if kind == "exclusive" else ""
    gates = f'<{kind}Gateway id="{name}_in"{default}/><{kind}Gateway id="{name}_out"/>'
    drawing = ""
    for number, (_, first, last) in enumerate(pieces):
        final = number == len(pieces) - 1
        condition = {"exclusive": f"{name} == {number}", "inclusive": f"{name} // {2**number} % 2 == 1"}.get(kind, "")
        if final:
            condition = "True" if kind == "inclusive" else ""
        arrow = flows(f"{name}_in > {first}" + (f": {condition}" if condition else "")).replace(
            "flow_", f"{name}_a{number}"
        )
        if final and kind == "exclusive":
            arrow = arrow.replace(f'id="{name}_a{number}0_0_{name}_in"', f'id="{name}_d"')
        drawing += arrow + flows(f"{last} > {name}_out").replace("flow_", f"{name}_b{number}")
    return body + gates + drawing, f"{name}_in", f"{name}_out"
