"""The rules of BPMN 2.0.2 about data: what activities take and give, sets, associations, scopes and types (10.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import BPMN, bpmn, local_name, namespace, text_of

_SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_AWARE: Final = frozenset(
    {
        "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property", "dataInput", "dataOutput",
        "inputDataItem", "outputDataItem",
    }
)  # fmt: skip
_SETS: Final = {
    "inputSet": ("dataInput", ("dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs"), "outputSet"),
    "outputSet": ("dataOutput", ("dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs"), "inputSet"),
}
_PARTNER: Final = {"inputSet": "outputSetRefs", "outputSet": "inputSetRefs"}
_OWN: Final = {
    "dataInputAssociation": ("dataInput", "inputDataItem", "property"),
    "dataOutputAssociation": ("dataOutput", "outputDataItem", "property"),
}
_BOUND: Final = {"inputDataRef": ("inputSet", "dataInput"), "outputDataRef": ("outputSet", "dataOutput")}


def check_data(document: Document) -> None:
    """Every rule about data, for each element of the file that one applies to."""
    for element in document.root.iter(etree.Element):
        rule = _RULES.get(local_name(element)) if namespace(element) == BPMN else None
        if rule is not None:
            rule(document, element)
    _pairs(document)


def _pairs(document: Document) -> None:
    """An input set and an output set that belong together name each other."""
    named = {
        (one.get("id"), text_of(reference)): one
        for one in document.root.iter(*map(bpmn, _SETS))
        for reference in one.iterfind(bpmn(_PARTNER[local_name(one)]))
    }
    for (own, partner), one in named.items():
        if partner in document.by_id and (partner, own) not in named:
            document.error("data-set-pair", one, id=partner)


def _specification(document: Document, specification: etree._Element) -> None:
    """Sub-processes declare no inputs or outputs; every input and output is in a set (10.4.2)."""
    if _owner(specification) in _SUB_PROCESSES:
        document.error("data-sub-process", specification)
    _listed(specification, document.error)


def _event(document: Document, event: etree._Element) -> None:
    """Tools leave out the one set of an event; one that is drawn holds everything."""
    sets = [*event.iterfind(bpmn("inputSet")), *event.iterfind(bpmn("outputSet"))]
    _listed(event, document.error if sets else document.warn)


def _listed(holder: etree._Element, report: Callable[..., None]) -> None:
    for name, (kind, (whole, *_), _other) in _SETS.items():
        sets = holder.iterfind(bpmn(name))
        listed = {text_of(reference) for one in sets for reference in one.iterfind(bpmn(whole))}
        for entry in holder.iterfind(bpmn(kind)):
            if entry.get("id") not in listed:
                report("data-sets", holder, id=entry.get("id") or "")


def _set(document: Document, one: etree._Element) -> None:
    """A set lists data of its own owner; what is optional or read late is among it."""
    name, owner = local_name(one), one.getparent()
    kind, (whole, *parts), other = _SETS[name]
    members = {text_of(reference) for reference in one.iterfind(bpmn(whole))}
    for reference in one.iterfind(bpmn(whole)):
        element = document.by_id.get(text_of(reference))
        if element is None or local_name(element) != kind or element.getparent() is not owner:
            document.error("data-set-member", one, attribute=whole, id=text_of(reference))
    for part in parts:
        for reference in one.iterfind(bpmn(part)):
            if text_of(reference) not in members:
                document.error("data-set-member", one, attribute=part, id=text_of(reference))
    for reference in one.iterfind(bpmn(_PARTNER[name])):
        partner = document.by_id.get(text_of(reference))
        if partner is None or local_name(partner) != other or partner.getparent() is not owner:
            document.error("data-set-member", one, attribute=_PARTNER[name], id=text_of(reference))


def _collection(document: Document, element: etree._Element) -> None:
    """A data object, input or output is a collection exactly when its item definition is one (tables 10.52, 10.59)."""
    if local_name(element) == "dataObject" and element.find(bpmn("dataState")) is not None:
        document.error("data-state", element)
    item = document.find(element.get("itemSubjectRef") or "", element)
    if item is None or local_name(item) != "itemDefinition":
        return
    if document.truth(element, "isCollection", False) != document.truth(item, "isCollection", False):
        document.error("data-collection", element, id=element.get("itemSubjectRef"))


def _object_reference(document: Document, reference: etree._Element) -> None:
    """A data object reference names a data object it can see, and takes its type from it (10.4.1)."""
    if reference.get("dataObjectRef") is None:
        document.error("reference-missing", reference, attribute="dataObjectRef", what="dataObjectReference")
    if reference.get("itemSubjectRef") is not None:
        document.error("data-reference-type", reference)
    target = document.by_id.get(reference.get("dataObjectRef") or "")
    if target is not None and not _visible(target, reference):
        document.error("data-scope", reference, id=reference.get("dataObjectRef"))


def _association(document: Document, association: etree._Element) -> None:
    """What is associated exists, can be seen from here, stands on its side, and has one type (10.4.2)."""
    activity = association.getparent()
    own = {"dataInputAssociation": "targetRef", "dataOutputAssociation": "sourceRef"}.get(local_name(association))
    ends: list[etree._Element] = []
    for reference in association.iterchildren(bpmn("sourceRef"), bpmn("targetRef")):
        side, wanted = local_name(reference), text_of(reference)
        element = document.by_id.get(wanted)
        if element is None:
            document.error("reference-unknown", association, attribute=side, id=wanted)
        elif local_name(element) not in _AWARE:
            document.error("reference-type", association, attribute=side, id=wanted, type=local_name(element))
        elif side == own and not _belongs(element, activity, local_name(association)):
            document.error("data-association-side", association, attribute=side, id=wanted)
        elif not _visible(element, activity) or (side != own and _wrong_way(element, side)):
            document.error("data-scope", association, id=wanted)
        else:
            ends.append(element)
    changed = any(association.find(bpmn(part)) is not None for part in ("transformation", "assignment"))
    types = {type_of(item) for element in ends if (item := _item(document, element)) is not None}
    if not changed and len(types) > 1:
        document.error("data-association-type", association)


def _belongs(element: etree._Element, activity: etree._Element | None, kind: str) -> bool:
    """Whether this is an input (output) of the activity or event itself; editors use a property of it as well."""
    return local_name(element) in _OWN[kind] and _holder(element) is activity


def _wrong_way(element: etree._Element, side: str) -> bool:
    """Inside a process nothing is written to its inputs and nothing is read from its outputs (10.4.1)."""
    return local_name(element) == {"sourceRef": "dataOutput", "targetRef": "dataInput"}[side]


def _visible(element: etree._Element, place: etree._Element | None) -> bool:
    """Whether ``place`` lies in what holds the element; what stands at the root is seen from everywhere."""
    holder = _holder(element)
    while place is not None and place is not holder:
        place = place.getparent()
    return place is not None


def _holder(element: etree._Element) -> etree._Element | None:
    parent = element.getparent()
    if parent is not None and local_name(parent) in ("ioSpecification", "multiInstanceLoopCharacteristics"):
        return parent.getparent()
    return parent


def type_of(item: etree._Element) -> object:
    """What tells types apart: some tools define one for each use, each saying the same."""
    structure = item.get("structureRef")
    return (structure, item.get("isCollection") in ("true", "1")) if structure else item


def _item(document: Document, element: etree._Element) -> etree._Element | None:
    """The item definition of something that holds data; references take it from what they refer to."""
    declared = _declared(document, element)
    return document.find(declared.get("itemSubjectRef") or "", declared)


def _declared(document: Document, element: etree._Element) -> etree._Element:
    """The data object or store that a reference stands for; anything else stands for itself."""
    for attribute in ("dataObjectRef", "dataStoreRef"):
        target = document.find(element.get(attribute) or "", element)
        if target is not None:
            return target
    return element


def _instances(document: Document, multiple: etree._Element) -> None:
    """The list of an activity with several instances is seen from it, is a collection, and for a task is its own data.

    A name that no element has is taken for a variable, as editors write it (10.3.8).
    """
    activity = multiple.getparent()
    for name, other in (("loopDataInputRef", "dataOutput"), ("loopDataOutputRef", "dataInput")):
        reference = multiple.find(bpmn(name))
        wanted = text_of(reference)
        element = document.find(wanted, multiple) if reference is not None else None
        if reference is not None and element is None:
            document.warn("loop-data-variable", multiple, attribute=name, id=wanted)
        if element is None:
            continue
        if local_name(element) not in _AWARE:
            document.error("reference-type", multiple, attribute=name, id=wanted, type=local_name(element))
        elif not _visible(element, activity) or local_name(element) == other:
            document.error("data-scope", multiple, id=wanted)
        elif _single(document, element):
            document.error("loop-data-collection", multiple, attribute=name, id=wanted)
        else:
            _check_entry(document, multiple, name, element)


def _check_entry(document: Document, multiple: etree._Element, name: str, many: etree._Element) -> None:
    """The entry of a list of instances is a single one, of the type that the list holds (table 10.29)."""
    entry = multiple.find(bpmn({"loopDataInputRef": "inputDataItem", "loopDataOutputRef": "outputDataItem"}[name]))
    item = _item(document, entry) if entry is not None else None
    if entry is None or item is None:
        return
    whole = _item(document, many)
    kinds = {one.get("structureRef") for one in (item, whole) if one is not None and one.get("structureRef")}
    if document.truth(item, "isCollection", False) or len(kinds) > 1:
        document.error("loop-item-type", multiple, attribute=local_name(entry), id=many.get("id"))


def _single(document: Document, element: etree._Element) -> bool:
    """Whether the element says of itself, or its item definition of it, that it is no collection."""
    item = _item(document, element)
    says = _declared(document, element).get("isCollection") if item is None else item.get("isCollection") or "false"
    return says in ("false", "0")


def _binding(document: Document, binding: etree._Element) -> None:
    """A binding of an operation names data of the same callable element (table 10.62)."""
    owner = binding.getparent()
    for attribute, kinds in _BOUND.items():
        element = document.by_id.get(binding.get(attribute) or "")
        holder = _holder(element) if element is not None else None
        if element is None or local_name(element) not in kinds or holder is not owner:
            document.error("data-set-member", binding, attribute=attribute, id=binding.get(attribute) or "")


def _owner(specification: etree._Element) -> str:
    parent = specification.getparent()
    return local_name(parent) if parent is not None else ""


_RULES: Final[Mapping[str, Callable[[Document, etree._Element], None]]] = {
    "ioSpecification": _specification,
    "inputSet": _set,
    "outputSet": _set,
    "dataObject": _collection,
    "dataInput": _collection,
    "dataOutput": _collection,
    "dataObjectReference": _object_reference,
    "dataInputAssociation": _association,
    "dataOutputAssociation": _association,
    "multiInstanceLoopCharacteristics": _instances,
    "ioBinding": _binding,
    **dict.fromkeys(
        ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"), _event
    ),
}
