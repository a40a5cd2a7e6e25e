"""``owso sweep``: one look of the clock."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from engine.clockwork import schedule
from web import logs
from web.clock import clock_for
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``--json`` for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Sweeps once and prints how much of each was done."""
    logs.configure(settings.log_level)
    house = open_from(settings)
    try:
        swept = schedule.sweep(house, now=clock_for(settings.clock_file).now())
    finally:
        house.database.close()
    counts = asdict(swept)
    print(json.dumps(counts) if args.json else ", ".join(f"{name} {count}" for name, count in counts.items()))
    return 0
