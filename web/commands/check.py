"""``owso check``: what is wrong with packages and process files, before anybody publishes them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from engine import bpmn
from engine.bpmn import imports_of
from engine.errors import PackageRefused
from engine.packages import (
    PackageRejected,
    Problem,
    callers,
    check_part,
    deviations,
    draft_of,
    load_package,
    parts_in,
    services_beside,
    used_parts,
)
from engine.versions.publishing import examine, files_of
from web.assets import Assets
from web.clock import SystemClock
from web.config import Settings

DRAWINGS: Final = (".bpmn", ".bpmn2", ".bpmn20.xml", ".dmn")
"""How the files end that are looked for in a folder without packages."""
_STANDARD_INPUT: Final = Path("-")
_MOST_WORKERS: Final = 4
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Line:
    """One finding as it is printed: ``text`` for people, ``record`` for programs."""

    severity: str
    text: str
    record: Mapping[str, Any]


def configure(parser: argparse.ArgumentParser) -> None:
    """Files, packages, or folders of either."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH",
        help="a package, a shared process, a folder of these or of BPMN and DMN files, a file, or - for standard input",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object per finding")
    parser.add_argument(
        "--law", action="store_true", help="name every place where a service departs from the law.yaml beside it, too"
    )
    parser.add_argument(
        "--together", action="store_true", help="check all files as one set: they may call and import each other"
    )


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Prints every finding with its place; 1 when one of them forbids publishing, 2 when something cannot be read."""
    units, unread = _units(args.paths)
    for complaint in unread:
        print(f"owso check: {complaint}", file=sys.stderr)
    files = [unit for unit in units if not unit.is_dir()]
    sets = [[unit] for unit in units]
    if args.together and files:
        sets = [[unit] for unit in units if unit.is_dir()] + [files]
    errors = 0
    # Other processes do not have the standard input of this one.
    look = partial(_of_one, by_law=args.law)
    for lines in map(look, sets) if _STANDARD_INPUT in units else side_by_side(look, sets):
        for line in lines:
            errors += line.severity == "error"
            print(json.dumps(line.record) if args.json else line.text)
    if not args.json and units:
        print(f"Checked: {len(units)}. Errors: {errors}.")
    return 2 if unread else int(errors > 0)


def side_by_side(work: Callable[[_Given], _Made], given: Sequence[_Given]) -> Iterator[_Made]:
    """What the work makes of each, in their order; several at once where there are several."""
    workers = min(len(given), _MOST_WORKERS, os.cpu_count() or 1)
    if workers <= 1:
        yield from map(work, given)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, given)


def _of_one(one: Sequence[Path], *, by_law: bool) -> list[_Line]:
    if not one[0].is_dir():
        return list(_of_files(one))
    return [*_of_folder(one[0]), *(_of_law(one[0]) if by_law else ())]


def _of_law(folder: Path) -> Iterator[_Line]:
    """Where the service departs from its ``law.yaml``; nothing for a package that cannot be read, which is told."""
    try:
        found = deviations(load_package(folder)) if (folder / "service.yaml").is_file() else ()
    except PackageRejected:
        return
    for problem in found:
        yield _finding(folder, problem)


def _units(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """What is checked: files, and packages below folders, or drawings where there is none; and what is missing."""
    units: list[Path] = []
    unread: list[str] = []
    for path in paths:
        if path.is_dir():
            found = [*parts_in(path), *packages_in(path)] or _drawings_in(path)
            unread += [] if found else [f"no package and no BPMN or DMN file in {path}"]
            units += found
        elif path != _STANDARD_INPUT and not path.is_file():
            unread.append(f"no such file or folder: {path}")
        elif path != _STANDARD_INPUT and not os.access(path, os.R_OK):
            unread.append(f"{path} may not be read")
        else:
            units.append(path)
    return units, unread


def packages_in(path: Path) -> list[Path]:
    """The folder itself when it is a package, else every package below it."""
    if (path / "service.yaml").is_file():
        return [path]
    return sorted(found.parent for found in path.rglob("service.yaml"))


def _drawings_in(path: Path) -> list[Path]:
    return sorted(found for found in path.rglob("*") if found.name.lower().endswith(DRAWINGS) and found.is_file())


def _of_files(paths: Sequence[Path]) -> Iterator[_Line]:
    """The findings of the files, read together with the files beside them that they import."""
    for problem in bpmn.check(_with_imports(paths)):
        element = f" {problem.element_id}" if problem.element_id else ""
        named = f" ({problem.element_name})" if problem.element_name else ""
        text = f"{problem.file}: {problem.severity}{element}{named}: {problem.message} [{problem.rule}]"
        yield _Line(problem.severity, text, {"in": str(paths[0]), **asdict(problem)})


def _with_imports(paths: Sequence[Path]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if str(path) in files:
            continue
        files[str(path)] = sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()
        beside = [os.path.normpath(path.parent / location) for location in imports_of(files[str(path)]) if location]
        waiting += [Path(other) for other in beside if os.path.isfile(other)]
    return files


def _of_folder(folder: Path) -> Iterator[_Line]:
    return _of_package(folder) if (folder / "service.yaml").is_file() else _of_part(folder)


def _of_part(folder: Path) -> Iterator[_Line]:
    """The findings about a shared process, and the services that a change of it reaches."""
    for problem in check_part(folder):
        yield _finding(folder, problem)
    for service in callers(folder):
        name = "/".join(service.parts[-2:])
        text = f"{folder}: note: {name} calls it; check and publish that too, so that the change reaches it. [called]"
        yield _Line("note", text, {"in": str(folder), "severity": "note", "rule": "called", "service": name})


def _of_package(folder: Path) -> Iterator[_Line]:
    found: Sequence[Problem]
    try:
        files = files_of(folder)
        known = services_beside(folder)
        found = examine(draft_of(files), fonts=Assets().fonts_for_pdf(), known=known, now=SystemClock().now())
    except PackageRefused as refused:
        files, found = {}, refused.problems
    for problem in found:
        yield _finding(folder, problem)
    used = ", ".join(sorted(used_parts(files)))
    if used:
        text = f"{folder}: note: It calls the shared processes {used}. [calls]"
        yield _Line("note", text, {"in": str(folder), "severity": "note", "rule": "calls", "parts": used})


def _finding(folder: Path, problem: Problem) -> _Line:
    """A finding at the place of the file that is to be mended: what several services share lies outside the folder."""
    place = folder if (folder / problem.file).exists() else _outside(folder, problem.file)
    return _Line(problem.severity, f"{place}/{problem}", {"in": str(folder), **asdict(problem)})


def _outside(folder: Path, file: str) -> Path:
    beside = (folder.parent, folder.parent.parent)
    return next((place for place in beside if (place / file).exists()), folder)
