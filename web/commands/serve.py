"""``owso serve``: the web server with the clock in it."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import Final

from flask import Flask

from engine.clockwork.upkeep import migrate
from engine.house import House
from web import logs
from web.app import create_app
from web.clock import clock_for
from web.commands import demo
from web.config import Settings
from web.kept_templates import KeptTemplates
from web.listening import Door, Doors, listening
from web.memory import one_store_for_all_threads
from web.opening import open_from
from web.preparing import Preparing
from web.scheduler import Metronome

_NEW_OBJECTS: Final = 10_000
"""So many more objects than were let go of before circles are looked for, instead of 700: a page makes thousands."""


def configure(parser: argparse.ArgumentParser) -> None:
    """``--no-clock`` when ``owso worker`` runs beside it; ``--prepare`` for the first try."""
    parser.add_argument(
        "--prepare", action="store_true", help="fill an empty database with demonstration data (only with OWSO_DEMO=1)"
    )
    parser.add_argument("--no-clock", action="store_true", help="do not sweep; owso worker does it in its own process")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serves until it is told to stop (SIGTERM, SIGINT); pages being answered are finished first."""
    logs.configure(settings.log_level)
    one_store_for_all_threads()
    house, clock = open_from(settings), clock_for(settings.clock_file)
    migrate(house.database)
    lines = demo.ensure(house, settings, now=clock.now()) if args.prepare and settings.demo else []
    app = create_app(settings, house, clock)
    app.jinja_env.bytecode_cache = KeptTemplates(settings.data_dir / "templates", app.jinja_env)
    try:
        server = listening(app, settings)
    except OSError as problem:
        print(f"owso serve: {settings.host}:{settings.port} cannot be used: {problem.strerror}.", file=sys.stderr)
        return 1
    preparing = Preparing(lambda: app, clock)
    metronome = None if args.no_clock else Metronome(house, clock, seconds=settings.sweep_seconds, preparing=preparing)
    _stop_on_signals()
    print(f"One Window is open: {settings.base_url}", *lines, sep="\n", flush=True)
    beginning = Thread(target=begin, args=(app, metronome), name="begin", daemon=True)
    beginning.start()
    with suppress(KeyboardInterrupt):
        server.run()
    beginning.join()
    _close(server, metronome, house)
    return 0


def begin(app: Flask, metronome: Metronome | None) -> None:
    """What is done while the first visitors come: the first sweep has much to read, so it leaves them the front."""
    try:
        read_ahead(app)
        keep_what_is_loaded()
    finally:
        if metronome:
            metronome.start()


def read_ahead(app: Flask) -> None:
    """Opens the list of services as the first visitor, so that nobody else waits until the packages, the places of the
    country and the templates were read once. Whoever comes meanwhile shares what was read so far."""
    app.test_client().get("/", base_url=app.extensions["owso"].settings.base_url)


def keep_what_is_loaded() -> None:
    """Packages, routes and templates stay as long as the server: from now on nobody looks among them for what can be
    thrown away, which would hold up every page for a tenth of a second. Pages leave few circles behind, so it is looked
    for less often than Python does by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


def _stop_on_signals() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _close(server: Door | Doors, metronome: Metronome | None, house: House) -> None:
    server.close()
    if metronome:
        metronome.stop()
    house.database.close()
