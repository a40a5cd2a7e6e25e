"""``owso health``: the same finding as the ``/health`` page, for scripts."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from engine.queries.admin.health import examine
from web.clock import clock_for
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Prints one JSON object; 1 when somebody must look."""
    house = open_from(settings)
    try:
        found = examine(house.database, house.files, house.fonts, now=clock_for(settings.clock_file).now())
    finally:
        house.database.close()
    print(json.dumps({"ok": found.ok, **asdict(found)}))
    return 0 if found.ok else 1
