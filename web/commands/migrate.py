"""``owso migrate``"""

from __future__ import annotations

import argparse

from web.config import Settings

HELP = "bring the database to the newest version"


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Migrates and says what was done."""
    from engine.clockwork.upkeep import migrate
    from web.opening import open_from

    house = open_from(settings)
    try:
        print("The database was brought up to date." if migrate(house.database) else "The database is up to date.")
    finally:
        house.database.close()
    return 0
