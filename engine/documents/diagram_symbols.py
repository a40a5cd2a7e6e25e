"""The signs of BPMN as SVG, each around the middle of its shape: what a task does, an event waits for, a gateway is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVENTS: Final[Mapping[str, str]] = {
    "messageEventDefinition": "M-8 -5h16v10h-16z M-8 -5l8 6l8 -6",
    "timerEventDefinition": "M0 -9a9 9 0 1 0 .01 0z M0 -6v6l4 2",
    "signalEventDefinition": "M0 -8l8 13h-16z",
    "errorEventDefinition": "M-8 7l4 -13l7 7l5 -9l-4 13l-7 -7z",
    "escalationEventDefinition": "M0 -9l7 16l-7 -7l-7 7z",
    "conditionalEventDefinition": "M-6 -8h12v16h-12z M-4 -5h8 M-4 -1.5h8 M-4 2h8 M-4 5.5h8",
    "compensateEventDefinition": "M0 -6v12l-8 -6z M8 -6v12l-8 -6z",
    "cancelEventDefinition": "M-6 -6l12 12 M6 -6l-12 12",
    "linkEventDefinition": "M-8 -3h9v-4l7 7l-7 7v-4h-9z",
    "terminateEventDefinition": "M0 -8a8 8 0 1 0 .01 0z",
}
"""What an event waits for or throws, about 18 wide."""
GATEWAYS: Final[Mapping[str, str]] = {
    "exclusiveGateway": "M-7 -8l14 16 M7 -8l-14 16",
    "parallelGateway": "M-11 0h22 M0 -11v22",
    "inclusiveGateway": "M0 -10a10 10 0 1 0 .01 0z",
    "eventBasedGateway": "M0 -12a12 12 0 1 0 .01 0z M0 -7l7 5l-3 8h-8l-3 -8z",
    "complexGateway": "M-11 0h22 M0 -11v22 M-8 -8l16 16 M8 -8l-16 16",
}
TASKS: Final[Mapping[str, str]] = {
    "userTask": "M0 -7a3.5 3.5 0 1 0 .01 0z M-7 8c0 -10 14 -10 14 0z",
    "manualTask": "M-8 -2h9a2 2 0 0 1 0 4h-3h9a2 2 0 0 1 0 4h-11c-3 0 -4 -2 -4 -4z",
    "serviceTask": "M0 -7a7 7 0 1 0 .01 0z M0 -2.6a2.6 2.6 0 1 0 .01 0z M0 -9v4 M0 5v4 M-9 0h4 M5 0h4",
    "scriptTask": "M-6 -7h11c-5 5 5 9 0 14h-11c5 -5 -5 -9 0 -14z M-3 -3h6 M-3 0h7 M-2 3h7",
    "businessRuleTask": "M-8 -6h16v12h-16z M-8 -2h16 M-8 2h16 M-3 -2v8",
    "sendTask": "M-8 -5h16v10h-16z M-8 -5l8 6l8 -6",
    "receiveTask": "M-8 -5h16v10h-16z M-8 -5l8 6l8 -6",
}
"""What a task does, about 16 wide."""
FILLED: Final = frozenset({"terminateEventDefinition"})
COLLAPSED: Final = "M-7 -7h14v14h-14z M0 -4v8 M-4 0h8"
"""What lies inside is drawn elsewhere."""
STYLE: Final = """\
text{font:12px "Kantumruy Pro","Noto Sans Khmer",system-ui,sans-serif;fill:#1c2430}
.pool,.lane{fill:#fff;stroke:#8a94a3}
.head{fill:#eef1f5;stroke:#8a94a3}
.node{fill:#fff;stroke:#143459;stroke-width:1.6}
.call{stroke-width:4}
.end{stroke-width:3.6}
.inner{fill:none}
.frame{fill:#f7f9fc;stroke:#143459}
.sign{fill:none;stroke:#143459;stroke-width:1.3;stroke-linejoin:round}
.solid{fill:#143459}
.flow{fill:none;stroke:#4a5563;stroke-width:1.6}
.loose{stroke-dasharray:5 4}
.dashed{stroke-dasharray:4 3}
.tried .node,.tried .frame{fill:#dff2e1;stroke:#1d6b32}
.tried .flow{stroke:#1d6b32;stroke-width:2.4}
.untried .node,.untried .frame{fill:#fbe0dd;stroke:#a3231b}
.untried .flow{stroke:#a3231b;stroke-width:2.4;stroke-dasharray:7 4}
.excused .node,.excused .frame{fill:#e6e9ee;stroke:#6b7480}
.excused .flow{stroke:#6b7480;stroke-width:2.4;stroke-dasharray:2 3}
.passed .node,.passed .frame{fill:#dff2e1;stroke:#1d6b32}
.passed .flow{stroke:#1d6b32;stroke-width:2.4}
.now .node,.now .frame{fill:#ffe9b3;stroke:#8a5a00;stroke-width:4}
"""
HEAT: Final = """\
.heat1 .node{fill:#fff1d6;stroke:#8a5a00}
.heat2 .node{fill:#ffd9a0;stroke:#8a5a00;stroke-width:3}
.heat3 .node{fill:#f9b35b;stroke:#7a3d00;stroke-width:5}
"""
"""In the pictures that have such marks."""
