"""Builds SpiffWorkflow specifications from a checked drawing: SpiffWorkflow's parser, without its recursion.

The parser of SpiffWorkflow follows the flows from the start event, one call per node, and gives up on long processes
and on much that is legal. Here it visits the nodes in the order of the document and joins them afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser, SpiffProcessParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser

from engine.bpmn.graph import Node, Scope
from engine.bpmn.spiff import scopes, specs, tasks


class FlatTaskParser(SpiffTaskParser):  # type: ignore[misc]
    """Makes the specification of one node, from the facts that were read about it."""

    def parse_node(self) -> specs.Flat:
        """The node's specification; the flows are joined by the process parser."""
        node: Node = self.process_parser.scope.nodes[self.bpmn_id]
        chosen = _BY_TYPE.get(node.type, self.spec_class)
        task: specs.Flat = chosen(self.spec, self.bpmn_id, node, lane=node.lane, bpmn_name=node.name)
        self.task = task
        return task


class FlatProcessParser(SpiffProcessParser):  # type: ignore[misc]
    """Makes the specification of one process or sub-process."""

    scope: Scope

    def create_spec(self) -> specs.FlatProcessSpec:
        """An empty specification."""
        return specs.FlatProcessSpec(self.bpmn_id, self.get_name(), self.filename)

    def build(self, scope: Scope) -> specs.FlatProcessSpec:
        """Fill the specification with the nodes of the scope, and those of the sub-processes within."""
        self.scope = scope
        self.spec = scope.spec = self.create_spec()
        if scope.id in scope.nodes:
            parser, spec_class = self.parser._get_parser_class(full_tag(scope.nodes[scope.id].type))
            parser(self, spec_class, self.node, self.nsmap).parse_node()
        for child in self.node:
            if child.get("id") not in scope.nodes:
                continue
            parser, spec_class = self.parser._get_parser_class(child.tag)
            parser(self, spec_class, child, self.nsmap).parse_node()
            inner = scope.nodes[child.get("id")].inner
            if inner is not None:
                self.parser.parser_for(child, self.filename).build(inner)
        for node in scope.nodes.values():
            for flow in node.outgoing:
                node.spec.connect(flow.target.spec)
        return self.spec


class FlatParser(SpiffBpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser with our specifications in the place of its own."""

    PROCESS_PARSER_CLASS = FlatProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag(tag): (FlatTaskParser, spec_class)
        for tag, spec_class in {
            "startEvent": specs.StartEvent,
            "endEvent": specs.EndEvent,
            "intermediateCatchEvent": specs.CatchEvent,
            "intermediateThrowEvent": specs.ThrowEvent,
            "boundaryEvent": specs.BoundaryEvent,
            "exclusiveGateway": specs.ExclusiveGateway,
            "parallelGateway": specs.ParallelGateway,
            "inclusiveGateway": specs.InclusiveGateway,
            "complexGateway": specs.ComplexGateway,
            "eventBasedGateway": specs.EventGateway,
            "task": tasks.NoneTask,
            "userTask": tasks.UserTask,
            "manualTask": tasks.ManualTask,
            "scriptTask": tasks.ScriptTask,
            "businessRuleTask": tasks.BusinessRuleTask,
            "serviceTask": tasks.ServiceTask,
            "sendTask": tasks.SendTask,
            "receiveTask": tasks.ReceiveTask,
            "callActivity": scopes.CallActivity,
            "subProcess": scopes.SubProcess,
            "transaction": scopes.Transaction,
            "adHocSubProcess": scopes.AdHocSubProcess,
        }.items()
    }

    def parser_for(self, element: etree._Element, filename: str | None) -> FlatProcessParser:
        """A process parser for a process or sub-process element."""
        return FlatProcessParser(self, element, self.namespaces, self.data_stores, filename=filename)


_BY_TYPE: Mapping[str, Any] = {"eventSubProcess": scopes.EventSubProcess}


def build_specs(roots: Mapping[str, etree._Element], processes: Mapping[str, Scope]) -> None:
    """Give every scope and node of the processes its SpiffWorkflow specification."""
    parser = FlatParser()
    for scope in processes.values():
        for element in roots[scope.file]:
            if element.get("id") == scope.id:
                parser.parser_for(element, scope.file).build(scope)
