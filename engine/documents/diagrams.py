"""A BPMN diagram as SVG, from the places that its file gives: the same file always gives the same picture.

Nothing is laid out anew: an element without a shape in the file is not in the picture. Text is written as text, in the
fonts of whoever looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final

from lxml import etree

from engine.bpmn import local_name, read_xml
from engine.documents.diagram_symbols import COLLAPSED, EVENTS, FILLED, GATEWAYS, HEAT, STYLE, TASKS
from engine.documents.label_lines import lines_of

_MARGIN: Final = 20.0
_SIZE: Final = 12.0
_LEADING: Final = 15.0
_BAND: Final = 30.0
"""How wide the strip with the name of a pool or lane is."""
_CONTAINERS: Final = ("subProcess", "transaction", "adHocSubProcess")
_EMPTY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def picture(drawing: bytes, *, title: str, names: Mapping[str, str] = _EMPTY, marks: Mapping[str, str] = _EMPTY) -> str:
    """The diagram of a BPMN file. ``names`` are words to write in the place of those drawn, ``marks`` is one of
    ``tried``, ``untried`` and ``excused``, of ``passed`` and ``now``, or of ``heat1`` to ``heat3``, all by the id of an
    element or flow. Raises XmlRefused."""
    return _Picture(read_xml(drawing), names, marks).svg(title)


class _Picture:
    def __init__(self, root: etree._Element, names: Mapping[str, str], marks: Mapping[str, str]) -> None:
        self.names, self.marks = names, marks
        self.model = {each.get("id"): each for each in root.iter(etree.Element) if each.get("id")}
        self.shapes = [each for each in root.iter(etree.Element) if local_name(each) == "BPMNShape"]
        self.edges = [each for each in root.iter(etree.Element) if local_name(each) == "BPMNEdge"]

    def svg(self, title: str) -> str:
        x, y, width, height = self.bounds()
        style = STYLE + (HEAT if any(mark.startswith("heat") for mark in self.marks.values()) else "")
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}" role="img">',
            f"<title>{escape(title)}</title><style>{style}</style>",
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path d="M0 0l10 5l-10 5z" fill="context-stroke"/></marker></defs>',
        ]
        drawn = sorted(self.shapes, key=lambda shape: _layer(self.element(shape)))
        behind = [shape for shape in drawn if _layer(self.element(shape)) < _NODES]
        parts += [part for shape in behind for part in self.shape(shape)]
        parts += [part for edge in self.edges for part in self.edge(edge)]
        parts += [part for shape in drawn if shape not in behind for part in self.shape(shape)]
        return "\n".join([*parts, "</svg>", ""])

    def bounds(self) -> tuple[float, float, float, float]:
        boxes = [box for each in (*self.shapes, *self.edges) for box in _boxes(each)]
        points = [point for edge in self.edges for point in _points(edge)]
        left = min([box.x for box in boxes] + [x for x, _ in points], default=0) - _MARGIN
        top = min([box.y for box in boxes] + [y for _, y in points], default=0) - _MARGIN
        right = max([box.x + box.width for box in boxes] + [x for x, _ in points], default=0) + _MARGIN
        bottom = max([box.y + box.height for box in boxes] + [y for _, y in points], default=0) + _MARGIN
        return left, top, right - left, bottom - top

    def element(self, figure: etree._Element) -> etree._Element | None:
        return self.model.get(figure.get("bpmnElement") or "")

    def name(self, element: etree._Element) -> str:
        return self.names.get(element.get("id") or "", element.get("name") or "")

    def shape(self, figure: etree._Element) -> Iterator[str]:
        element, box = self.element(figure), next(iter(_boxes(figure)), None)
        if element is None or box is None:
            return
        kind = local_name(element)
        yield self.opening(element)
        if kind in ("participant", "lane"):
            yield from self.band(element, box, kind)
        elif kind.endswith("Event"):
            yield from _event(element, box)
            yield from self.label(figure, element, box)
        elif kind.endswith("Gateway"):
            yield from _gateway(kind, box)
            yield from self.label(figure, element, box)
        elif kind in _CONTAINERS and figure.get("isExpanded") == "true":
            yield _rectangle(box, "frame dashed" if element.get("triggeredByEvent") == "true" else "frame", 10)
            yield _lines(lines_of(self.name(element), box.width - 20, _SIZE, 1), (box.middle[0], box.y + 18))
        else:
            yield from self.activity(element, box, kind)
        yield "</g>"

    def opening(self, element: etree._Element) -> str:
        mark = self.marks.get(element.get("id") or "")
        return f'<g class="{mark}">' if mark else "<g>"

    def band(self, element: etree._Element, box: _Box, kind: str) -> Iterator[str]:
        yield _rectangle(box, "pool" if kind == "participant" else "lane", 0)
        yield _rectangle(_Box(box.x, box.y, _BAND, box.height), "head", 0)
        x, y = box.x + _BAND / 2, box.middle[1]
        words = lines_of(self.name(element), box.height - 8, _SIZE, 2)
        yield f'<g transform="rotate(-90 {x:g} {y:g})">{_lines(words, (x, y))}</g>'

    def activity(self, element: etree._Element, box: _Box, kind: str) -> Iterator[str]:
        yield _rectangle(box, "node call" if kind == "callActivity" else "node", 10)
        sign = TASKS.get(kind)
        if sign:
            yield _sign(sign, (box.x + 15, box.y + 15))
        if kind == "callActivity" or kind in _CONTAINERS:
            yield _sign(COLLAPSED, (box.middle[0], box.y + box.height - 10))
        x, y = box.middle
        words = lines_of(self.name(element), box.width - 16, _SIZE, int((box.height - 20) // _LEADING) or 1)
        yield _lines(words, (x, y + (4 if sign else 0)))

    def label(self, figure: etree._Element, element: etree._Element, box: _Box) -> Iterator[str]:
        words = self.name(element)
        if not words:
            return
        place = next(iter(list(_boxes(figure))[1:]), _Box(box.middle[0] - 55, box.y + box.height + 4, 110, 28))
        yield _lines(lines_of(words, max(place.width, 60), _SIZE, 4), place.middle)

    def edge(self, figure: etree._Element) -> Iterator[str]:
        element, points = self.element(figure), list(_points(figure))
        if element is None or len(points) < 2:
            return
        kind = local_name(element)
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        loose = "" if kind == "sequenceFlow" else " loose"
        tip = "" if kind == "association" else ' marker-end="url(#tip)"'
        yield self.opening(element)
        yield f'<polyline class="flow{loose}" points="{path}"{tip}/>'
        if self.is_default(element):
            (x, y), (to_x, to_y) = points[0], points[1]
            lies = abs(to_x - x) > abs(to_y - y)
            at = (x + (9 if to_x > x else -9), y) if lies else (x, y + (9 if to_y > y else -9))
            yield _sign("M-4 5l8 -10", at)
        place = next(iter(_boxes(figure)), None)
        if self.name(element) and place is not None:
            yield _lines(lines_of(self.name(element), max(place.width, 60), _SIZE, 2), place.middle)
        yield "</g>"

    def is_default(self, flow: etree._Element) -> bool:
        source = self.model.get(flow.get("sourceRef") or "")
        return source is not None and source.get("default") == flow.get("id")


_POOLS, _LANES, _FRAMES, _NODES, _BOUNDARIES = range(5)


def _layer(element: etree._Element | None) -> int:
    """What lies behind what."""
    kind = local_name(element) if element is not None else ""
    layers = {"participant": _POOLS, "lane": _LANES, "boundaryEvent": _BOUNDARIES}
    return layers.get(kind, _FRAMES if kind in _CONTAINERS else _NODES)


def _event(element: etree._Element, box: _Box) -> Iterator[str]:
    kind, (x, y), radius = local_name(element), box.middle, box.width / 2
    loose = " dashed" if "false" in (element.get("cancelActivity"), element.get("isInterrupting")) else ""
    ending = " end" if kind == "endEvent" else ""
    yield f'<circle class="node{ending}{loose}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
    if kind not in ("startEvent", "endEvent"):
        yield f'<circle class="node inner{loose}" cx="{x:g}" cy="{y:g}" r="{radius - 4:g}"/>'
    found = next((local_name(each) for each in element if local_name(each) in EVENTS), None)
    if found is not None:
        throws = kind in ("endEvent", "intermediateThrowEvent")
        yield _sign(EVENTS[found], (x, y), solid=throws or found in FILLED)


def _gateway(kind: str, box: _Box) -> Iterator[str]:
    x, y = box.middle
    corners = ((x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y))
    yield f'<polygon class="node" points="{" ".join(f"{left:g},{top:g}" for left, top in corners)}"/>'
    if kind in GATEWAYS:
        yield _sign(GATEWAYS[kind], (x, y))


def _rectangle(box: _Box, style: str, corner: float) -> str:
    rounded = f' rx="{corner:g}"' if corner else ""
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    return f'<rect class="{style}" {place}{rounded}/>'


def _sign(path: str, at: tuple[float, float], *, solid: bool = False) -> str:
    style = "sign solid" if solid else "sign"
    return f'<path class="{style}" transform="translate({at[0]:g} {at[1]:g})" d="{path}"/>'


def _lines(words: list[str], middle: tuple[float, float]) -> str:
    x, top = middle[0], middle[1] - (len(words) - 1) * _LEADING / 2 + _SIZE / 3
    rows = (
        f'<tspan x="{x:g}" y="{top + number * _LEADING:g}">{escape(line)}</tspan>' for number, line in enumerate(words)
    )
    return f'<text text-anchor="middle">{"".join(rows)}</text>'


def _boxes(figure: etree._Element) -> Iterator[_Box]:
    """The bounds of a shape, then those of its label."""
    for each in figure.iter(etree.Element):
        if local_name(each) == "Bounds":
            yield _Box(*(float(each.get(name) or 0) for name in ("x", "y", "width", "height")))


def _points(figure: etree._Element) -> Iterator[tuple[float, float]]:
    for each in figure:
        if local_name(each) == "waypoint":
            yield float(each.get("x") or 0), float(each.get("y") or 0)
