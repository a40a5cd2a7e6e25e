"""Lanes: who does what lies in them. What none lists lies in the lane in which it is drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Final

from lxml import etree

from engine.bpmn.graph import Node
from engine.bpmn.problems.labels import name_of
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix

_DRAWN_IN_LANES: Final = frozenset(
    {
        "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput",
        "textAnnotation", "association", "group",
    }
)  # fmt: skip
_DONE_BY_PEOPLE: Final = frozenset({"userTask", "manualTask", "task"})
_SUB_PROCESSES: Final = ("subProcess", "transaction", "adHocSubProcess")


def assign_lanes(document: Document, process: etree._Element, nodes: Mapping[str, Node]) -> None:
    """Tells every node of a process, those of its sub-processes too, in which lane it lies.

    What people do lies where a lane lists it, else where it is drawn, else where the sub-process around it lies.
    """
    for lane in process.iter(bpmn("lane")):
        _assign_lane(document, lane, nodes)
    done_by_people = {node.id: node for node in nodes.values() if node.type in _DONE_BY_PEOPLE}
    for own, lane in _as_drawn(document, process, done_by_people):
        drawn, node = _called(document, lane), nodes[own]
        listed = document.laned.get(own)
        if listed is None:
            node.lane = drawn
        elif node.lane != drawn:
            document.warn("lane-drawn-elsewhere", listed, id=own, drawn=drawn, listed=node.lane or "")


def lend_lanes(processes: Mapping[str, Collection[Node]]) -> None:
    """Tells what is called and has no lanes of its own, as a global task cannot have any, in which lane it lies: in
    that of its calls, where these lie in one."""
    calls = [node for nodes in processes.values() for node in nodes if node.work is not None and node.work.called]
    for _ in processes:
        lent = False
        for name, nodes in processes.items():
            lanes = {call.lane for call in calls if call.work is not None and call.work.called == name}
            lane = lanes.pop() if len(lanes) == 1 else None
            if lane is not None and all(node.lane is None for node in nodes):
                lent = True
                for node in nodes:
                    node.lane = lane
        if not lent:
            return


def _assign_lane(document: Document, lane: etree._Element, nodes: Mapping[str, Node]) -> None:
    """Only the innermost lane says who does something; those around it must still hold what exists (10.8)."""
    name = _called(document, lane)
    around = next(lane.iterancestors(*map(bpmn, _SUB_PROCESSES)), None)
    holder = nodes.get(document.id_of(around)) if around is not None else None
    for reference in lane.iterfind(bpmn("flowNodeRef")):
        node = nodes.get(without_prefix(text_of(reference)))
        if node is None or not _lies_in(node, holder):
            _no_flow_node(document, lane, text_of(reference))
        elif lane.find(bpmn("childLaneSet")) is not None:
            continue
        elif _overlap(document.laned.get(node.id), lane, name):
            other = document.laned[node.id]
            document.error("lane-twice", reference, one=name_of(other) or other.get("id"), other=name)
        else:
            document.laned[node.id] = lane
            _set_lane(node, name)


def _overlap(other: etree._Element | None, lane: etree._Element, name: str) -> bool:
    """Whether a node stands in two lanes of one set, or in lanes that name different people."""
    return other is not None and (other.getparent() is lane.getparent() or (name_of(other) or other.get("id")) != name)


def _lies_in(node: Node, holder: Node | None) -> bool:
    """Whether a node lies in a sub-process, at whatever depth; without one, in the process itself."""
    scope = node.scope.node
    while holder is not None and scope is not None and scope is not holder:
        scope = scope.scope.node
    return holder is None or scope is holder


def _set_lane(node: Node, name: str) -> None:
    node.lane = name
    for inner in node.inner.nodes.values() if node.inner else ():
        if inner.lane is None:
            _set_lane(inner, name)


def _called(document: Document, lane: etree._Element) -> str:
    return name_of(lane) or document.id_of(lane)


def _no_flow_node(document: Document, lane: etree._Element, reference: str) -> None:
    """Some tools list all that is drawn in a lane; what cannot run needs nobody to do it."""
    target = document.find(reference, lane)
    if target is None or local_name(target) not in _DRAWN_IN_LANES:
        document.error("lane-reference", lane, id=reference)
    elif (told := f"lane-lists {document.id_of(lane)}") not in document.told:
        document.told.add(told)
        document.warn("lane-lists", lane, id=reference)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a shape is drawn: on which plane, and its bounds there."""

    plane: etree._Element | None
    x: float
    y: float
    width: float
    height: float

    def holds(self, other: _Place) -> bool:
        """Whether the middle of the other one lies in it."""
        across, down = other.x + other.width / 2 - self.x, other.y + other.height / 2 - self.y
        return self.plane is other.plane and 0 <= across <= self.width and 0 <= down <= self.height


def _as_drawn(
    document: Document, process: etree._Element, wanted: Collection[str]
) -> Iterator[tuple[str, etree._Element]]:
    """The lane in which each of these tasks is drawn: the smallest around its middle; none where two are alike.

    Editors keep the list of a lane for what lies in the process itself only: a task that is added to a sub-process
    drawn across lanes, or moved in it, is listed by none, and lies in one for everybody who looks at it.
    """
    lanes = {
        document.id_of(lane): lane for lane in process.iter(bpmn("lane")) if lane.find(bpmn("childLaneSet")) is None
    }
    if not lanes or not wanted:
        return
    drawn = {shown: place for shown, place in _places(document.root) if shown in lanes or shown in wanted}
    for task in sorted(drawn.keys() - lanes.keys()):
        around = [
            (drawn[own].width * drawn[own].height, own)
            for own in lanes.keys() & drawn.keys()
            if drawn[own].holds(drawn[task])
        ]
        smallest = [own for area, own in around if area == min(around)[0]]
        if len(smallest) == 1:
            yield task, lanes[smallest[0]]


def _places(root: etree._Element) -> Iterator[tuple[str, _Place]]:
    for shape in root.iter("{*}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        if bounds is None:
            continue
        with suppress(ValueError):
            numbers = [float(bounds.get(name, "")) for name in ("x", "y", "width", "height")]
            if all(map(isfinite, numbers)):
                yield without_prefix(shape.get("bpmnElement", "")), _Place(shape.getparent(), *numbers)
