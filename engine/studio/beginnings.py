"""What stands in the files of a service that nobody has written yet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

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
EMPTY_PROCESS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" \
targetNamespace="urn:one-window:processes">
  <bpmn:process id="process" isExecutable="true">
    <bpmn:startEvent id="start" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="process">
      <bpmndi:BPMNShape id="start_shape" bpmnElement="start">
        <dc:Bounds x="160" y="120" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def process_in_lanes(lanes: Sequence[str], first: str, name: str) -> str:
    """A drawing with a pool of this name, these lanes in it, and a start in the ``first``; ``EMPTY_PROCESS`` without
    that one. A task that lies in no lane is nobody's, and the editor makes lanes only beside others."""
    if first not in lanes:
        return EMPTY_PROCESS
    drawn, shapes = [], [_shape("pool", _LEFT, 0, _WIDTH, len(lanes) * _HEIGHT)]
    for number, lane in enumerate(lanes):
        within = "<bpmn:flowNodeRef>start</bpmn:flowNodeRef>" if lane == first else ""
        drawn.append(f'<bpmn:lane id="lane_{number + 1}" name="{escape(lane)}">{within}</bpmn:lane>')
        shapes.append(_shape(f"lane_{number + 1}", _LEFT + _HEAD, number * _HEIGHT, _WIDTH - _HEAD, _HEIGHT))
    middle = lanes.index(first) * _HEIGHT + (_HEIGHT - _START) // 2
    shapes.append(_shape("start", _LEFT + 2 * _HEAD, middle, _START, _START))
    return _IN_LANES.format(name=escape(name), lanes="\n      ".join(drawn), shapes="\n      ".join(shapes))


_LEFT, _WIDTH, _HEIGHT, _HEAD, _START = 160, 1000, 120, 30, 36
"""Pixels of the pool, of each lane, of the strip with their names, and of the start."""


def _shape(element: str, x: int, y: int, width: int, height: int) -> str:
    flat = ' isHorizontal="true"' if element != "start" else ""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'
    return f'<bpmndi:BPMNShape id="{element}_shape" bpmnElement="{element}"{flat}>{bounds}</bpmndi:BPMNShape>'


_IN_LANES: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" \
targetNamespace="urn:one-window:processes">
  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name="{name}" processRef="process" />
  </bpmn:collaboration>
  <bpmn:process id="process" name="{name}" isExecutable="true">
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
