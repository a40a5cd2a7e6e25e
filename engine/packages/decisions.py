"""Decisions of a package (``decisions/*.dmn``) as their author wrote them, for the page of a version and for checks.

What runs is read by the BPMN core from the same files; here nothing is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn import XmlRefused, local_name, read_xml


@dataclass(frozen=True, slots=True)
class Column:
    """An input (``name`` is its expression) or an output (``name`` is its variable), with the type written there or '',
    and for an output what it is when no rule applies."""

    name: str
    label: str
    type: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class TableRule:
    """A row: the cells of its inputs, then of its outputs, as written."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class DrawnDecision:
    """A decision: its table, or the one expression that gives its value (``formula``). ``requires`` names other
    decisions whose values it uses."""

    file: str
    id: str
    name: str
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[TableRule, ...]
    formula: str
    requires: tuple[str, ...]


def drawn_decisions(file: str, data: bytes) -> Iterator[DrawnDecision]:
    """Every decision of a DMN file; nothing for a file that is no XML, which the core refuses by itself."""
    try:
        root = read_xml(data)
    except XmlRefused:
        return
    for element in _children(root, "decision"):
        yield _decision(file, element)


def _decision(file: str, element: etree._Element) -> DrawnDecision:
    table = next(_children(element, "decisionTable"), None)
    own, name = element.get("id") or "", element.get("name") or ""
    if table is None:
        written = next(_children(element, "literalExpression"), None)
        outputs = (Column(_variable(element) or own, name, ""),)
        return DrawnDecision(file, own, name, "", (), outputs, (), _text(written), _required(element))
    policy = " ".join(filter(None, (table.get("hitPolicy") or "UNIQUE", table.get("aggregation"))))
    return DrawnDecision(
        file=file,
        id=own,
        name=name,
        policy=policy,
        inputs=tuple(_input(column) for column in _children(table, "input")),
        outputs=tuple(_output(column, _variable(element) or own) for column in _children(table, "output")),
        rules=tuple(_rule(number, row) for number, row in enumerate(_children(table, "rule"), 1)),
        formula="",
        requires=_required(element),
    )


def _input(column: etree._Element) -> Column:
    expression = next(_children(column, "inputExpression"), None)
    kind = expression.get("typeRef") if expression is not None else None
    return Column(_text(expression), column.get("label") or "", kind or "")


def _output(column: etree._Element, otherwise: str) -> Column:
    default = _text(next(_children(column, "defaultOutputEntry"), None))
    return Column(column.get("name") or otherwise, column.get("label") or "", column.get("typeRef") or "", default)


def _rule(number: int, row: etree._Element) -> TableRule:
    cells = [tuple(_text(entry) for entry in _children(row, name)) for name in ("inputEntry", "outputEntry")]
    line: Any = row.sourceline
    return TableRule(row.get("id") or f"rule {number}", cells[0], cells[1], int(line) if line is not None else None)


def _required(element: etree._Element) -> tuple[str, ...]:
    needs = (
        need for part in _children(element, "informationRequirement") for need in _children(part, "requiredDecision")
    )
    return tuple((need.get("href") or "").rpartition("#")[2] for need in needs)


def _variable(element: etree._Element) -> str:
    variable = next(_children(element, "variable"), None)
    return (variable.get("name") or "") if variable is not None else ""


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and local_name(child) == name)


def _text(element: etree._Element | None) -> str:
    written = next(_children(element, "text"), None) if element is not None else None
    return "".join(str(part) for part in written.itertext()).strip() if written is not None else ""
