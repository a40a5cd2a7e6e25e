"""Reading a process of 300 elements once: parse, check, and the BPMN schema, beside what stock SpiffWorkflow reads."""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.bpmn.parser import BpmnValidator
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from bench.drawings import district
from bench.rows import Row
from bench.timing import quickest, seconds
from engine import bpmn

BLOCKS = 50
DRAWING = district(BLOCKS)


def ours() -> bpmn.ProcessDefinition:
    """Schema, every rule, and the specification to run."""
    return bpmn.parse({"large.bpmn": DRAWING})


def stock() -> object:
    """The schema and the specification; SpiffWorkflow has no rules to check."""
    parser = SpiffBpmnParser(validator=BpmnValidator())
    parser.add_bpmn_str(DRAWING)
    return parser.get_spec("large")


def rows() -> Iterator[Row]:
    """Seconds of ours, and how many times what stock takes."""
    first = seconds(ours)
    theirs, mine = quickest(9, stock, ours)
    what = f"process of {len(ours().elements)} elements: parse + check + XSD once"
    note = f"the first in this process; later ones {mine:.3f} s"
    yield Row(what, first, " s", must=1, aim=0.3, sense="at most", note=note)
    yield Row("the same, later ones ÷ stock parse + XSD", mine / theirs, sense="at most", note=f"stock {theirs:.3f} s")
