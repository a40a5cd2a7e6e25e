"""Puts the processes of several files together and prepares them for the machine: links, starts, handlers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.bpmn.graph import CorrelationKey, Flow, Graph, Node, Scope
from engine.bpmn.language.decisions import Decision
from engine.bpmn.model import Severity
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.correlation import read_correlation_keys
from engine.bpmn.reading.decisions import Drawn, is_dmn, joined, read_decisions
from engine.bpmn.reading.document import Document
from engine.bpmn.reading.identities import tell_apart
from engine.bpmn.reading.imports import SUPPORTING, check_ids, join_imports
from engine.bpmn.reading.kinds import kind_of, kind_of_bytes
from engine.bpmn.reading.lanes import lend_lanes
from engine.bpmn.reading.processes import GLOBAL_TASKS, read_global_task, read_process
from engine.bpmn.reading.schema import breaches, ids_that_are_no_names
from engine.bpmn.reading.xml import BPMN, XmlRefused, bpmn, local_name, namespace, read_xml, without_prefix

FORMAT = "1"
"""Part of every digest: a change of what the reader makes of the same file makes another definition."""


class Assembly:
    """The processes of a set of files, with everything found on the way."""

    def __init__(self, files: Mapping[str, bytes], findings: Findings) -> None:
        self.files = files
        self.findings = findings
        self.documents: list[Document] = []
        self.drawn_decisions: tuple[Drawn, ...] = ()
        self.decisions: Mapping[str, Decision] = {}
        self.processes: dict[str, Scope] = {}
        self.keys: dict[str, CorrelationKey] = {}
        self._ids: set[str] = set()
        self._read()

    def _read(self) -> None:
        roots = {
            name: root for name, data in sorted(self.files.items()) if (root := self._root(name, data)) is not None
        }
        decisions = [read_decisions(name, root, self.findings) for name, root in roots.items() if is_dmn(root)]
        self.drawn_decisions = tuple(one for several in decisions for one in several)
        self.decisions = joined(self.drawn_decisions, self.findings)
        for name, root in roots.items():
            if is_dmn(root):
                continue
            if root.tag == bpmn("definitions"):
                self.documents.append(Document(name, root, self.findings, self._ids))
                self._schema(name, root)
            elif namespace(root) not in SUPPORTING:
                self._other(name, root)
        join_imports(self.documents, self.files)
        for document in self.documents:
            self._processes(document)
        check_ids(self.documents)
        lend_lanes({name: nodes_of(scope) for name, scope in self.processes.items()})
        for scope in self.processes.values():
            prepare(scope)
        for document in self.documents:
            self._compensation(document)
            for own, key in read_correlation_keys(document).items():
                name = own if own not in self.keys else f"{document.file}:{own}"
                self.keys[name] = replace(key, id=name)

    def _other(self, name: str, root: etree._Element) -> None:
        kind = kind_of(root)
        if kind is not None:
            self.findings.add("error", "not-bpmn-but", name, kind=kind)
        else:
            self.findings.add("error", "not-bpmn", name, tag=local_name(root), space=namespace(root) or "-")

    def _schema(self, name: str, root: etree._Element) -> None:
        for rule, element_id, breach in breaches(root):
            severity: Severity = "error" if rule == "schema" else "warning"
            self.findings.add(severity, rule, name, element_id or None, reason=breach)
        if root.get("targetNamespace") is None:
            self.findings.add("warning", "target-namespace", name)
        odd = ids_that_are_no_names(root)
        if odd:
            self.findings.add("warning", "id-form", name, number=len(odd), id=odd[0][:80])

    def _root(self, name: str, data: bytes) -> etree._Element | None:
        try:
            return read_xml(data)
        except XmlRefused as refusal:
            kind = kind_of_bytes(data) if refusal.rule == "not-xml" else None
            rule = refusal.rule if kind is None else "not-bpmn-but"
            self.findings.add("error", rule, name, reason=refusal.reason, kind=kind)
            return None

    def _processes(self, document: Document) -> None:
        for child in document.root:
            if namespace(child) != BPMN:
                continue
            kind = local_name(child)
            if kind == "process":
                self._keep(document, child, read_process(document, child, self.decisions))
            elif kind in GLOBAL_TASKS:
                self._keep(document, child, read_global_task(document, child, self.decisions))

    def _keep(self, document: Document, element: etree._Element, scope: Scope) -> None:
        if scope.id in self.processes:
            document.error("process-twice", element, id=scope.id)
        self.processes[scope.id] = scope

    def _compensation(self, document: Document) -> None:
        own = (scope for scope in self.processes.values() if scope.file == document.file)
        nodes = {node.id: node for scope in own for node in nodes_of(scope)}
        for association in document.root.iter(bpmn("association")):
            event = nodes.get(without_prefix(association.get("sourceRef") or ""))
            handler = nodes.get(without_prefix(association.get("targetRef") or ""))
            if event is None or handler is None or event.host is None or not handler.is_activity:
                continue
            if any(trigger.kind == "compensation" for trigger in event.triggers):
                if event.host.compensated_by not in (None, handler):
                    document.error("compensation-several", association)
                event.host.compensated_by = handler

    def graph(self, process: Scope) -> Graph:
        """What the machine needs to run one of the processes, with those it may call. It is the main one now."""
        tell_apart(process, self.processes)
        nodes = {node.id: node for scope in self.processes.values() for node in nodes_of(scope)}
        scopes = {scope.id: scope for scope in self.processes.values()}
        scopes |= {node.inner.id: node.inner for node in nodes.values() if node.inner}
        return Graph(process, self.processes, nodes, scopes, self.digest(process.id), tuple(self.keys.values()))

    def digest(self, process_id: str) -> str:
        """SHA-256 over the files, their names and the process chosen, as hexadecimal text."""
        whole = hashlib.sha256(f"{FORMAT}\0{process_id}".encode())
        for name, data in sorted(self.files.items()):
            whole.update(f"\0{name}\0{len(data)}\0".encode() + data)
        return whole.hexdigest()


def nodes_of(scope: Scope) -> list[Node]:
    """Every node of a scope and of the scopes within it, outer before inner."""
    found: list[Node] = []
    waiting = [scope]
    while waiting:
        current = waiting.pop()
        found.extend(current.nodes.values())
        waiting.extend(node.inner for node in current.nodes.values() if node.inner)
    return found


def prepare(scope: Scope) -> None:
    """Join links, find where the scope begins, and what each node watches while a token rests there."""
    _join_links(scope)
    started = [node for node in scope.nodes.values() if node.type == "startEvent" and not node.triggers]
    if any(node.type == "startEvent" for node in scope.nodes.values()):
        scope.starts = started
    else:
        scope.starts = [node for node in scope.nodes.values() if begins_implicitly(node)]
    scope.event_starts = [node for node in scope.nodes.values() if node.type == "eventSubProcess"]
    for node in scope.nodes.values():
        node.watched = _watched(node)
        if node.type == "eventBasedGateway" and node.instantiates:
            for flow in node.outgoing:
                flow.target.instantiates = True
        if node.inner is not None:
            prepare(node.inner)


def begins_implicitly(node: Node) -> bool:
    """True for a node without incoming flow that starts with its scope when there is no start event."""
    if node.incoming or node.type in ("boundaryEvent", "eventSubProcess", "startEvent") or node.for_compensation:
        return False
    if node.instantiates:
        return False
    return not (node.type == "intermediateCatchEvent" and any(trigger.kind == "link" for trigger in node.triggers))


def _watched(node: Node) -> tuple[Node, ...]:
    if node.type == "eventBasedGateway":
        return tuple(flow.target for flow in node.outgoing)
    own = (node,) if node.type in ("intermediateCatchEvent", "receiveTask") or needs_rest(node) else ()
    return own + tuple(node.boundaries)


def needs_rest(node: Node) -> bool:
    """True for a start event whose first trigger begins the instance, which then waits there for the others."""
    return node.type == "startEvent" and node.needs_all and node.scope.kind == "process" and len(node.triggers) > 1


def _join_links(scope: Scope) -> None:
    catches = {
        trigger.name: node
        for node in scope.nodes.values()
        if node.type == "intermediateCatchEvent"
        for trigger in node.triggers
        if trigger.kind == "link"
    }
    for node in list(scope.nodes.values()):
        for trigger in node.triggers if node.type == "intermediateThrowEvent" else ():
            target = catches.get(trigger.name) if trigger.kind == "link" else None
            if target is not None:
                flow = Flow(f"{node.id}_to_{target.id}", node, target)
                node.outgoing.append(flow)
                target.incoming.append(flow)
