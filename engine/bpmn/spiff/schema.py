"""The XML schema of BPMN 2.0 that SpiffWorkflow ships, with the elements of its own extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH
from SpiffWorkflow.spiff.parser.process import VALIDATOR

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_FILES: Final = ("BPMN20.xsd", "Semantic.xsd")


def schema_of_bpmn() -> Any:
    """The compiled schema, as lxml has it; one for all, since compiling it takes a while."""
    return VALIDATOR.validator


@cache
def order_of_children() -> Mapping[str, Mapping[str, int]]:
    """By element of BPMN: the place of each of its children in the schema's order. Names are without namespace.

    What may stand in the place of one another (a task, an event, a flow; the ways to write a timer) has one place.
    """
    schema = _Schema()
    return {name: schema.places_in(kind) for name, kind in schema.types.items()}


class _Schema:
    """The schema's elements and types, by name."""

    def __init__(self) -> None:
        roots = [etree.parse(Path(XSD_PATH).with_name(file)).getroot() for file in _FILES]
        elements = [one for root in roots for one in root.iter(f"{_XSD}element") if one.get("name")]
        self.types = {str(one.get("name")): _local(one.get("type") or "") for one in elements}
        self._content = {str(one.get("name")): one for root in roots for one in root.iterfind(f"{_XSD}complexType")}
        self._heads = {str(one.get("name")): _local(one.get("substitutionGroup") or "") for one in elements}

    def places_in(self, kind: str) -> Mapping[str, int]:
        """By child of an element of this type: its place among the others."""
        return {
            name: place
            for place, particle in enumerate(self._particles(kind))
            for written in particle
            for name in self._in_place_of(written)
        }

    def _particles(self, kind: str) -> Iterator[list[str]]:
        """The names at each place, those of the types that it extends first."""
        content = self._content.get(kind)
        if content is None:
            return
        for extension in content.iter(f"{_XSD}extension"):
            yield from self._particles(_local(extension.get("base") or ""))
        for particle in content.iter(f"{_XSD}element", f"{_XSD}choice"):
            parent = particle.getparent()
            if particle.tag == f"{_XSD}choice":
                yield [_name(one) for one in particle.iterfind(f"{_XSD}element")]
            elif parent is None or parent.tag != f"{_XSD}choice":
                yield [_name(particle)]

    def _in_place_of(self, name: str) -> Iterator[str]:
        yield name
        for other, head in self._heads.items():
            if head == name and other != name:
                yield from self._in_place_of(other)


def _name(particle: etree._Element) -> str:
    return _local(particle.get("ref") or particle.get("name") or "")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
