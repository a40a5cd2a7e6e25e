"""Drawings in which something was exchanged: refused in words, or run with any input without anything unforeseen."""

from __future__ import annotations

import copy
import random

import pytest
from lxml import etree

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import Player, document
from tests.engine.bpmn.reading.test_hostile_files import GOOD
from tests.engine.bpmn.running.test_random_drawings import ROOT, Drawing, drive

ODD = (
    "", "true", "false", "-1", "0", "1000000", "x", "n > 1", "n / 0", "P1D", "R/PT1H", "PT0S", "'2026-01-01'",
    "[n, n] * 9", "bpmn_error('E1')", "x = n", "None", "១", "a b", "b:c",
)  # fmt: skip


@pytest.fixture(scope="module")
def drawings() -> list[bytes]:
    """Random drawings that are accepted as they are."""
    drawn = [document(Drawing(seed).scope(1), ROOT) for seed in range(50)]
    good = [one for one in drawn if not any(found.severity == "error" for found in bpmn.check({"f.bpmn": one}))]
    assert len(good) > 5
    return [GOOD, *good]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The drawing with one reference, value, text, name or place of an element exchanged."""
    root = etree.fromstring(data)
    elements = [element for element in root.iter(etree.Element) if element.getparent() is not None and element.attrib]
    one, other = chance.sample(elements, 2)
    values = [str(value) for value in other.attrib.values()]
    parent = one.getparent()
    assert parent is not None
    attribute = chance.choice(list(one.attrib))
    kind = chance.randrange(7)
    if kind == 0:
        parent.remove(one)
    elif kind == 1:
        parent.append(_renamed(copy.deepcopy(one)))
    elif kind == 2:
        del one.attrib[attribute]
    elif kind == 3:
        one.set(attribute, chance.choice(values))
    elif kind == 4:
        one.set(attribute, chance.choice(ODD))
    elif kind == 5:
        one.tag = other.tag
    else:
        chance.choice([element for element in root.iter(etree.Element) if not len(element)]).text = chance.choice(ODD)
    return etree.tostring(root)


def _renamed(element: etree._Element) -> etree._Element:
    for one in element.iter(etree.Element):
        if "id" in one.attrib:
            one.set("id", f"{one.get('id')}_again")
    return element


@pytest.mark.parametrize("block", range(2))
def test_what_is_accepted_runs_with_any_input_or_stops_with_a_named_reason(
    block: int, drawings: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Circles without anything to wait for are stopped sooner, which keeps the test quick.
    monkeypatch.setattr("engine.bpmn.running.run.MOST_MOVES", 1_000)
    refused = ran = 0
    for seed in range(block * 100, block * 100 + 100):
        chance = random.Random(seed)
        files = {"f.bpmn": mutated(chance.choice(drawings), chance)}
        problems = bpmn.check(files)
        assert all(one.message and one.message_km for one in problems)
        if any(one.severity == "error" for one in problems):
            refused += 1
            continue
        try:
            definition = bpmn.parse(files, "p")
        except bpmn.DefinitionRejected as rejected:
            assert {one.rule for one in rejected.problems} == {"process-unknown"}  # noqa: PT017 - it was renamed
            continue
        try:
            drive(Player(definition, {"n": chance.choice([0, 1, 2, "x", None])}), chance)
        except bpmn.BpmnRefusal:
            continue
        ran += 1
    assert refused > 15
    assert ran > 15
