"""What example cases pay and how they go in two packages: at every place where a fee may turn, and in each scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final

from engine.packages.fee_inputs import inputs_of
from engine.packages.fees import FeeTable, FeeUndetermined
from engine.packages.forms import Component
from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.problems import PackageRejected
from engine.packages.reckoning import Known, reckon
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenario_runs import run_scenario
from engine.packages.scenarios import read_scenarios
from engine.packages.trial_answers import can_be, number_said, values_to_try
from engine.packages.trying import office

_MOST_CASES: Final = 2_000
MOST_SHOWN: Final = 12
"""Examples that are told of one fee."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a case with these answers (names and values, as written) pays of a fee in riel; None for no amount."""

    fee: str
    case: tuple[tuple[str, str], ...]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """Examples of one fee that come to another amount, those with other sums first; how many cases were ``tried``, and
    how many of them ``differ``."""

    fee: str
    tried: int
    differ: int
    examples: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario of the newer package in both: what it pays, on which working day it ends, and how; None where it
    could not be gone through. ``parts_at`` is the first element of another path, empty for the same."""

    name: str
    fees: tuple[int | None, int | None]
    working_days: tuple[int | None, int | None]
    outcomes: tuple[str, str]
    parts_at: str

    @property
    def differs(self) -> bool:
        """Whether anything of it does."""
        pairs = (self.fees, self.working_days, self.outcomes)
        return bool(self.parts_at) or any(before != after for before, after in pairs)


def amounts(before: ServicePackage, after: ServicePackage) -> tuple[Amounts, ...]:
    """The fees that are others for some case, with examples: answers at and beside each value that a row of either
    table compares with."""
    keys = dict.fromkeys([*after.fees, *before.fees])
    found = (_of_fee(key, before, after) for key in keys)
    return tuple(one for one in found if one.differ)


def _of_fee(key: str, before: ServicePackage, after: ServicePackage) -> Amounts:
    asked = {**_asked(key, before), **_asked(key, after)}
    tables = [package.fees[key] for package in (before, after) if key in package.fees]
    seen: dict[tuple[int | None, int | None], Amount] = {}
    tried = differ = 0
    for answers in _cases(tables, asked):
        tried += 1
        paid = _amount(key, answers, before), _amount(key, answers, after)
        if paid[0] != paid[1]:
            differ += 1
            case = tuple((name, number_said(held)) for name, held in answers.items())
            seen.setdefault(paid, Amount(key, case, *paid))
    return Amounts(key, tried, differ, tuple(seen.values())[:MOST_SHOWN])


def _asked(key: str, package: ServicePackage) -> dict[str, Component]:
    """The questions behind the names of a fee table."""
    rule = package.manifest.fee(key)
    if rule is None or key not in package.fees:
        return {}
    known = inputs_of(package, rule)
    return {name: known[name].component for name in sorted(package.fees[key].names()) if name in known}


def _cases(tables: list[FeeTable], asked: Mapping[str, Component]) -> Iterator[dict[str, Any]]:
    tried = {name: values_to_try(component, _marks(tables, name)) for name, component in asked.items()}
    for values in islice(product(*tried.values()), _MOST_CASES):
        answers = dict(zip(tried, values, strict=True))
        if can_be(answers, asked):
            yield answers


def _marks(tables: list[FeeTable], name: str) -> list[Any]:
    cells = (
        test
        for table in tables
        for row in table.rows
        for at, test in zip(table.inputs, row.tests, strict=True)
        if at == name
    )
    return [literal for cell in cells for literal in cell.literals]


def _amount(key: str, answers: Mapping[str, Any], package: ServicePackage) -> int | None:
    rule = package.manifest.fee(key)
    if rule is None or key not in package.fees:
        return None
    rows = {rule.for_each[0]: {rule.for_each[1]: [answers]}} if rule.for_each is not None else {}
    try:
        return reckon(package, rule, Known(answers, rows)).total
    except FeeUndetermined:
        return None


def scenarios_told(before: ServicePackage, after: ServicePackage) -> tuple[Told, ...]:
    """The scenarios of ``after`` that go otherwise in ``before``; nothing where they cannot be read."""
    if SCENARIOS not in after.files:
        return ()
    try:
        scenarios = read_scenarios(SCENARIOS, after.files[SCENARIOS], after)
    except PackageRejected:
        return ()
    runs = ((run_scenario(before, each, office()), run_scenario(after, each, office())) for each in scenarios)
    return tuple(told for pair in runs if (told := _told(*pair)).differs)


def _told(old: ScenarioResult, new: ScenarioResult) -> Told:
    parted = next((there for here, there in zip(old.path, new.path, strict=False) if here != there), "")
    longer = max(old.path, new.path, key=len)
    if not parted and len(old.path) != len(new.path):
        parted = longer[min(len(old.path), len(new.path))]
    return Told(
        name=new.name,
        fees=(old.fee, new.fee),
        working_days=(old.working_days, new.working_days),
        outcomes=(old.outcome or "", new.outcome or ""),
        parts_at=parted,
    )
