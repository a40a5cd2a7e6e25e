"""``owso test``: the scenarios of packages, run on the engine with a movable clock, and what they leave untried."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from engine.khmer import Bilingual, Language
from engine.packages import PackageRejected, Problem, Spot, Trial, load_package, try_package
from engine.packages.painted import counts
from web.commands.check import packages_in
from web.commands.findings import ask_language, in_words
from web.commands.side_by_side import side_by_side
from web.config import Settings
from web.trial_reports import INDEX, write_index, write_package

_WORDS: Final = {"element": "elements", "flow": "flows", "row": "rows", "page": "pages"}


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of a folder: its trial, or why there was none."""

    folder: str
    title: Bilingual
    trial: Trial | None
    problems: tuple[Problem, ...]

    @property
    def has_failed(self) -> bool:
        return self.trial is None or self.trial.has_failed


def configure(parser: argparse.ArgumentParser) -> None:
    """Packages or folders of packages, and how to say it."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", default=[Path("processes")],
        help="a package or a folder of packages; without one, processes",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object about everything")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="write painted diagrams and tables there")
    ask_language(parser)
    parser.add_argument("--complete", action="store_true", help="fail as well when something was not tried")


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Says of every package how many scenarios ran, what did not come true, and what was not tried; 1 when something
    did not come true, 2 when there is no package."""
    folders = list(dict.fromkeys(package for path in args.paths for package in packages_in(path)))
    if not folders:
        print(f"owso test: no package in {', '.join(map(str, args.paths))}", file=sys.stderr)
        return 2
    told = list(side_by_side(partial(_one, report=args.report), folders))
    if args.report:
        write_index(args.report, [(one.trial, one.title) for one in told if one.trial is not None])
    parts = _parts(told)
    if args.json:
        print(json.dumps(_record(told, parts), ensure_ascii=False))
    else:
        tales = (tale for one in told if one.trial is not None for tale in one.trial.tales)
        shared = _shared(parts, args.lang, all_came_true=not any(tale.problems for tale in tales))
        for line in (*(line for one in told for line in _lines(one, args.lang)), *shared, *_in_all(told, args.report)):
            print(line)
    untried = args.complete and (
        any(one.trial is not None and not one.trial.is_whole for one in told)
        or any(not spot.is_covered for spots in parts.values() for spot in spots)
    )
    return int(untried or any(one.has_failed for one in told))


def _one(folder: Path, report: Path | None) -> _Told:
    try:
        package = load_package(folder)
        trial = try_package(package)
    except PackageRejected as rejected:
        return _Told(str(folder), Bilingual("", ""), None, rejected.problems)
    if report is not None:
        write_package(report, package, trial)
    return _Told(str(folder), package.manifest.title, trial, ())


def _lines(told: _Told, language: Language) -> Iterator[str]:
    if told.trial is None:
        yield f"{told.folder}: it cannot be tried; owso check says more."
        yield from (f"{told.folder}/{in_words(problem, language)}" for problem in told.problems)
        return
    own = [spot for spot in told.trial.spots if not spot.part]
    ran, failed = len(told.trial.tales), sum(bool(tale.problems) for tale in told.trial.tales)
    yield f"{told.folder}: scenarios {ran - failed}/{ran}, {_counted(own)}"
    for problem in (*(problem for tale in told.trial.tales for problem in tale.problems), *told.trial.remarks):
        yield f"{told.folder}/{in_words(problem, language)}"
    untried = [spot for spot in own if not spot.is_covered]
    if failed and untried:
        yield f"{told.folder}: not tried: {len(untried)}; they are named once every scenario comes true"
        return
    for spot in untried:
        yield f"{told.folder}/{spot.file}: not tried: {spot.kind} {spot.key} ({spot.name(language)})"


def _counted(spots: Iterable[Spot]) -> str:
    return ", ".join(f"{_WORDS[count.kind]} {count.covered}/{count.of}" for count in counts(list(spots)))


def _parts(told: Sequence[_Told]) -> dict[str, list[Spot]]:
    """What there is in each shared process: tried when some service tried it."""
    found: dict[str, dict[tuple[str, str], Spot]] = {}
    for spot in (spot for one in told if one.trial is not None for spot in one.trial.spots if spot.part):
        held = found.setdefault(spot.part, {})
        known = held.get((spot.kind, spot.own_key))
        held[spot.kind, spot.own_key] = spot if known is None or not known.is_covered else known
    return {part: list(held.values()) for part, held in sorted(found.items())}


def _shared(parts: dict[str, list[Spot]], language: Language, *, all_came_true: bool) -> Iterator[str]:
    for part, spots in parts.items():
        yield f"shared/{part}: {_counted(spots)}"
        for spot in spots:
            if not spot.is_covered and all_came_true:
                yield f"shared/{part}: not tried by any of these: {spot.kind} {spot.own_key} ({spot.name(language)})"


def _in_all(told: Sequence[_Told], report: Path | None) -> Iterator[str]:
    tales = [tale for one in told if one.trial is not None for tale in one.trial.tales]
    failed = sum(bool(tale.problems) for tale in tales)
    yield f"Packages: {len(told)}. Scenarios: {len(tales)}. Not as expected: {failed}."
    if report is not None:
        yield f"Painted diagrams and tables: {report / INDEX}"


def _record(told: Sequence[_Told], parts: dict[str, list[Spot]]) -> dict[str, Any]:
    return {
        "packages": [
            {
                "folder": one.folder,
                "service": one.trial.service_key if one.trial else "",
                "problems": [asdict(problem) for problem in one.problems],
                "scenarios": [asdict(tale) for tale in one.trial.tales] if one.trial else [],
                "remarks": [asdict(problem) for problem in one.trial.remarks] if one.trial else [],
                "tried": [_spot(spot, spot.key) for spot in one.trial.spots] if one.trial else [],
            }
            for one in told
        ],
        "shared": {part: [_spot(spot, spot.own_key) for spot in spots] for part, spots in parts.items()},
    }


def _spot(spot: Spot, key: str) -> dict[str, Any]:
    return {**asdict(spot), "key": key, "is_tried": spot.is_tried}
