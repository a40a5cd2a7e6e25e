"""Whether a fee table gives every possible case a fee, and one only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.packages.coverage import Row, find
from engine.packages.fees import FeeTable
from engine.packages.forms import Component
from engine.packages.problems import error, warning
from engine.problems import Problem


def check_coverage(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """The first case without a fee, and the first with two where the table is UNIQUE; `asked` are the questions."""
    rows = tuple(Row(row.id, row.tests, row.source_line) for row in table.rows)
    for finding in find(table.inputs, rows, asked, left_out=True):
        if finding.kind == "too-large":
            yield warning(table.file, "fee-coverage", "The table is too large to be checked for gaps and overlaps.")
        elif finding.kind == "gap":
            yield error(table.file, "fee-gap", f"No rule gives a fee when {finding.case}; add one.")
        elif table.hit_policy == "UNIQUE":
            yield error(
                table.file,
                "fee-overlap",
                f"{' and '.join(row.id for row in finding.rows)} both match when {finding.case}, which UNIQUE forbids; "
                "change one, or use FIRST or COLLECT.",
                line=finding.rows[1].line,
            )
