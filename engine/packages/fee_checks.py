"""Whether a fee table gives every possible case a fee, and one only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.packages.coverage import Row, find
from engine.packages.fees import FeeTable
from engine.packages.forms import Component
from engine.packages.problems import error, warning
from engine.problems import Problem


def check_coverage(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """Cells that nobody means, the first case without a fee, and the first with two where the table is UNIQUE;
    ``asked`` are the questions."""
    yield from _flaws(table)
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


def _flaws(table: FeeTable) -> Iterator[Problem]:
    """Cells that can be computed, but that nobody means as they stand."""
    for row in table.rows:
        for cell in row.tests:
            for flaw in cell.flaws:
                message = f"{row.id}: “{cell.source}” {_FLAWS[flaw]}"
                kind = warning if flaw == "cell-twice" else error
                yield kind(table.file, "fee-cell", message, line=row.source_line)


_FLAWS: Final[Mapping[str, str]] = {
    "cell-empty": "is a range in which no value lies; write a single value as [5..5] or 5.",
    "cell-order": "compares with what has no order; compare with numbers or texts.",
    "cell-twice": "lists a value twice; remove one of them, or correct it.",
}
