"""A file with decisions in a draft as its editor shows it: what is wrong, what its tables leave open or answer twice,
and what they give for values that somebody tries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import Problem, ServicePackage
from engine.packages.decision_tables import TableTold, rules_by_line, tables_in
from engine.packages.package import SCENARIOS
from engine.packages.scenarios import Scenario, scenarios_as_far
from engine.packages.table_cases import Cases
from engine.packages.table_trials import TableTrial, Taken, beginning, taken, try_table
from engine.packages.trying import office
from engine.people.actors import Actor
from engine.queries.analyst.draft_files import FileShown, file_of
from engine.queries.analyst.package_drafts import DraftLine, line
from engine.queries.public.rule_words import cells_in_words
from engine.studio.keeping import find
from engine.studio.problems import looked_at, looked_at_with
from engine.studio.typed import typed

TABLE: Final = ".dmn"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
"""Days stand in quotes in decisions of the diagram, and need none in fee tables."""


@dataclass(frozen=True, slots=True)
class CasesTold:
    """Cases that no rule answers, or several do: the cells of a rule for them, the rules, and the cases in words."""

    cells: tuple[str, ...]
    rules: tuple[int, ...]
    words: Bilingual


@dataclass(frozen=True, slots=True)
class TableShown:
    """A decision with its gaps and overlaps, as far as these are mistakes; ``is_tried`` when its cases could be tried,
    ``is_whole`` when all is told."""

    told: TableTold
    gaps: tuple[CasesTold, ...]
    overlaps: tuple[CasesTold, ...]
    is_tried: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class TablesShown:
    """The decisions of a file. ``problems`` are those of the whole draft, each with the decision and the number of the
    rule at which it lies, where it lies at one."""

    package: ServicePackage
    tables: tuple[TableShown, ...]
    problems: tuple[tuple[Problem, tuple[str, int] | None], ...]
    scenarios: tuple[Scenario, ...]

    def table(self, own: str) -> TableShown | None:
        """The decision with this id, else the first; None in a file without any."""
        return next((one for one in self.tables if one.told.drawn.id == own), next(iter(self.tables), None))


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """The page of a file with decisions: its draft, the file, and what is shown of it."""

    line: DraftLine
    file: FileShown
    shown: TablesShown


def decision_page(session: Session, house: House, actor: Actor, key: str, path: str) -> DecisionPage:
    """A file with decisions as the newest save has it; ``NotFound``, also for any other file."""
    if not path.endswith(TABLE):
        raise NotFound
    draft = find(session, actor, key)
    read, problems = looked_at(session, house, actor, key)
    shown = _shown(read.package, problems, path)
    return DecisionPage(line(session, draft), file_of(session, actor, key, path), shown)


def tables_typed(session: Session, house: House, actor: Actor, key: str, path: str, *, text: str) -> TablesShown:
    """The same if the file held this text; nothing is saved. Raises what a save of it would."""
    if not path.endswith(TABLE):
        raise NotFound
    changes = typed(session, house, actor, key, path, text=text)
    read, problems = looked_at_with(session, house, actor, key, changes)
    return _shown(read.package, problems, path)


def trial_of(
    shown: TablesShown,
    table: TableShown,
    given: Mapping[str, Any],
    scenario: str,
    *,
    asked: bool,
    today: date,
    now: datetime,
) -> TableTrial:
    """The table tried with what was typed, or with the answers of the scenario of this name; before anything is
    ``asked``, its questions."""
    found = next((one for one in shown.scenarios if one.name == scenario), None)
    if found is None and not asked:
        return beginning(shown.package, table.told, today)
    tried = taken(shown.package, table.told, found) if found is not None else Taken(given, {})
    return try_table(shown.package, table.told, tried, calendar=office(), today=today, now=now)


def _shown(package: ServicePackage, problems: tuple[Problem, ...], path: str) -> TablesShown:
    tables = tables_in(package, path)
    places = rules_by_line(tables)
    placed = tuple((one, places.get(one.line or 0) if one.file == path else None) for one in problems)
    data = package.files.get(SCENARIOS)
    scenarios = scenarios_as_far(SCENARIOS, data, package).value if data is not None else ()
    return TablesShown(package, tuple(map(_table, tables)), placed, scenarios)


def _table(told: TableTold) -> TableShown:
    found = told.answered
    if found is None:
        return TableShown(told, (), (), is_tried=False, is_whole=True)
    gaps = tuple(_cases(told, one) for one in found.gaps if told.gaps_count)
    overlaps = tuple(_cases(told, one) for one in found.overlaps if told.overlaps_count)
    return TableShown(told, gaps, overlaps, is_tried=True, is_whole=found.is_whole)


def _cases(told: TableTold, cases: Cases) -> CasesTold:
    words = cells_in_words(told.asked, told.inputs, cases.cells)
    cells = cases.cells if told.fees else tuple(_DAY.sub(r'"\g<0>"', cell) for cell in cases.cells)
    return CasesTold(cells, tuple(map(int, cases.rules)), words)
