"""Reads DMN files into decision tables and reports what cannot be evaluated."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.bpmn.decisions import AGGREGATIONS, POLICIES, VALUE, Cell, Decision, Rule
from engine.bpmn.expressions import Expression, ExpressionInvalid, compile_expression
from engine.bpmn.findings import Findings
from engine.bpmn.xml import local_name, namespace, text_of

_DMN: Final = re.compile(r"https?://www\.omg\.org/spec/DMN/")
_RANGE: Final = re.compile(r"([\[\](])(.+?)\.\.(.+)([\[\])])")
_MOST_RULES: Final = 2_000


def is_dmn(root: etree._Element) -> bool:
    """True for the root of a DMN file."""
    return bool(_DMN.match(namespace(root) or "")) and local_name(root) == "definitions"


def read_decisions(file: str, root: etree._Element, findings: Findings) -> dict[str, Decision]:
    """The decision tables of a file, by id."""
    read = {}
    for element in root:
        if isinstance(element.tag, str) and local_name(element) == "decision":
            decision = _Table(file, element, findings).read()
            if decision is not None:
                read[decision.id] = decision
    return read


class _Table:
    """Reads one decision."""

    def __init__(self, file: str, decision: etree._Element, findings: Findings) -> None:
        self.file, self.decision, self.findings = file, decision, findings
        self.id = decision.get("id") or ""
        self.broken = False

    def error(self, rule: str, **detail: object) -> None:
        """Report something that forbids evaluating the decision."""
        self.broken = True
        self.findings.add("error", rule, self.file, self.id, self.decision.get("name"), **detail)

    def read(self) -> Decision | None:
        """The table, or None when it is broken."""
        tables = _children(self.decision, "decisionTable")
        if len(tables) != 1:
            self.error("decision-form")
            return None
        table = tables[0]
        policy, aggregation = table.get("hitPolicy") or "UNIQUE", table.get("aggregation")
        if policy not in POLICIES or (aggregation is not None and aggregation not in AGGREGATIONS):
            self.error("decision-policy", policy=f"{policy} {aggregation or ''}".strip())
        inputs = [self._input(entry) for entry in _children(table, "input")]
        outputs = [self._output(entry) for entry in _children(table, "output")]
        rows = _children(table, "rule")
        if not outputs or len(rows) > _MOST_RULES:
            self.error("decision-form")
        rules = [self._rule(row, len(inputs), len(outputs)) for row in rows]
        if any(_children(part, "requiredDecision") for part in _children(self.decision, "informationRequirement")):
            self.error("decision-required")
        if self.broken:
            return None
        kept = tuple(expression for expression in inputs if expression is not None)
        return Decision(self.id, policy, aggregation, kept, tuple(outputs), tuple(rules))

    def _input(self, entry: etree._Element) -> Expression | None:
        expressions = _children(entry, "inputExpression")
        return self._compiled(_text(expressions[0]) if expressions else "")

    def _output(self, entry: etree._Element) -> tuple[str, Expression | None]:
        name = entry.get("name") or self.id
        if not name.isidentifier() or name.startswith("_"):
            self.error("decision-output", name=name)
        default = _children(entry, "defaultOutputEntry")
        return name, self._compiled(_text(default[0])) if default else None

    def _rule(self, row: etree._Element, inputs: int, outputs: int) -> Rule:
        cells = [self._cell(_text(entry)) for entry in _children(row, "inputEntry")]
        results = [_text(entry) for entry in _children(row, "outputEntry")]
        if len(cells) != inputs or len(results) != outputs:
            self.error("decision-cells")
        return Rule(tuple(cells), tuple(self._compiled(result) if result else None for result in results))

    def _cell(self, written: str) -> Cell:
        if written in ("", "-"):
            return Cell(())
        negated = written.startswith("not(") and written.endswith(")")
        inner = written[4:-1] if negated else written
        tests = [self._compiled(test_of(part)) for part in split(inner)]
        return Cell(tuple(test for test in tests if test is not None), negated)

    def _compiled(self, source: str) -> Expression | None:
        try:
            return compile_expression(source)
        except ExpressionInvalid as invalid:
            self.error("expression-invalid", expression=source[:120].replace(VALUE, "?"), reason=invalid.reason)
            return None


def test_of(part: str) -> str:
    """A unary test as a condition about VALUE."""
    part = part.strip()
    found = _RANGE.fullmatch(part)
    if found:
        low = ">=" if found[1] == "[" else ">"
        high = "<=" if found[4] == "]" else "<"
        return f"{VALUE} {low} ({found[2]}) and {VALUE} {high} ({found[3]})"
    if part.startswith(("<", ">")):
        operator = part[:2] if part[1:2] == "=" else part[:1]
        return f"{VALUE} {operator} ({part[len(operator) :]})"
    asked = _replaced(part)
    return asked if asked != part else f"{VALUE} == ({part})"


def split(written: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, depth, quote, begin = [], 0, "", 0
    for place, character in enumerate(written):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(written[begin:place])
            begin = place + 1
    return [*parts, written[begin:]]


def _replaced(part: str) -> str:
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", part)
    return "".join(piece if piece[:1] in ("'", '"') and piece else piece.replace("?", VALUE) for piece in pieces)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and local_name(child) == name]


def _text(element: etree._Element) -> str:
    written = _children(element, "text")
    return text_of(written[0]) if written else ""
