"""Cells of decision tables that can be computed, but that nobody means as they stand."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.model import Severity
from engine.bpmn.problems.findings import Findings
from engine.bpmn.reading.decisions import Drawn


def check_tables(decisions: Iterable[Drawn], findings: Findings) -> None:
    """Report ranges without a value, comparisons without an order, and values listed twice."""
    for one in decisions:
        for rule, number, cell in one.flaws:
            severity: Severity = "warning" if rule == "cell-twice" else "error"
            findings.add(severity, rule, one.file, one.id, one.name, cell=cell, rule=number)
