"""``owso holidays``: the national days off."""

from __future__ import annotations

import argparse

from engine.clockwork.upkeep import migrate
from engine.offices.offices import seed_national_holidays
from engine.people.actors import OPERATOR
from web.clock import clock_for
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``seed`` is the one action; single days are edited on the pages of administrators."""
    parser.add_argument("action", choices=["seed"])
    parser.add_argument("years", nargs="+", type=int, metavar="YEAR")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Adds what is missing and says how many promises that moved."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            for year in args.years:
                moved = seed_national_holidays(session, OPERATOR, year, now=now)
                print(f"{year}: on the list. Promises moved: {moved.clocks}, in cases: {moved.cases}.")
    finally:
        house.database.close()
    return 0
