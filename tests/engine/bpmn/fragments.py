"""All fragments of the matrix."""

from __future__ import annotations

from tests.engine.bpmn.fragments_activities import ACTIVITIES
from tests.engine.bpmn.fragments_corners import CORNERS
from tests.engine.bpmn.fragments_events import EVENTS
from tests.engine.bpmn.fragments_flows import FLOWS, GATEWAYS
from tests.engine.bpmn.fragments_undoing import UNDOING
from tests.engine.bpmn.matrix import Fragment

FRAGMENTS: list[Fragment] = [*FLOWS, *GATEWAYS, *ACTIVITIES, *EVENTS, *UNDOING, *CORNERS]
