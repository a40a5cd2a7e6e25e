"""The parts of a service in which packages differ, and to which of them a place in a file belongs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from engine.packages.differing.drawn import DRAWING, LANE, PROPERTIES
from engine.packages.differing.trees import Leaf


class Part(StrEnum):
    """What a difference is about, in the order in which it is told."""

    SERVICE = "service"
    STEPS = "steps"
    TASKS = "tasks"
    FLOWS = "flows"
    FEES = "fees"
    DECISIONS = "decisions"
    DOCUMENTS = "documents"
    TERMS = "terms"
    RESULT = "result"
    SESSIONS = "sessions"
    FORMS = "forms"
    TEXTS = "texts"
    PAPER = "paper"
    LAW = "law"
    MINISTRY = "ministry"
    SCENARIOS = "scenarios"
    FILES = "files"


OF_SERVICE: Final[Mapping[str, Part]] = {
    "key": Part.SERVICE,
    "title": Part.SERVICE,
    "purpose": Part.SERVICE,
    "office_levels": Part.SERVICE,
    "legal_basis": Part.LAW,
    "term": Part.TERMS,
    "norm": Part.TERMS,
    "clock": Part.TERMS,
    "fee": Part.FEES,
    "fees": Part.FEES,
    "validity": Part.RESULT,
    "renews": Part.RESULT,
    "renewal": Part.RESULT,
    "kinds": Part.RESULT,
    "requires": Part.RESULT,
    "about": Part.STEPS,
    "result": Part.RESULT,
    "certificate": Part.RESULT,
    "documents": Part.DOCUMENTS,
    "sessions": Part.SESSIONS,
    "variables": Part.STEPS,
    "rules": Part.FORMS,
    "stages": Part.STEPS,
    "provenance": Part.LAW,
}
"""The part of each key of ``service.yaml``."""
_OF_FILES: Final[Mapping[str, Part]] = {
    "texts.yaml": Part.TEXTS,
    "tests.yaml": Part.SCENARIOS,
    "law.yaml": Part.LAW,
    "ministry.yaml": Part.MINISTRY,
    "rules.yaml": Part.FORMS,
    "certificate.typ": Part.PAPER,
    "notice.typ": Part.PAPER,
}
_TASKS: Final = frozenset((PROPERTIES, LANE, "group", "level"))


def part_of_place(name: str, leaf: Leaf, flows: Collection[str] = ()) -> Part:
    """The part to which a place in a file belongs; what belongs to none is a difference of the file. ``flows`` are the
    ids of sequence flows."""
    place, last = leaf.place, name.rpartition("/")[2]
    if not place or place == ("layout",):
        return _OF_FILES.get(last, Part.FORMS if "forms/" in name else Part.FILES) if not place else Part.FILES
    if name == "service.yaml":
        return OF_SERVICE.get(place[0], Part.SERVICE)
    if last in _OF_FILES:
        return _OF_FILES[last]
    if name.endswith(".bpmn"):
        return _of_drawing(leaf, flows)
    if name.endswith(".dmn"):
        return Part.DECISIONS if "decisions/" in name else Part.FEES
    return Part.FORMS if "forms/" in name else Part.FILES


def _of_drawing(leaf: Leaf, flows: Collection[str]) -> Part:
    place = leaf.place
    if place[0] == DRAWING:
        return Part.FILES
    if place[0] in flows or place[1:] == ("default",):
        return Part.FLOWS
    return Part.TASKS if len(place) > 1 and place[1] in _TASKS else Part.STEPS
