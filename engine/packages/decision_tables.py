"""The decisions of one file of a package as their author looks at them: what each may look at, and the cases that its
table leaves open or answers twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.packages.coverage import Row
from engine.packages.decision_checks import ONE_RULE
from engine.packages.decisions import DrawnDecision, drawn_decisions
from engine.packages.fee_inputs import answers_of, inputs_of
from engine.packages.fee_rules import FeeRule
from engine.packages.feel import BadExpression, parse_unary_tests
from engine.packages.forms import Component
from engine.packages.package import ServicePackage, is_decision
from engine.packages.table_cases import Answered, answered


@dataclass(frozen=True, slots=True)
class TableTold:
    """A decision with everything that it may look at, by name. ``answered`` is None where its cases cannot be tried:
    it has no table, an input is no answer, or a cell cannot be read; its rules are named by their numbers from 1.
    ``gaps_count`` and ``overlaps_count`` say whether these are mistakes there."""

    drawn: DrawnDecision
    fees: tuple[FeeRule, ...]
    asked: Mapping[str, Component]
    answered: Answered | None
    gaps_count: bool
    overlaps_count: bool

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs, in order."""
        return tuple(column.name for column in self.drawn.inputs)


def tables_in(package: ServicePackage, path: str) -> tuple[TableTold, ...]:
    """The decisions of a file, in order; nothing for one that is no XML."""
    fees = () if is_decision(path) else fees_of(package, path)
    asked = {
        name: one.component for name, one in (inputs_of(package, fees[0]) if fees else answers_of(package)).items()
    }
    return tuple(_told(drawn, fees, asked) for drawn in drawn_decisions(path, package.files.get(path, b"")))


def fees_of(package: ServicePackage, path: str) -> tuple[FeeRule, ...]:
    """The fees that this file gives."""
    return tuple(rule for rule in package.manifest.fees if rule.file == path)


def rules_by_line(tables: Sequence[TableTold]) -> dict[int, tuple[str, int]]:
    """The decision and the number of the rule that begins on each line of the file on which one does."""
    return {
        rule.line: (table.drawn.id, number)
        for table in tables
        for number, rule in enumerate(table.drawn.rules, 1)
        if rule.line is not None
    }


def _told(drawn: DrawnDecision, fees: tuple[FeeRule, ...], asked: Mapping[str, Component]) -> TableTold:
    has_default = any(column.default for column in drawn.outputs)
    return TableTold(
        drawn=drawn,
        fees=fees,
        asked=asked,
        answered=_answered(drawn, asked, left_out=bool(fees)) if drawn.policy else None,
        gaps_count=bool(fees) or (drawn.policy in ONE_RULE and not has_default),
        overlaps_count=drawn.policy == "UNIQUE",
    )


def _answered(drawn: DrawnDecision, asked: Mapping[str, Component], *, left_out: bool) -> Answered | None:
    inputs = tuple(column.name for column in drawn.inputs)
    if not set(inputs) <= asked.keys():
        return None
    try:
        rows = tuple(_rows(drawn, len(inputs)))
    except BadExpression:
        return None
    return answered(inputs, rows, asked, left_out=left_out)


def _rows(drawn: DrawnDecision, width: int) -> Iterator[Row]:
    for number, rule in enumerate(drawn.rules, 1):
        if len(rule.inputs) == width:
            yield Row(str(number), tuple(map(parse_unary_tests, rule.inputs)), rule.line)
