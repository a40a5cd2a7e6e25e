"""``owso publish``: packages that hold become the next version of their service."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from engine.clockwork.upkeep import migrate
from engine.errors import NotAllowed, NotFound, PackageRefused
from engine.house import House
from engine.people.actors import OPERATOR, Actor
from engine.versions.publishing import Publication, author_of, publish
from engine.versions.standing import STANDING
from web.clock import clock_for
from web.commands.check import packages_in
from web.commands.findings import ask_language, in_words
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """Packages or folders of packages; who publishes them and why."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a package or a folder of packages")
    parser.add_argument("--note", default="", help="what changed, for the list of versions")
    ask_language(parser)
    parser.add_argument("--author", metavar="LOGIN", help="phone number or e-mail of the analyst who publishes")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Publishes all of them or, when one has an error, none; 1 and every problem then, 2 when there is no package."""
    packages = [package for path in args.paths for package in packages_in(path)]
    if not packages:
        print(f"owso publish: no package in {', '.join(map(str, args.paths))}", file=sys.stderr)
        return 2
    house = open_from(settings)
    try:
        migrate(house.database)
        return _publish(house, packages, args, clock_for(settings.clock_file).now())
    finally:
        house.database.close()


def _publish(house: House, packages: list[Path], args: argparse.Namespace, now: datetime) -> int:
    publications: list[Publication] = []
    with house.database.transaction() as session:
        try:
            author = _author(session, args.author, now)
        except (NotFound, NotAllowed):
            print(f"owso publish: {args.author} is no analyst. See owso users.", file=sys.stderr)
            return 1
        for package in packages:
            try:
                publications.append(publish(session, house, package, author=author, note=args.note, now=now))
            except PackageRefused as refused:
                for problem in refused.problems:
                    print(f"{package}/{in_words(problem, args.lang)}", file=sys.stderr)
                raise
    for publication in publications:
        print(_said(publication))
        for remark in publication.remarks:
            if remark.rule == STANDING:
                print(in_words(remark, args.lang), file=sys.stderr)
    return 0


def _author(session: Session, login: str | None, now: datetime) -> Actor:
    return author_of(session, login, today=now.astimezone(LOCAL_ZONE).date()) if login else OPERATOR


def _said(publication: Publication) -> str:
    what = "published" if publication.is_new else "unchanged"
    return f"{publication.service_key}: version {publication.version} {what} ({publication.digest[:12]})"
