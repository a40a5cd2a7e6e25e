"""Reads, checks and prepares processes: ``parse`` for running them, ``check`` and ``look`` for telling the analyst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from engine.bpmn.errors import DefinitionRejected
from engine.bpmn.graph import Node, Scope, triggers_of
from engine.bpmn.language.expressions import Expression
from engine.bpmn.model import Element, Problem, ProcessDefinition, Severity, StartEvent
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.assemble import Assembly, nodes_of
from engine.bpmn.reading.vendors import check_vendors
from engine.bpmn.rules.collaboration import check_collaboration
from engine.bpmn.rules.data import check_data
from engine.bpmn.rules.diagram import check_diagram
from engine.bpmn.rules.flows import check_flows
from engine.bpmn.rules.messages import check_messages
from engine.bpmn.rules.references import check_references
from engine.bpmn.rules.structure import Rules
from engine.bpmn.rules.tables import check_tables
from engine.bpmn.spiff.parser import build_specs
from engine.bpmn.variables import variables_of

_FILE_RULES: Final = (check_references, check_flows, check_data, check_diagram, check_messages, check_vendors)


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at files came to: all findings, and the process; ``holds`` when it may run. One that does not has
    its elements for whoever checks what is written at them, None where even these cannot be known; its ways are not to
    be followed."""

    problems: tuple[Problem, ...]
    process: ProcessDefinition | None
    holds: bool


def look(files: Mapping[str, bytes]) -> Looked:
    """Everything that is wrong with the files, and the process in them, read once; any bytes give an answer. Files that
    were looked at lately cost nothing: whoever writes the forms and texts of a service leaves its drawings alone."""
    return _look(tuple(files.items()))


@lru_cache(maxsize=32)
def _look(files: tuple[tuple[str, bytes], ...]) -> Looked:
    findings = Findings()
    assembly = _read(dict(files), findings)
    if findings.errors:
        chosen = choose(assembly, None, must_choose=False) if assembly.processes else None
        return Looked(findings.problems, _definition(assembly, chosen) if chosen else None, holds=False)
    chosen = choose(assembly, None)
    if chosen is None:
        return Looked(findings.problems, None, holds=False)
    build_specs({document.file: document.root for document in assembly.documents}, assembly.processes)
    return Looked(findings.problems, _definition(assembly, chosen), holds=True)


def nothing_drawn() -> ProcessDefinition:
    """What stands for a process of which not even the elements can be known."""
    return _definition(Assembly({}, Findings()), Scope("", "process", ""))


def check(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Everything that is wrong with the files, as a list; any bytes give an answer, never an exception."""
    findings = Findings()
    assembly = _read(files, findings)
    if not findings.errors:
        choose(assembly, None, must_choose=False)
    return findings.problems


def parse(
    files: Mapping[str, bytes], process_id: str | None = None, *, was_published: bool = False
) -> ProcessDefinition:
    """The process ready to run: the one named, or the only executable one. Raises DefinitionRejected.

    Files that were published kept the rules of their day: rules that came later must not stop the cases that run on
    them. Those files are only read, and rejected where something in them cannot be run.
    """
    findings = Findings()
    assembly = Assembly(files, findings) if was_published else _read(files, findings)
    chosen = None if findings.errors else choose(assembly, process_id)
    if chosen is None:
        raise DefinitionRejected(findings.errors)
    build_specs({document.file: document.root for document in assembly.documents}, assembly.processes)
    return _definition(assembly, chosen)


def _read(files: Mapping[str, bytes], findings: Findings) -> Assembly:
    assembly = Assembly(files, findings)
    for document in assembly.documents:
        check_collaboration(document, assembly.processes)
        for check_file in _FILE_RULES:
            check_file(document)
    check_tables(assembly.drawn_decisions, findings)
    Rules(assembly.processes, findings).check()
    return assembly


def choose(assembly: Assembly, process_id: str | None, *, must_choose: bool = True) -> Scope | None:
    """The process to run. Without a name: the only one, or the only executable one that no other calls."""
    known = ", ".join(_called(assembly, scope) for scope in assembly.processes.values()) or "-"
    if process_id is not None:
        chosen = assembly.processes.get(process_id)
        if chosen is None:
            assembly.findings.add("error", "process-unknown", _any_file(assembly), id=process_id, known=known)
        return chosen
    if not assembly.processes:
        assembly.findings.add("error", "no-process", _any_file(assembly))
        return None
    called = {node.work.called for scope in assembly.processes.values() for node in nodes_of(scope) if node.work}
    drawn = [scope for scope in assembly.processes.values() if scope.nodes]
    candidates = [scope for scope in drawn if scope.executable and scope.id not in called]
    if len(drawn) == 1:
        candidates = drawn
    if len(candidates) != 1:
        # The files are sound; only whoever runs them must say which process is meant.
        severity: Severity = "error" if must_choose else "warning"
        assembly.findings.add(severity, "process-ambiguous", _any_file(assembly), known=known)
        return None
    return candidates[0]


def _called(assembly: Assembly, process: Scope) -> str:
    label = assembly.findings.label(process.file, process.id)
    return process.id if label is None else f"{process.id} ({label})"


def _any_file(assembly: Assembly) -> str:
    return next(iter(assembly.files), "-")


def _definition(assembly: Assembly, process: Scope) -> ProcessDefinition:
    graph = assembly.graph(process)
    nodes = [node for scope in assembly.processes.values() for node in nodes_of(scope)]
    reads, writes = variables_of(nodes)
    triggers = [trigger for node in nodes for trigger in triggers_of(node)]
    return ProcessDefinition(
        digest=graph.fingerprint,
        process_id=process.id,
        name=process.name,
        elements=MappingProxyType({node.id: _element(node) for node in nodes}),
        lanes=tuple(dict.fromkeys(node.lane for node in nodes if node.lane)),
        files=tuple(sorted(assembly.files)),
        starts=tuple(_starts(process)),
        messages=tuple(sorted({t.name for t in triggers if t.kind == "message" and t.name})),
        signals=tuple(sorted({t.name for t in triggers if t.kind == "signal" and t.name})),
        variables_read=reads,
        variables_written=writes,
        graph=graph,
    )


def _element(node: Node) -> Element:
    parent = node.scope.node.id if node.scope.node else None
    properties = MappingProxyType(dict(node.properties))
    asked = (node.work.operator if node.work else None) or ""
    place = node.scope.process_id, parent, node.scope.file
    return Element(node.id, node.type, node.name, node.lane, properties, *place, asked)


def _starts(process: Scope) -> Iterable[StartEvent]:
    for node in process.nodes.values():
        if node.type == "startEvent" and not node.triggers:
            yield StartEvent(node.id, "none", None)
        elif node.type == "startEvent" or node.instantiates:
            for number, trigger in enumerate(triggers_of(node)):
                written = trigger.timer.source if isinstance(trigger.timer, Expression) else trigger.timer
                yield StartEvent(node.id, trigger.kind, written if trigger.kind == "timer" else trigger.name, number)
