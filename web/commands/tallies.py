"""``owso tallies``: whether the numbers kept beside the rows are what the rows come to, and counting them anew."""

from __future__ import annotations

import argparse

from engine.clockwork import tallies
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``check`` looks, ``rebuild`` counts anew."""
    parser.add_argument("action", choices=["check", "rebuild"])


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints every number that is wrong; 1 when there is one."""
    house = open_from(settings)
    try:
        if args.action == "rebuild":
            tallies.count_anew(house)
        wrong = tallies.wrong(house)
    finally:
        house.database.close()
    for one in wrong:
        of = ", ".join(str(part) for part in one.key)
        print(f"{one.table} ({of}): {one.number} is {abs(one.too_high)} too {'high' if one.too_high > 0 else 'low'}")
    print("Every number holds." if not wrong else f"Wrong numbers: {len(wrong)}.")
    return 1 if wrong else 0
