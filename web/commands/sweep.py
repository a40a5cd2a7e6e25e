"""``owso sweep``: one look of the clock."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from functools import partial

from engine.clockwork import schedule
from web import logs
from web.app import create_app
from web.clock import clock_for
from web.config import Settings
from web.opening import open_from
from web.preparing import Preparing


def configure(parser: argparse.ArgumentParser) -> None:
    """``--json`` for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Sweeps once and prints how much of each was done."""
    logs.configure(settings.log_level)
    house, clock = open_from(settings), clock_for(settings.clock_file)
    preparing = Preparing(partial(create_app, settings, house, clock), clock)
    try:
        swept = schedule.sweep(house, now=clock.now(), parts=(*schedule.EVERYTHING, preparing.part))
    finally:
        house.database.close()
    counts = asdict(swept)
    print(json.dumps(counts) if args.json else ", ".join(f"{name} {count}" for name, count in counts.items()))
    return 0
