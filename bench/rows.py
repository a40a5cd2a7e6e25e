"""What a benchmark found, as rows of one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Sense = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``reached`` is None for what could not be measured; a row without ``must`` only informs.

    ``unit`` stands behind every number of the row: " ×" for ratios, " ms", " bytes"; ``note`` says in a few words from
    what the number comes.
    """

    what: str
    reached: float | None
    unit: str = " ×"
    must: float | None = None
    aim: float | None = None
    sense: Sense = "at least"
    note: str = ""

    @property
    def held(self) -> bool | None:
        """Whether what must be was reached; None where nothing must be, or nothing was measured."""
        if self.must is None or self.reached is None:
            return None
        return self.reached >= self.must if self.sense == "at least" else self.reached <= self.must

    @property
    def missed(self) -> bool:
        """True when something must be and was not shown to be: it did not hold, or could not be measured."""
        return self.must is not None and not self.held


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text: what, reached, must, aim, held, from what."""
    lines = [("what", "reached", "must", "aim", "held", "")]
    lines += [
        (row.what, _reached(row), _bound(row, row.must), _bound(row, row.aim), _held(row), row.note) for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    lines.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3], "-" * widths[4], ""))
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(line[n].rjust(widths[n]) for n in range(1, 5)), line[5]]).rstrip()
        for line in lines
    )


def verdict(rows: Sequence[Row]) -> int:
    """Says what was missed; 0 when all that must be was reached, else 1."""
    missed = [row.what for row in rows if row.missed]
    print("missed: " + "; ".join(missed) if missed else "all held")
    return 1 if missed else 0


def _reached(row: Row) -> str:
    return "not measured" if row.reached is None else _number(row.reached) + row.unit


def _bound(row: Row, bound: float | None) -> str:
    return "" if bound is None else f"{'≥' if row.sense == 'at least' else '≤'} {_number(bound)}{row.unit}"


def _held(row: Row) -> str:
    if row.must is None:
        return ""
    return {True: "yes", False: "NO", None: "?"}[row.held]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"
