"""Reads correlation keys, the expressions that find them in messages, and subscriptions to them (2.0.2, 8.3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.graph import CorrelationKey
from engine.bpmn.language.expressions import Expression
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import bpmn, local_name, text_of, without_prefix


def read_correlation_keys(document: Document) -> dict[str, CorrelationKey]:
    """The keys of the file's collaborations, by id. A key with a property that does not exist is a problem."""
    properties = {
        document.id_of(element): _retrievals(document, element)
        for element in document.root.iter(bpmn("correlationProperty"))
    }
    keys = {}
    for element in document.root.iter(bpmn("correlationKey")):
        references = [without_prefix(text_of(part)) for part in element.iterfind(bpmn("correlationPropertyRef"))]
        for reference in references:
            if reference not in properties:
                document.error("reference-unknown", element, attribute="correlationPropertyRef", id=reference)
        own = document.id_of(element)
        parts = {reference: properties[reference] for reference in references if reference in properties}
        if not parts:
            document.error("correlation-empty", element)
        keys[own] = CorrelationKey(own, parts, {})
    for subscription in document.root.iter(bpmn("correlationSubscription")):
        _subscribe(document, subscription, keys)
    return keys


def _retrievals(document: Document, element: etree._Element) -> Mapping[str, Expression]:
    """By message name: where the property's value stands in the message's payload."""
    found = {}
    for retrieval in element.iterfind(bpmn("correlationPropertyRetrievalExpression")):
        message = document.referenced(retrieval, "messageRef", "message", required=True)
        path = next((part for part in retrieval if local_name(part) in ("messagePath", "formalExpression")), None)
        expression = document.expression(path, element)
        if message is not None and expression is not None:
            found[message.get("name") or document.id_of(message)] = expression
    return found


def _subscribe(document: Document, subscription: etree._Element, keys: dict[str, CorrelationKey]) -> None:
    """A subscription says from which variables of the process a key's properties are computed."""
    key = keys.get(without_prefix(subscription.get("correlationKeyRef") or ""))
    if key is None:
        reference = subscription.get("correlationKeyRef") or ""
        document.error("reference-unknown", subscription, attribute="correlationKeyRef", id=reference)
        return
    bound = {}
    for binding in subscription.iterfind(bpmn("correlationPropertyBinding")):
        name = without_prefix(binding.get("correlationPropertyRef") or "")
        expression = document.expression(binding.find(bpmn("dataPath")), subscription)
        if name not in key.properties or expression is None:
            document.error("reference-unknown", subscription, attribute="correlationPropertyRef", id=name)
        else:
            bound[name] = expression
    if bound.keys() != key.properties.keys():
        document.error("correlation-unbound", subscription)
        return
    process = subscription.getparent()
    own = (process.get("id") if process is not None else None) or ""
    keys[key.id] = CorrelationKey(key.id, key.properties, {**key.bindings, own: bound})
