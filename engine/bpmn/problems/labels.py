"""What the analyst sees of an element: its name as drawn, or what it stands between when it has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from engine.bpmn.reading.xml import bpmn, local_name, without_prefix

_FLOWS = frozenset({"sequenceFlow", "messageFlow", "association"})
_CONTAINERS = frozenset({"definitions", "collaboration", "process", "subProcess", "transaction", "adHocSubProcess"})
_MOST_NEIGHBOURS = 2


def name_of(element: etree._Element) -> str | None:
    """The element's name on one line: drawing tools break long names over several."""
    return " ".join((element.get("name") or "").split()) or None


class Labels:
    """The labels of one file; looked up only when there is something to say about an element."""

    def __init__(self, root: etree._Element, by_id: Mapping[str, etree._Element]) -> None:
        self._root = root
        self._by_id = by_id
        self._drawn_in: dict[str, str | None] | None = None
        self._around: dict[str, tuple[list[str], list[str]]] | None = None

    def of(self, element_id: str) -> str | None:
        """``Check the file → exclusiveGateway`` for a gateway without a name, both ends for a flow, a pool's name.

        What is not drawn by itself, such as a data association, is called by what it belongs to.
        """
        element = self._by_id.get(element_id)
        if element is None:
            return None
        if local_name(element) in _FLOWS:
            return self._arrow(element)
        name = name_of(element)
        if name is not None:
            return name
        if local_name(element) == "process":
            return self._pools().get(element_id)
        return self._between(element_id, local_name(element)) or _owner(element)

    def _arrow(self, flow: etree._Element) -> str | None:
        ends = [self._by_id.get(_reference(flow, end)) for end in ("sourceRef", "targetRef")]
        if ends == [None, None]:
            return name_of(flow)
        source, target = ("?" if end is None else name_of(end) or local_name(end) for end in ends)
        name = name_of(flow)
        return f"{source} → {target}" if name is None else f"{source} → {name} → {target}"

    def _between(self, element_id: str, kind: str) -> str | None:
        before, after = self._neighbours().get(element_id, ([], []))
        if not before and not after:
            return None
        parts = (", ".join(before[:_MOST_NEIGHBOURS]), kind, ", ".join(after[:_MOST_NEIGHBOURS]))
        return " → ".join(part for part in parts if part)

    def _pools(self) -> Mapping[str, str | None]:
        """By process: the name of the first pool that it is drawn in."""
        if self._drawn_in is None:
            pools = [(_reference(pool, "processRef"), name_of(pool)) for pool in self._root.iter(bpmn("participant"))]
            self._drawn_in = dict(reversed(pools))
        return self._drawn_in

    def _neighbours(self) -> Mapping[str, tuple[list[str], list[str]]]:
        """By element: the names of what comes before and after it."""
        if self._around is None:
            self._around = defaultdict(lambda: ([], []))
            for flow in self._root.iter(bpmn("sequenceFlow")):
                source, target = _reference(flow, "sourceRef"), _reference(flow, "targetRef")
                for own, other, side in ((target, source, 0), (source, target, 1)):
                    neighbour = self._by_id.get(other)
                    name = name_of(neighbour) if neighbour is not None else None
                    if name is not None:
                        self._around[own][side].append(name)
        return self._around


def _owner(element: etree._Element) -> str | None:
    """The name of what the element is a part of; of whole containers nothing is a part in this sense."""
    parent = element.getparent()
    if parent is None or local_name(parent) in _CONTAINERS or local_name(element) in _CONTAINERS:
        return None
    return name_of(parent) or _owner(parent)


def _reference(element: etree._Element, attribute: str) -> str:
    return without_prefix(element.get(attribute) or "")
