"""Reads data objects, properties and the associations that carry values into and out of activities and events."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.document import Document
from engine.bpmn.graph import DataInput
from engine.bpmn.xml import bpmn, local_name, text_of, without_prefix

_VARIABLES = ("dataObject", "property", "dataInput", "dataOutput")


def declared_data(container: etree._Element) -> dict[str, str]:
    """Data objects and properties declared in a container: the variables that belong to it, by id."""
    declared = [*container.iterfind(bpmn("dataObject")), *container.iterfind(bpmn("property"))]
    return {own: entry.get("name") or own for entry in declared if (own := entry.get("id"))}


def interface_of(process: etree._Element) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """What a process takes in and gives back when it is called; (None, None) when it declares nothing."""
    specification = process.find(bpmn("ioSpecification"))
    if specification is None:
        return None, None
    return _names(specification, "dataInput"), _names(specification, "dataOutput")


def _names(specification: etree._Element, kind: str) -> tuple[str, ...]:
    return tuple(entry.get("id") or "" for entry in specification.iterfind(bpmn(kind)))


def read_inputs(document: Document, owner: etree._Element) -> tuple[DataInput, ...]:
    """Values copied into the activity before it begins, in the order written."""
    return _associations(document, owner, "dataInputAssociation")


def read_outputs(document: Document, owner: etree._Element) -> tuple[DataInput, ...]:
    """Values copied out of the activity (or out of what an event caught) when it is done."""
    return _associations(document, owner, "dataOutputAssociation")


def _associations(document: Document, owner: etree._Element, kind: str) -> tuple[DataInput, ...]:
    read = [_association(document, entry, owner) for entry in owner.iterfind(bpmn(kind))]
    return tuple(one for several in read for one in several)


def _association(document: Document, entry: etree._Element, owner: etree._Element) -> list[DataInput]:
    sources = [variable_of(document, text_of(source), owner) for source in entry.iterfind(bpmn("sourceRef"))]
    target = variable_of(document, text_of(entry.find(bpmn("targetRef"))), owner)
    assignments = entry.findall(bpmn("assignment"))
    transformation = entry.find(bpmn("transformation"))
    if assignments:
        return [
            DataInput(
                variable_of(document, text_of(one.find(bpmn("to"))), owner) or target or "",
                None,
                document.expression(one.find(bpmn("from")), owner),
            )
            for one in assignments
        ]
    if target is None:
        return []
    if transformation is not None:
        return [DataInput(target, None, document.expression(transformation, owner))]
    if len(sources) != 1 or sources[0] is None:
        document.error("data-sources", owner)
        return []
    return [DataInput(target, sources[0])]


def variable_of(document: Document, reference: str, owner: etree._Element) -> str | None:
    """The variable that a data element stands for."""
    wanted = without_prefix(reference)
    if not wanted:
        return None
    element = document.by_id.get(wanted)
    if element is None:
        return wanted if wanted.isidentifier() else _unknown(document, reference, owner)
    if local_name(element) == "dataObjectReference":
        return without_prefix(element.get("dataObjectRef") or "") or _unknown(document, reference, owner)
    if local_name(element) in ("dataStoreReference", "dataStore"):
        document.error("data-store", owner)
        return None
    return wanted if local_name(element) in _VARIABLES else _unknown(document, reference, owner)


def _unknown(document: Document, reference: str, owner: etree._Element) -> str | None:
    document.error("reference-unknown", owner, attribute="data association", id=reference)
    return None
