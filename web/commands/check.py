"""``owso check``: what is wrong with packages and process files, before anybody publishes them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from web.config import Settings

if TYPE_CHECKING:
    from engine.packages import Problem

HELP = "check service packages and BPMN or DMN files; nothing is published"


def configure(parser: argparse.ArgumentParser) -> None:
    """Files, packages, or folders of packages."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a package, a folder of packages, or a file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per finding")


def run(args: argparse.Namespace, _settings: Settings) -> int:
    """Prints every finding with its place; 1 when one of them forbids publishing, 2 when there is nothing to check."""
    units = [unit for path in args.paths for unit in _units(path)]
    if not units:
        print(f"owso check: nothing to check in {', '.join(map(str, args.paths))}", file=sys.stderr)
        return 2
    errors = 0
    for unit in units:
        for problem in _findings(unit):
            errors += problem.severity == "error"
            print(json.dumps({"in": str(unit), **asdict(problem)}) if args.json else f"{unit}/{problem}")
    if not args.json:
        print(f"Checked: {len(units)}. Errors: {errors}.")
    return 1 if errors else 0


def _units(path: Path) -> list[Path]:
    """What is checked on its own: a file, a package, or every package below a folder."""
    return [path] if path.is_file() else packages_in(path)


def packages_in(path: Path) -> list[Path]:
    """The folder itself when it is a package, else every package below it."""
    if (path / "service.yaml").is_file():
        return [path]
    return sorted(found.parent for found in path.rglob("service.yaml"))


def _findings(unit: Path) -> list[Problem]:
    from engine import bpmn
    from engine.errors import PackageRefused
    from engine.packages import Problem
    from engine.releases import examine, files_of
    from web.assets import Assets
    from web.clock import SystemClock

    if unit.is_dir():
        try:
            return list(examine(files_of(unit), fonts=Assets().fonts_for_pdf(), now=SystemClock().now()))
        except PackageRefused as refused:
            return list(refused.problems)
    found = bpmn.check({unit.name: unit.read_bytes()})
    return [Problem(each.severity, each.file, each.rule, each.message, None, each.element_id) for each in found]
