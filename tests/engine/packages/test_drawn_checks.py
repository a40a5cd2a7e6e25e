"""What runs can be seen: an element without a shape is told."""

from __future__ import annotations

import re
from pathlib import Path

from engine.packages import Problem, build_package, read_files
from engine.packages.drawn_checks import check_drawn

VERIFICATION = Path(__file__).parents[3] / "processes" / "interior" / "account_verification"


def without(pattern: str) -> list[Problem]:
    files = read_files(VERIFICATION)
    drawing = re.sub(pattern, "", files["process.bpmn"].decode(), flags=re.DOTALL)
    assert drawing.encode() != files["process.bpmn"]
    return list(check_drawn(build_package({**files, "process.bpmn": drawing.encode()})))


def test_an_element_that_the_diagram_does_not_show_is_told_and_forbids_nothing() -> None:
    (found,) = without(r'<bpmndi:BPMNShape id="[^"]*" bpmnElement="verify".*?</bpmndi:BPMNShape>')
    assert (found.severity, found.file, found.element_id, found.rule) == (
        "warning",
        "process.bpmn",
        "verify",
        "undrawn",
    )
    assert "has no shape in the diagram" in found.message
    assert "ដ្យាក្រាម" in found.message_km


def test_a_file_without_any_diagram_is_not_told_element_by_element() -> None:
    assert without(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>") == []
