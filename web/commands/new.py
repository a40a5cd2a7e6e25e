"""``owso new``: the folder of a new service, which passes its checks from the first moment on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from engine.errors import PackageRefused
from engine.khmer import Bilingual
from engine.packages import PackageRejected, Problem, draft_of, read_files
from engine.packages.new_package import Named, free_series, is_name, renamed, taken_series, title_of
from engine.packages.parts import LIBRARY, with_library
from engine.versions.publishing import ERROR, examine
from web.assets import Assets
from web.clock import SystemClock
from web.commands.check import packages_in
from web.commands.findings import ask_language, in_words
from web.config import Settings

SHAPES: Final[Mapping[str, str]] = {
    "desk": "received, paid, decided and collected",
    "inspection": "with a visit to the place before the decision",
    "governor": "with opinions and the signature of the governor",
    "verification": "goods or instruments are examined; what is due is paid after that",
    "exam": "an examination is taken before the licence is given",
    "ministry": "received at the office, examined for the ministry",
    "same_day": "free, and decided at the counter while the applicant waits",
}
"""The usual ways of services; each lies in ``processes/shapes``."""


class _Unknown(Exception):
    """What was asked for is not there; the message says what is."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The name of the service, and what it is made from."""
    parser.add_argument("name", metavar="MINISTRY/SERVICE", help="where the new service lies, such as tourism/homestay")
    made_from = parser.add_mutually_exclusive_group(required=True)
    made_from.add_argument("--like", metavar="OTHER", help="a service that is there: MINISTRY/SERVICE, or a folder")
    shapes = "; ".join(f"{shape}: {words}" for shape, words in SHAPES.items())
    made_from.add_argument("--shape", choices=SHAPES, help=f"the usual way of a service ({shapes})")
    parser.add_argument("--title", help="the title in English; without it, what the key says")
    parser.add_argument("--title-km", help="the title in Khmer; without it, that of the other service, to be changed")
    parser.add_argument("--series", help="two to six capital letters for its certificates; without it, free ones")
    ask_language(parser)
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path("processes"), help="the folder of the ministries"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Writes the folder and says what comes next; 1 and the reasons when nothing could be written."""
    try:
        files, named = _made(args, settings)
    except _Unknown as unknown:
        print(f"owso new: {unknown}", file=sys.stderr)
        return 1
    except (PackageRejected, PackageRefused) as refused:
        return _refused(args, refused.problems)
    remarks = examine(draft_of(files), fonts=Assets().fonts_for_pdf(), now=SystemClock().now())
    if any(remark.severity == ERROR for remark in remarks):
        return _refused(args, remarks)
    folder = args.folder / named.ministry / named.service
    _write(args.folder, folder, files)
    print(_next(folder, named))
    return 0


def _made(args: argparse.Namespace, settings: Settings) -> tuple[Mapping[str, bytes], Named]:
    if not is_name(args.name):
        raise _Unknown(f"“{args.name}” is no name; write MINISTRY/SERVICE in small letters, such as tourism/homestay.")
    ministry, _, service = args.name.partition("/")
    if (args.folder / ministry / service).exists():
        raise _Unknown(f"{args.folder / ministry / service} is there already; choose another name.")
    lies = args.folder / ministry / "ministry.yaml"
    if not lies.is_file():
        known = ", ".join(sorted(found.parent.name for found in args.folder.glob("*/ministry.yaml"))) or "none"
        raise _Unknown(
            f"{lies} is not there, so nobody knows the ministry; there are: {known}. Write it first, or copy another "
            "one and change its key, name, lanes and laws (docs/packages.md says what stands in it)."
        )
    files = read_files(_source(args, settings))
    taken = taken_series(packages_in(args.folder))
    title = args.title or title_of(service)
    named = Named(args.name, args.series or free_series(service, taken), Bilingual(args.title_km or "", title))
    return with_library(renamed(files, lies.read_bytes(), named), args.folder / LIBRARY), named


def _source(args: argparse.Namespace, settings: Settings) -> Path:
    if args.shape:
        return settings.processes_dir / "shapes" / str(args.shape)
    places = (args.folder / args.like, settings.processes_dir / args.like, Path(args.like))
    found = next((place for place in places if packages_in(place) == [place]), None)
    if found is None:
        there = packages_in(args.folder)
        known = ", ".join("/".join(place.parts[-2:]) for place in there) or "none"
        raise _Unknown(f"there is no service {args.like}; there are: {known}.")
    return found


def _write(home: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """The files of the service, and shared processes that its library does not have yet."""
    there = {path.name for path in (home / LIBRARY).glob("*") if path.is_dir()}
    for name, data in files.items():
        shared = name.startswith(f"{LIBRARY}/")
        if name == "ministry.yaml" or (shared and name.split("/")[1] in there):
            continue
        place = (home if shared else folder) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _refused(args: argparse.Namespace, problems: tuple[Problem, ...]) -> int:
    print(f"owso new: {args.like or args.shape} would not pass as {args.name}; nothing was written:", file=sys.stderr)
    for problem in problems:
        if problem.severity == ERROR:
            print(f"  {in_words(problem, args.lang)}", file=sys.stderr)
    return 1


def _next(folder: Path, named: Named) -> str:
    return f"""{folder} is there, and passes. What comes next:
1. Make it yours: title, law, term and fee in service.yaml, every text in texts.yaml, the questions in forms/apply.json,
   the way in process.bpmn. What is not settled stays marked “illustrative” under provenance.
2. owso check {folder}
3. owso publish {folder}
Then an office offers it: owso offices offer 02 {named.ministry}.{named.service}"""
