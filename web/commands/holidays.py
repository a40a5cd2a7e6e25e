"""``owso holidays``: the national days off."""

from __future__ import annotations

import argparse
from datetime import datetime
from functools import partial

from engine.clockwork.upkeep import migrate
from engine.house import House
from engine.offices.foreseeing import rehearsed
from engine.offices.offices import missing_holidays, seed_national_holidays
from engine.people.actors import OPERATOR
from engine.queries.admin.calendar_changes import progress
from web.clock import clock_for
from web.commands.reckoning import foreseen, moved, reckoned
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``seed`` and ``progress``; single days are edited on the pages of administrators."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    seeding = actions.add_parser("seed", help="put the public holidays of years on the national list")
    seeding.add_argument("--preview", action="store_true", help="only list the days, and say what they would move")
    seeding.add_argument("years", nargs="+", type=int, metavar="YEAR")
    actions.add_parser("progress", help="say how far the promises were reckoned after the last change of a calendar")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Adds what is missing and says how many promises that moved; or says how far they were reckoned."""
    house = open_from(settings)
    try:
        migrate(house.database)
        if args.action == "progress":
            print(_progress(house))
            return 0
        now = clock_for(settings.clock_file).now()
        for year in args.years:
            print(f"{year}: {_preview(house, year, now) if args.preview else _seed(house, year, now)}")
    finally:
        house.database.close()
    return 0


def _progress(house: House) -> str:
    with house.database.reading() as session:
        found = progress(session, OPERATOR, None)
    if found is None:
        return "No calendar was changed yet."
    since = found.made_at.astimezone(LOCAL_ZONE)
    looked = f"{found.looked_at} of {found.promises} promises were looked at, {found.left} are left."
    stuck = f" Cases that could not be reckoned: {found.stuck}." if found.stuck else ""
    return f"Since {since:%Y-%m-%d %H:%M}: {looked}{stuck} {moved(found)}"


def _seed(house: House, year: int, now: datetime) -> str:
    with house.database.transaction() as session:
        changed = seed_national_holidays(session, OPERATOR, year, now=now)
    return f"on the list. {reckoned(house, changed.offices, now=now)}"


def _preview(house: House, year: int, now: datetime) -> str:
    with house.database.transaction() as session:
        for day, name in missing_holidays(session, year).items():
            print(f"  {day.isoformat()}  {name.en}  {name.km}")
        add = partial(seed_national_holidays, session, OPERATOR, year, now=now)
        return f"would be on the list. {foreseen(rehearsed(session, house, add, now=now))}"
