"""Diagrams and decision tables as plain values, by what an analyst sees: elements, flows, settings, rows and cells.

Nothing of a file is left out but what only a program reads (identifiers inside of an element, and the references that
say a sequence flow a second time). So whatever is drawn or written otherwise shows when the values are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from engine.bpmn import local_name, read_xml

DRAWING: Final = "drawing"
PROPERTIES: Final = "properties"
KIND: Final = "kind"
LANE: Final = "lane"
INSIDE: Final = "inside"
ROWS: Final = "rows"
_HOLDS_UNITS: Final = frozenset(
    ("definitions", "process", "subProcess", "transaction", "adHocSubProcess", "collaboration", "laneSet")
)
_SUB_PROCESSES: Final = frozenset(("subProcess", "transaction", "adHocSubProcess"))
_SAID_TWICE: Final = frozenset(("incoming", "outgoing", "flowNodeRef"))
_NAMED: Final = frozenset(("serviceTaskOperator", "parameter", "connector"))
"""Pieces of an element whose identifier is what they are."""
_WORDS: Final = {"conditionExpression": "condition", "sourceRef": "from", "targetRef": "to", "attachedToRef": "at"}


def diagram(data: bytes) -> dict[str, Any]:
    """Every element, flow, lane and message of a BPMN file by its id, and where each is drawn."""
    root = read_xml(data)
    lanes = {ref.text.strip(): lane.get("name") or "" for lane, ref in _lane_refs(root) if ref.text}
    found: dict[str, Any] = {}
    for unit in _units(root):
        own = unit.get("id") or local_name(unit)
        found[own] = {KIND: local_name(unit), **_piece(unit, is_unit=True), **_scope(unit)}
        if own in lanes:
            found[own][LANE] = lanes[own]
    found[DRAWING] = dict(_places(root))
    return found


def _lane_refs(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    for lane in root.iter(etree.Element):
        if local_name(lane) == "lane":
            yield from ((lane, ref) for ref in lane if local_name(ref) == "flowNodeRef")


def _scope(unit: etree._Element) -> dict[str, str]:
    """The sub-process in which an element lies."""
    parent = unit.getparent()
    inside = parent is not None and local_name(parent) in _SUB_PROCESSES
    return {INSIDE: parent.get("id") or ""} if parent is not None and inside else {}


def _units(element: etree._Element) -> Iterator[etree._Element]:
    yield element
    if local_name(element) in _HOLDS_UNITS:
        for child in element:
            if _is_unit(child):
                yield from _units(child)


def _is_unit(element: etree._Element) -> bool:
    parent = element.getparent()
    inside = parent is not None and local_name(parent) in _HOLDS_UNITS
    return inside and element.get("id") is not None and local_name(element) != "BPMNDiagram"


def _piece(element: etree._Element, *, is_unit: bool) -> dict[str, Any]:
    """The attributes and the text of an element, and what is written inside of it."""
    keeps_id = local_name(element) in _NAMED
    found: dict[str, Any] = {
        _WORDS.get(_plain(name), _plain(name)): value
        for name, value in sorted(element.attrib.items())
        if _plain(name) != "id" or keeps_id
    }
    text = (element.text or "").strip()
    found |= {"text": text} if text else {}
    for child in element:
        name = local_name(child)
        if name in _SAID_TWICE or name == "BPMNDiagram" or (is_unit and _is_unit(child)):
            continue
        if name == "extensionElements":
            _add_all(found, _piece(child, is_unit=False))
        elif name == PROPERTIES:
            found[PROPERTIES] = {one.get("name") or "": one.get("value") or "" for one in child}
        else:
            _add(found, _segment(child), _shortened(_piece(child, is_unit=False)))
    return found


def _segment(element: etree._Element) -> str:
    name = local_name(element)
    said = element.get("id") or element.get("name") if name == "parameter" else None
    return said or _WORDS.get(name, name)


def _shortened(piece: dict[str, Any]) -> Any:
    """A piece in which there is only a text, or a value beside its type, is that text."""
    rest = {name: value for name, value in piece.items() if name not in ("type", "id")}
    if piece.get("type", "").endswith("tFormalExpression"):
        piece = rest
    return next(iter(piece.values())) if set(piece) == {"text"} else piece


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    """Several pieces of one name are numbered from the second."""
    number, own = 1, name
    while own in found:
        number += 1
        own = f"{name} {number}"
    found[own] = value


def _add_all(found: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if name == PROPERTIES:
            found[PROPERTIES] = value
        else:
            _add(found, name, value)


def _places(root: etree._Element) -> Iterator[tuple[str, Any]]:
    """Where each element is drawn: its bounds or the points of its line."""
    for shape in root.iter(etree.Element):
        drawn = shape.get("bpmnElement")
        if drawn is not None and local_name(shape) != "BPMNPlane":
            points = [
                " ".join(map(str, piece.attrib.values())) for piece in shape.iter(etree.Element) if piece is not shape
            ]
            settings = {_plain(name): value for name, value in shape.attrib.items() if _plain(name) != "id"}
            yield drawn, {**settings, "points": "; ".join(points)}


def decisions(data: bytes) -> dict[str, Any]:
    """Every decision of a DMN file by its id: policy, columns, and rows with a cell for each column."""
    root = read_xml(data)
    found: dict[str, Any] = {}
    for element in root:
        own = element.get("id") or local_name(element)
        table = next((child for child in element if local_name(child) == "decisionTable"), None)
        piece = _piece_of_decision(element)
        _add(found, own, piece if table is None else {**piece, **_table(table)})
    head = {_plain(name): value for name, value in root.attrib.items() if _plain(name) != "id"}
    return {"definitions": head, **found}


def _piece_of_decision(element: etree._Element) -> dict[str, Any]:
    """Everything below an element but a table, whose rows are known otherwise."""
    found: dict[str, Any] = {_plain(name): value for name, value in element.attrib.items() if _plain(name) != "id"}
    text = (element.text or "").strip()
    found |= {"text": text} if text else {}
    for child in element:
        if local_name(child) != "decisionTable":
            _add(found, local_name(child), _shortened(_piece_of_decision(child)))
    return found


def _table(table: etree._Element) -> dict[str, Any]:
    by_name: dict[str, list[etree._Element]] = {}
    for child in table:
        by_name.setdefault(local_name(child), []).append(child)
    columns = [_column(column) for column in by_name.get("input", [])]
    results = [column.get("name") or column.get("label") or "" for column in by_name.get("output", [])]
    settings = {_plain(name): value for name, value in table.attrib.items() if _plain(name) != "id"}
    found: dict[str, Any] = {"hitPolicy": "UNIQUE", **settings, "columns": {}, ROWS: []}
    for name, column in zip((*columns, *results), (*by_name.get("input", []), *by_name.get("output", [])), strict=True):
        _add(found["columns"], name, _piece_of_decision(column))
    found[ROWS] = [_row(row, columns, results) for row in by_name.get("rule", [])]
    for name in by_name.keys() - {"input", "output", "rule"}:
        found |= {name: [_piece_of_decision(one) for one in by_name[name]]}
    return found


def _column(column: etree._Element) -> str:
    expression = next((child for child in column if local_name(child) == "inputExpression"), None)
    return "".join(map(str, expression.itertext())).strip() if expression is not None else ""


def _row(row: etree._Element, columns: list[str], results: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row.get("id")} if row.get("id") else {}
    names = {"inputEntry": iter(columns), "outputEntry": iter(results)}
    for child in row:
        name = next(names[local_name(child)], local_name(child)) if local_name(child) in names else local_name(child)
        text = "".join(map(str, child.itertext())).strip()
        _add(found, name, text)
    return found


def _plain(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]
