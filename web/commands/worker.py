"""``owso worker``: the clock in a process of its own."""

from __future__ import annotations

import argparse
import signal
import threading
from functools import partial

from engine.clockwork.upkeep import migrate
from web import logs
from web.app import create_app
from web.clock import clock_for
from web.config import Settings
from web.memory import one_store_for_all_threads
from web.opening import open_from
from web.preparing import Preparing
from web.scheduler import Metronome


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Sweeps until it is told to stop; a sweep that runs is finished first."""
    logs.configure(settings.log_level)
    one_store_for_all_threads()
    house, clock = open_from(settings), clock_for(settings.clock_file)
    migrate(house.database)
    stopped = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _signal, _frame: stopped.set())
    preparing = Preparing(partial(create_app, settings, house, clock), clock)
    metronome = Metronome(house, clock, seconds=settings.sweep_seconds, preparing=preparing)
    metronome.start()
    print("The clock is running.", flush=True)
    stopped.wait()
    metronome.stop()
    house.database.close()
    return 0
