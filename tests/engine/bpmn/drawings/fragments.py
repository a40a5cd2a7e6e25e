"""All fragments of the matrix."""

from __future__ import annotations

from tests.engine.bpmn.drawings.fragments_activities import ACTIVITIES
from tests.engine.bpmn.drawings.fragments_corners import CORNERS
from tests.engine.bpmn.drawings.fragments_events import EVENTS
from tests.engine.bpmn.drawings.fragments_flows import FLOWS, GATEWAYS
from tests.engine.bpmn.drawings.fragments_several import SEVERAL
from tests.engine.bpmn.drawings.fragments_undoing import UNDOING
from tests.engine.bpmn.drawings.matrix import Fragment

FRAGMENTS: list[Fragment] = [*FLOWS, *GATEWAYS, *ACTIVITIES, *EVENTS, *UNDOING, *CORNERS, *SEVERAL]
