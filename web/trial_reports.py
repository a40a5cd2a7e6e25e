"""What the scenarios of a package tried, as pages to look at: painted diagrams and tables, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from engine.documents.diagrams import picture
from engine.khmer import Bilingual
from engine.packages import ServicePackage, Spot, Trial
from engine.packages.decisions import DrawnDecision, drawn_decisions

INDEX: Final = "index.html"
STYLE: Final = "report.css"
_PAGES: Final = Path(__file__).parent / "templates" / "reports"


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a kind was tried: ``covered`` counts what needs no scenario too."""

    kind: str
    covered: int
    of: int


@dataclass(frozen=True, slots=True)
class _Row:
    mark: str
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    file: str
    heads: tuple[str, ...]
    rows: tuple[_Row, ...]


def counts(spots: Sequence[Spot]) -> tuple[Count, ...]:
    """Of each kind that is there, how many were tried, and of how many."""
    kinds = dict.fromkeys(spot.kind for spot in spots)
    held = {kind: [spot for spot in spots if spot.kind == kind] for kind in kinds}
    return tuple(Count(kind, sum(spot.is_covered for spot in found), len(found)) for kind, found in held.items())


def mark_of(spot: Spot) -> str:
    """How it is painted."""
    return "tried" if spot.is_tried else "excused" if spot.reason else "untried"


def write_package(folder: Path, package: ServicePackage, trial: Trial) -> None:
    """The page of a package, and its diagrams as files."""
    folder.mkdir(parents=True, exist_ok=True)
    diagrams = dict(_diagrams(package, trial))
    for file, svg in diagrams.items():
        (folder / f"{trial.service_key}.{file.replace('/', '.').removesuffix('.bpmn')}.svg").write_text(svg, "utf-8")
    page = _template("package.html").render(
        title=package.manifest.title,
        trial=trial,
        counts=counts([spot for spot in trial.spots if not spot.part]),
        diagrams={file: Markup(svg) for file, svg in diagrams.items()},  # noqa: S704 (written by the project itself)
        tables=tuple(_tables(package, trial)),
        pages=[(mark_of(spot), spot) for spot in trial.spots if spot.kind == "page"],
        untried=[spot for spot in trial.spots if not spot.is_covered and not spot.part],
        excused=[spot for spot in trial.spots if spot.reason],
    )
    (folder / f"{trial.service_key}.html").write_text(page, "utf-8")


def write_index(folder: Path, trials: Sequence[tuple[Trial, Bilingual]]) -> None:
    """The page that leads to those of the packages."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(trial, title, counts([spot for spot in trial.spots if not spot.part])) for trial, title in trials]
    (folder / INDEX).write_text(_template(INDEX).render(rows=rows), "utf-8")
    (folder / STYLE).write_bytes((_PAGES / STYLE).read_bytes())


def _diagrams(package: ServicePackage, trial: Trial) -> Iterator[tuple[str, str]]:
    marks = {spot.key: mark_of(spot) for spot in trial.spots if spot.kind in ("element", "flow")}
    names = {key: text.km for key, text in package.texts.elements.items()}
    drawings: Mapping[str, bytes] = package.drawings
    for file in sorted(drawings, key=lambda name: ("/" in name, name)):
        yield file, picture(drawings[file], title=f"{trial.service_key}: {file}", names=names, marks=marks)


def _tables(package: ServicePackage, trial: Trial) -> Iterator[_Table]:
    spots = {(spot.file, spot.key): spot for spot in trial.spots if spot.kind == "row"}
    for file in sorted({file for file, _ in spots}):
        for decision in drawn_decisions(file, package.files[file]):
            rows = tuple(_rows(decision, {key: spot for (of, key), spot in spots.items() if of == file}))
            heads = tuple(column.label or column.name for column in (*decision.inputs, *decision.outputs))
            yield _Table(decision.name, file, heads, rows)


def _rows(decision: DrawnDecision, spots: Mapping[str, Spot]) -> Iterator[_Row]:
    for rule in decision.rules:
        spot = next((spot for key, spot in spots.items() if key.endswith(f".{rule.id}")), None)
        if spot is not None:
            yield _Row(mark_of(spot), (*rule.inputs, *rule.outputs), spot.reason)


def _template(name: str) -> Template:
    return Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined).get_template(name)
