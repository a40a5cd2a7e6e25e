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
from web.clock import clock_for
from web.commands.reckoning import foreseen, reckoned
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
        for year in args.years:
            print(f"{year}: {_preview(house, year, now) if args.preview else _seed(house, year, now)}")
    finally:
        house.database.close()
    return 0


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
