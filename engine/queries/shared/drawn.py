"""The drawings of a service with their words, for pages that mark something on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn import local_name, read_xml
from engine.khmer import Bilingual
from engine.packages import ServicePackage


@dataclass(frozen=True, slots=True)
class Drawing:
    """A BPMN file of a version; ``lanes`` are the groups of its lanes, by their ids."""

    content: bytes
    lanes: Mapping[str, str]


def drawn_names(package: ServicePackage) -> dict[str, Bilingual]:
    """What the elements of the drawings are called, by their ids."""
    return {**package.texts.elements, **{key: task.name for key, task in package.tasks.items()}}


def drawings(package: ServicePackage) -> Iterator[Drawing]:
    """The drawings, that of the service first."""
    works = package.ministry.lanes
    for file in sorted(package.drawings, key=lambda name: ("/" in name, name)):
        root = read_xml(package.drawings[file])
        drawn = [each for each in root.iter("{*}lane") if local_name(each) == "lane"]
        lanes = {each.get("id") or "": works[name].group for each in drawn if (name := each.get("name") or "") in works}
        yield Drawing(package.drawings[file], lanes)
