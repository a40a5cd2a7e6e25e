"""Reading a process of 300 elements once: parse, check, and the BPMN schema, beside what stock SpiffWorkflow reads."""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.bpmn.parser import BpmnValidator
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from bench.drawings import district
from bench.rows import Row
from bench.timing import in_turns, seconds
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
    stock_times, our_times = in_turns(7, stock, ours)
    typical = sorted(our_times)[len(our_times) // 2]
    elements = len(ours().elements)
    note = f"first {first:.3f} s, slowest {max(our_times):.3f} s"
    what = f"process of {elements} elements: parse + check + XSD once"
    yield Row(what, typical, " s", must=1, aim=0.3, sense="at most", note=note)
    theirs = sorted(stock_times)[len(stock_times) // 2]
    yield Row("the same ÷ stock parse + XSD", typical / theirs, sense="at most", note=f"stock {theirs:.3f} s")
