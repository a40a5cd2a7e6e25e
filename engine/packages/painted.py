"""What the scenarios of a package went through, as it is painted: on drawings, on tables, on the pages of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.packages.decisions import DrawnDecision, drawn_decisions
from engine.packages.package import ServicePackage
from engine.packages.scenario_coverage import Kind, Question, Spot
from engine.packages.trying import Trial

Mark = Literal["tried", "excused", "untried"]


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a kind was tried: ``covered`` counts what needs no scenario too."""

    kind: Kind
    covered: int
    of: int


@dataclass(frozen=True, slots=True)
class PaintedDrawing:
    """A BPMN file with its elements, then its flows."""

    file: str
    spots: tuple[Spot, ...]

    def marked(self, mark: Mark) -> tuple[str, ...]:
        """The ids of what is painted so."""
        return tuple(spot.key for spot in self.spots if mark_of(spot) == mark)

    def counted(self, kind: Kind) -> dict[str, int]:
        """By id, how many scenarios went through what was tried."""
        return {spot.key: len(spot.tried_by) for spot in self.spots if spot.kind == kind and spot.is_tried}


@dataclass(frozen=True, slots=True)
class PaintedRow:
    """A row of a table as it is written."""

    spot: Spot
    mark: Mark
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaintedTable:
    """A fee table or a decision; ``heads`` are its inputs, then its outputs."""

    name: str
    file: str
    heads: tuple[str, ...]
    rows: tuple[PaintedRow, ...]


@dataclass(frozen=True, slots=True)
class PaintedPage:
    """A page of a form, with its questions."""

    spot: Spot
    mark: Mark
    questions: tuple[Question, ...]


def mark_of(spot: Spot) -> Mark:
    """How it is painted."""
    return "tried" if spot.is_tried else "excused" if spot.reason else "untried"


def counts(spots: Sequence[Spot]) -> tuple[Count, ...]:
    """Of each kind that is there, how many were tried, and of how many."""
    kinds = dict.fromkeys(spot.kind for spot in spots)
    held = {kind: [spot for spot in spots if spot.kind == kind] for kind in kinds}
    return tuple(Count(kind, sum(spot.is_covered for spot in found), len(found)) for kind, found in held.items())


def painted_drawings(package: ServicePackage, trial: Trial) -> tuple[PaintedDrawing, ...]:
    """Each drawing, that of the service before those that it calls."""
    drawn = [spot for spot in trial.spots if spot.kind in ("element", "flow")]
    files = sorted(package.drawings, key=lambda name: ("/" in name, name))
    return tuple(PaintedDrawing(file, tuple(spot for spot in drawn if spot.file == file)) for file in files)


def painted_tables(package: ServicePackage, trial: Trial) -> tuple[PaintedTable, ...]:
    """Each table that has rows, file by file."""
    return tuple(_tables(package, trial))


def painted_pages(trial: Trial) -> tuple[PaintedPage, ...]:
    """Each page of each form."""
    held: dict[str, list[Question]] = {}
    for question in trial.questions:
        held.setdefault(f"{question.form}.{question.page}", []).append(question)
    pages = (spot for spot in trial.spots if spot.kind == "page")
    return tuple(PaintedPage(spot, mark_of(spot), tuple(held.get(spot.key, ()))) for spot in pages)


def _tables(package: ServicePackage, trial: Trial) -> Iterator[PaintedTable]:
    spots = {(spot.file, spot.key): spot for spot in trial.spots if spot.kind == "row"}
    for file in sorted({file for file, _ in spots}):
        for decision in drawn_decisions(file, package.files[file]):
            rows = tuple(_rows(decision, {key: spot for (of, key), spot in spots.items() if of == file}))
            heads = tuple(column.label or column.name for column in (*decision.inputs, *decision.outputs))
            yield PaintedTable(decision.name, file, heads, rows)


def _rows(decision: DrawnDecision, spots: Mapping[str, Spot]) -> Iterator[PaintedRow]:
    for rule in decision.rules:
        spot = next((spot for key, spot in spots.items() if key.endswith(f".{rule.id}")), None)
        if spot is not None:
            yield PaintedRow(spot, mark_of(spot), (*rule.inputs, *rule.outputs))
