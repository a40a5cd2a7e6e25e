"""``owso holidays``: the national days off."""

from __future__ import annotations

import argparse
from functools import partial

from engine.clockwork.upkeep import migrate
from engine.offices.offices import missing_holidays, rehearsed, seed_national_holidays
from engine.offices.recomputing import Recomputed
from engine.people.actors import OPERATOR
from web.clock import clock_for
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``seed`` is the one action; single days are edited on the pages of administrators."""
    parser.add_argument("action", choices=["seed"])
    parser.add_argument(
        "--preview",
        action="store_true",
        help="only list the days, and say what they would move",
    )
    parser.add_argument("years", nargs="+", type=int, metavar="YEAR")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Adds what is missing and says how many promises that moved."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            for year in args.years:
                add = partial(seed_national_holidays, session, house, OPERATOR, year, now=now)
                missing = missing_holidays(session, year) if args.preview else {}
                moved = rehearsed(session, add) if args.preview else add()
                for day, name in missing.items():
                    print(f"  {day.isoformat()}  {name.en}  {name.km}")
                print(f"{year}: {'would be ' if args.preview else ''}on the list. {_said(moved)}")
    finally:
        house.database.close()
    return 0


def _said(moved: Recomputed) -> str:
    return f"Promises moved: {moved.clocks}, in cases: {moved.cases}; applicants told a new day: {moved.people}."
