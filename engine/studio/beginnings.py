"""What stands in the files of a service that nobody has written yet."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import quoteattr

from engine.packages.groups import APPLICANT, FRONT_OFFICE, HEAD
from engine.packages.ministry import ministry_as_far
from engine.packages.package import MINISTRY

USUAL_CERTIFICATE: Final = "shapes/desk/certificate.typ"
"""Among the processes of the house: the template with which certificates of new services begin."""
ROW_OF_ANSWER: Final = b"..answered("
"""With what a line of that template begins that prints an answer; another service asks other questions."""
EMPTY_SERVICE: Final = """key: {key}
title: {{km: {km}, en: {en}}}
"""
EMPTY_TEXTS: Final = """stages: {}
forms: {}
"""
_FIRST_LANES: Final = (APPLICANT, FRONT_OFFICE, HEAD)
"""Groups of whom a service has something to do for nearly always; others get a lane in the editor."""
_WIDE, _HIGH = 1200, 140


def empty_process(own: str, ministry: bytes) -> bytes:
    """A drawing of the process ``own`` with nothing but a start: in a pool, since tasks lie in lanes, with those that
    the file of the ministry has for who works in nearly every service."""
    own = own if own[:1].isalpha() else f"process_{own}"
    read = ministry_as_far(MINISTRY, ministry)
    works = read.value.lanes if read.value else {}
    lanes = [name for name, work in works.items() if work.group in _FIRST_LANES and not work.level] or ["Front office"]
    shapes, listed = [_shape("pool", (160, 80, _WIDE, _HIGH * len(lanes)))], []
    for number, name in enumerate(lanes):
        inside = "<bpmn:flowNodeRef>start</bpmn:flowNodeRef>" if number == 0 else ""
        listed.append(f'<bpmn:lane id="lane_{number + 1}" name={quoteattr(name)}>{inside}</bpmn:lane>')
        place = (190, 80 + _HIGH * number, _WIDE - 30, _HIGH)
        shapes.append(_shape(f"lane_{number + 1}", place))
    shapes.append(_shape("start", (250, 132, 36, 36)))
    return _PROCESS.format(own=own, lanes="\n      ".join(listed), shapes="\n      ".join(shapes)).encode()


def _shape(own: str, place: tuple[int, int, int, int]) -> str:
    bounds = '<dc:Bounds x="{}" y="{}" width="{}" height="{}" />'.format(*place)
    lies = "" if own == "start" else ' isHorizontal="true"'
    return f'<bpmndi:BPMNShape id="{own}_shape" bpmnElement="{own}"{lies}>{bounds}</bpmndi:BPMNShape>'


_PROCESS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" \
targetNamespace="urn:one-window:processes">
  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name="{own}" processRef="{own}" />
  </bpmn:collaboration>
  <bpmn:process id="{own}" isExecutable="true">
    <bpmn:laneSet id="lanes">
      {lanes}
    </bpmn:laneSet>
    <bpmn:startEvent id="start" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
      {shapes}
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
