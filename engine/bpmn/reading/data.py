"""Reads data objects, properties and the associations that carry values into and out of activities and events."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.bpmn.graph import DataInput, DataSet
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix

_VARIABLES = ("dataObject", "property", "dataInput", "dataOutput")
_STORES = ("dataStoreReference", "dataStore")


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


def read_sets(owner: etree._Element, side: str) -> tuple[DataSet, ...]:
    """Its input or output sets (``side``: Input, Output); none where all that is listed must have a value."""
    sets = [
        DataSet(
            _listed(one, f"data{side}Refs") - _listed(one, f"optional{side}Refs"), _listed(one, f"optional{side}Refs")
        )
        for one in owner.iterfind(f"{bpmn('ioSpecification')}/{bpmn(side.lower() + 'Set')}")
    ]
    return tuple(sets) if len(sets) > 1 or any(one.optional for one in sets) else ()


def _listed(data_set: etree._Element, kind: str) -> frozenset[str]:
    return frozenset(without_prefix(text_of(reference)) for reference in data_set.iterfind(bpmn(kind)))


def _associations(document: Document, owner: etree._Element, kind: str) -> tuple[DataInput, ...]:
    read = [_association(document, entry, owner) for entry in owner.iterfind(bpmn(kind))]
    return tuple(one for several in read for one in several)


def _association(document: Document, entry: etree._Element, owner: etree._Element) -> list[DataInput]:
    sources = [variable_of(document, text_of(source), owner) for source in entry.iterfind(bpmn("sourceRef"))]
    stores = _stores_of(document, entry.iterfind(bpmn("sourceRef")))
    target = variable_of(document, text_of(entry.find(bpmn("targetRef"))), owner)
    store = dict(_stores_of(document, entry.iterfind(bpmn("targetRef")))).get(target or "")
    assignments = entry.findall(bpmn("assignment"))
    transformation = entry.find(bpmn("transformation"))
    if assignments:
        return [_assignment(document, entry, one, owner) for one in assignments]
    if target is None:
        return []
    if transformation is not None:
        return [DataInput(target, None, document.expression(transformation, owner), stores, store)]
    if not sources:
        document.note("data-drawn", owner)
        return []
    if len(sources) != 1 or sources[0] is None:
        document.error("data-sources", owner)
        return []
    return [DataInput(target, sources[0], None, stores, store)]


def _assignment(
    document: Document, entry: etree._Element, assignment: etree._Element, owner: etree._Element
) -> DataInput:
    to = assignment.find(bpmn("to"))
    into = to if text_of(to) else entry.find(bpmn("targetRef"))
    target = variable_of(document, text_of(into), owner) or ""
    stores = _stores_of(document, entry.iterfind(bpmn("sourceRef")))
    written = dict(_stores_of(document, [into])).get(target)
    return DataInput(target, None, document.expression(assignment.find(bpmn("from")), owner), stores, written)


def _stores_of(document: Document, references: Iterable[etree._Element | None]) -> tuple[tuple[str, str], ...]:
    """The data stores among what is referred to: the name each has in expressions, and the name it is kept under."""
    found = []
    for reference in references:
        element = document.by_id.get(without_prefix(text_of(reference)))
        if element is not None and local_name(element) in _STORES:
            store = _declared_store(document, element)
            found.append((document.id_of(store), store.get("name") or document.id_of(store)))
    return tuple(found)


def _declared_store(document: Document, element: etree._Element) -> etree._Element:
    """The data store that is referred to; editors also draw stores that are declared nowhere else."""
    declared = document.by_id.get(without_prefix(element.get("dataStoreRef") or ""))
    store = element if declared is None else declared
    if store.get("capacity") is not None and not document.truth(store, "isUnlimited", False):
        document.note("data-store-capacity", store)
    return store


def variable_of(document: Document, reference: str, owner: etree._Element) -> str | None:
    """The variable that a data element stands for, or the name that a data store has in expressions."""
    wanted = without_prefix(reference)
    if not wanted:
        return None
    element = document.by_id.get(wanted)
    if element is None:
        return wanted if wanted.isidentifier() else _unknown(document, reference, owner)
    if local_name(element) == "dataObjectReference":
        return without_prefix(element.get("dataObjectRef") or "") or _unknown(document, reference, owner)
    if local_name(element) in _STORES:
        return document.id_of(_declared_store(document, element))
    return wanted if local_name(element) in _VARIABLES else _unknown(document, reference, owner)


def list_of(document: Document, reference: str, owner: etree._Element) -> str | None:
    """The variable that holds the list of an activity with several instances; a data store cannot."""
    element = document.by_id.get(without_prefix(reference))
    if element is not None and local_name(element) in _STORES:
        document.error("data-store-list", owner)
        return None
    return variable_of(document, reference, owner)


def _unknown(document: Document, reference: str, owner: etree._Element) -> str | None:
    document.error("reference-unknown", owner, attribute="data association", id=reference)
    return None
