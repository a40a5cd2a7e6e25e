"""``owso migrate``"""

from __future__ import annotations

import argparse

from engine.clockwork.upkeep import migrate
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Migrates and says what was done."""
    house = open_from(settings)
    try:
        print("The database was brought up to date." if migrate(house.database) else "The database is up to date.")
    finally:
        house.database.close()
    return 0
