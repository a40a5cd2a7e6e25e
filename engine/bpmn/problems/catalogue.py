"""The sentences of every problem the BPMN core can find, by rule: English and Khmer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn.problems.content import CONTENT
from engine.bpmn.problems.files import FILES
from engine.bpmn.problems.model import MODEL
from engine.bpmn.problems.structure import STRUCTURE
from engine.bpmn.problems.vendors import VENDOR_EXTENSIONS

CATALOGUE: Final[Mapping[str, tuple[str, str]]] = {**FILES, **CONTENT, **MODEL, **STRUCTURE, **VENDOR_EXTENSIONS}
