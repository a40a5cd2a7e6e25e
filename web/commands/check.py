"""``owso check``: what is wrong with packages and process files, before anybody publishes them."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from engine import bpmn
from engine.bpmn import imports_of
from engine.errors import PackageRefused
from engine.khmer import Bilingual, Language
from engine.packages import (
    Law,
    PackageRejected,
    Problem,
    callers,
    check_part,
    deviations,
    draft_of,
    law_of,
    load_package,
    parts_in,
    services_beside,
    used_parts,
)
from engine.packages.package import TEXTS
from engine.packages.said import filled
from engine.versions.publishing import examine, files_of
from web.assets import Assets
from web.clock import SystemClock
from web.commands.findings import SEVERITIES, ask_language
from web.commands.message_findings import long_ones, long_shared_ones
from web.commands.side_by_side import side_by_side
from web.config import Settings

DRAWINGS: Final = (".bpmn", ".bpmn2", ".bpmn20.xml", ".dmn")
"""How the files end that are looked for in a folder without packages."""
_STANDARD_INPUT: Final = Path("-")
SHARED_MESSAGES: Final = "messages.yaml"
_FEWEST_ALIKE: Final = 3
"""So many equal findings about elements of one file are one line, with the first of the elements."""
_MOST_NAMED: Final = 5
_LINE: Final = re.compile(r":\d+$")
_NAMED: Final = re.compile(r"^(?:“[^”]*”: |«[^»]*»៖ )")
"""What a finding begins with that names its element."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One finding as it is printed: for people its place, the element that it is about (empty: none) and what is said;
    ``record`` for programs. Those about a drawing alone have the element behind the severity."""

    severity: str
    place: str
    element: str
    said: str
    rule: str
    record: Mapping[str, Any]
    of_drawing: bool = False

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What equal findings about other elements of the same file have in common."""
        if not self.element:
            return self.severity, self.place, self.rule, self.said
        return self.severity, f"{_LINE.sub('', self.place)} ", self.rule, _NAMED.sub("", self.said)


def configure(parser: argparse.ArgumentParser) -> None:
    """Files, packages, or folders of either."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH",
        help="a package, a shared process, a folder of these or of BPMN and DMN files, a file, or - for standard input",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object per finding")
    ask_language(parser)
    parser.add_argument(
        "--law",
        action="store_true",
        help="name every place where a service departs from its law.yaml, too, or say that it keeps to it",
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
    look = partial(_of_one, by_law=args.law, language=args.lang)
    for lines in map(look, sets) if _STANDARD_INPUT in units else side_by_side(look, sets):
        errors += sum(line.severity == "error" for line in lines)
        for text in (json.dumps(line.record) for line in lines) if args.json else _printed(lines, args.lang):
            print(text)
    if not args.json and units:
        print(f"Checked: {len(units)}. Errors: {errors}.")
    return 2 if unread else int(errors > 0)


def _printed(lines: Sequence[_Line], language: Language) -> Iterator[str]:
    """The findings for people; many equal ones about elements of one file as one line."""
    alike: dict[tuple[str, str, str, str], list[_Line]] = {}
    for line in lines:
        alike.setdefault(line.same, []).append(line)
    for together in alike.values():
        if len(together) < _FEWEST_ALIKE or not together[0].element:
            yield from (_text(line, line.place, line.element, line.said, language) for line in together)
            continue
        first = together[0]
        named = ", ".join(line.element for line in together[:_MOST_NAMED])
        more = ", …" if len(together) > _MOST_NAMED else ""
        elements = f"{len(together)} × {named}{more}"
        yield _text(first, _LINE.sub("", first.place), elements, _NAMED.sub("", first.said), language)


def _text(line: _Line, place: str, element: str, said: str, language: Language) -> str:
    severity = line.severity if language == "en" else SEVERITIES[line.severity]
    if line.of_drawing:
        return f"{place}: {severity}{f' {element}' if element else ''}: {said} [{line.rule}]"
    return f"{place}{f' ({element})' if element else ''}: {severity}: {said} [{line.rule}]"


def _of_one(one: Sequence[Path], *, by_law: bool, language: Language) -> list[_Line]:
    if not one[0].is_dir():
        return list(_of_files(one, language))
    return [*_of_folder(one[0], language), *(_of_law(one[0], language) if by_law else ())]


def _of_law(folder: Path, language: Language) -> Iterator[_Line]:
    """Where the service departs from its ``law.yaml``, or that it does not; nothing for a package that cannot be read,
    which is told, nor for a shared process."""
    if not (folder / "service.yaml").is_file():
        return
    try:
        package = load_package(folder)
        law, found = law_of(package), deviations(package)
    except PackageRejected:
        return
    for problem in found:
        yield _finding(folder, problem, language)
    if not found:
        yield _note(folder, "law", _kept(law), language)


def _kept(law: Law | None) -> Bilingual:
    if law is None:
        return _NO_LAW
    stated, examples = (
        Bilingual(", ".join(parts) or "គ្មាន", ", ".join(parts) or "nothing") for parts in (law.stated, law.illustrative)
    )
    return filled(_KEPT, stated=stated, examples=examples)


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


def _of_files(paths: Sequence[Path], language: Language) -> Iterator[_Line]:
    """The findings of the files, read together with the files beside them that they import; of the messages that all
    services share, those that take more than one SMS."""
    if paths[0].name == SHARED_MESSAGES:
        yield from (_note(paths[0], "sms", said, language) for said in long_shared_ones(paths[0].read_bytes()))
        return
    for problem in bpmn.check(_with_imports(paths)):
        said = problem.message if language == "en" else problem.message_km
        record = {"in": str(paths[0]), **asdict(problem)}
        called = " ".join([problem.element_id or "", *([f"({problem.element_name})"] if problem.element_name else [])])
        yield _Line(problem.severity, problem.file, called.strip(), said, problem.rule, record, of_drawing=True)


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


def _called(problem: Problem) -> str:
    """The element of a finding, by its id and by what is seen of it."""
    return " ".join(part for part in (problem.element_id, problem.element_name) if part)


def _of_folder(folder: Path, language: Language) -> Iterator[_Line]:
    is_service = (folder / "service.yaml").is_file()
    return _of_package(folder, language) if is_service else _of_part(folder, language)


def _of_part(folder: Path, language: Language) -> Iterator[_Line]:
    """The findings about a shared process, and the services that a change of it reaches."""
    for problem in check_part(folder):
        yield _finding(folder, problem, language)
    for service in callers(folder):
        name = "/".join(service.parts[-2:])
        yield _note(folder, "called", filled(_CALLED, service=name), language, service=name)


def _of_package(folder: Path, language: Language) -> Iterator[_Line]:
    found: Sequence[Problem]
    try:
        files = files_of(folder)
        known = services_beside(folder)
        found = examine(draft_of(files), fonts=Assets().fonts_for_pdf(), known=known, now=SystemClock().now())
    except PackageRefused as refused:
        files, found = {}, refused.problems
    for problem in found:
        yield _finding(folder, problem, language)
    if TEXTS in files:
        yield from (_note(folder, "sms", said, language) for said in long_ones(draft_of(files).package.texts.messages))
    used = ", ".join(sorted(used_parts(files)))
    if used:
        yield _note(folder, "calls", filled(_CALLS, parts=used), language, parts=used)


def _note(folder: Path, rule: str, sentence: Bilingual, language: Language, **more: str) -> _Line:
    """Something that is so of the whole folder."""
    said = {"message": sentence.en, "message_km": sentence.km}
    record = {"in": str(folder), "severity": "note", "rule": rule, **said, **more}
    return _Line("note", str(folder), "", sentence(language), rule, record)


def _finding(folder: Path, problem: Problem, language: Language) -> _Line:
    """A finding at the place of the file that is to be mended: what several services share lies outside the folder."""
    place = folder if (folder / problem.file).exists() else _outside(folder, problem.file)
    line = "" if problem.line is None else f":{problem.line}"
    said = problem.message if language == "en" else problem.message_km
    record = {"in": str(folder), **asdict(problem)}
    return _Line(problem.severity, f"{place}/{problem.file}{line}", _called(problem), said, problem.rule, record)


def _outside(folder: Path, file: str) -> Path:
    beside = (folder.parent, folder.parent.parent)
    return next((place for place in beside if (place / file).exists()), folder)


_CALLED: Final = Bilingual(
    "{service} ហៅដំណើរការនេះ។ សូមពិនិត្យ និងបោះពុម្ពសេវានោះដែរ ដើម្បីឱ្យការកែប្រែទៅដល់វា។",
    "{service} calls it; check and publish that too, so that the change reaches it.",
)
_CALLS: Final = Bilingual("វាហៅដំណើរការរួម {parts}។", "It calls the shared processes {parts}.")
_NO_LAW: Final = Bilingual("វាគ្មាន law.yaml ដូច្នេះគ្មានអ្វីត្រូវប្រៀបធៀបទេ។", "It has no law.yaml, so nothing was compared.")
_KEPT: Final = Bilingual(
    "វាអនុវត្តតាម law.yaml របស់វា។ តាមប្រភព៖ {stated}; តាមឧទាហរណ៍៖ {examples}។",
    "It keeps to its law.yaml. By a source: {stated}; by an example: {examples}.",
)
