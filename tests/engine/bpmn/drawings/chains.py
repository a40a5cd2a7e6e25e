"""Fragments one after the other in one scope: what one leaves behind must not reach the next."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

from tests.engine.bpmn.drawings.drawing import E, S, flows
from tests.engine.bpmn.drawings.fragments import FRAGMENTS
from tests.engine.bpmn.drawings.matrix import Fragment, in_line, joined

LINKS: list[Fragment] = [
    one
    for one in FRAGMENTS
    if one.is_flat and one.several and not (one.alone or one.root or one.variables or "linkEvent" in one.body)
]
"""Fragments that can stand in a line with others, whatever stands before them."""


def random_chain(chance: random.Random) -> Fragment:
    """Two to four fragments in a line; compensation would reach back, so only one of them may be undone."""
    while True:
        found = chance.choices(LINKS, k=chance.randrange(2, 5))
        if sum("compensateEvent" in one.body for one in found) < 2:
            return chained(found)


def chained(fragments: Sequence[Fragment]) -> Fragment:
    """The fragments in a line, each with names of its own."""
    links = [_renamed(one, f"f{number}") for number, one in enumerate(fragments)]
    line = ["s", *(f"f{number}" for number in range(len(links))), "e"]
    arrows = [f"{_end(one)} > {_begin(other)}" for one, other in pairwise(line)]
    body = S + E + "".join(one.body for one in links) + flows(*arrows).replace('"flow_', '"chain_')
    paths = joined(["s"], *(one.paths for one in links), ["e"])
    inputs = ["", *(given for one in links for given in one.inputs)]
    steps = tuple(f"{given}: {path}" for given, path in zip(inputs, paths, strict=True))
    return Fragment(", ".join(one.name for one in fragments), body, steps)


def _begin(name: str) -> str:
    return name if name == "e" else f"{name}_s"


def _end(name: str) -> str:
    return name if name == "s" else f"{name}_e"


def _renamed(one: Fragment, mark: str) -> Fragment:
    body = in_line(one)
    ids = sorted(re.findall(r'\bid="(\w+)"', body), key=len, reverse=True)
    name = re.compile(rf"\b({'|'.join(ids)})\b")

    def other(text: str) -> str:
        return name.sub(rf"{mark}_\1", text)

    inputs = ["", *(other(given) if given.split()[0] in ("do", "answer", "fail") else given for given in one.inputs)]
    steps = tuple(f"{given}: {other(path)}" for given, path in zip(inputs, one.paths, strict=True))
    return Fragment(one.name, other(body), steps)
