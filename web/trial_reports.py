"""What the scenarios of a package tried, as pages to look at: painted diagrams and tables, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from engine.documents.diagrams import picture
from engine.khmer import Bilingual
from engine.packages import ServicePackage, Trial
from engine.packages.painted import counts, mark_of, painted_tables

INDEX: Final = "index.html"
STYLE: Final = "report.css"
_PAGES: Final = Path(__file__).parent / "templates" / "reports"


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
        tables=painted_tables(package, trial),
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


def _template(name: str) -> Template:
    return Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined).get_template(name)
