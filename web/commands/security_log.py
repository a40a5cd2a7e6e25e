"""``owso security-log``: the sealed lines of the security log as JSON, for whoever collects them elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from threading import Event

from engine.people.security_log import sealed_after
from web.config import Settings
from web.opening import open_from

LOOK_AGAIN_SECONDS = 2.0


def configure(parser: argparse.ArgumentParser) -> None:
    """``--since`` and ``--follow``."""
    parser.add_argument("--since", type=int, default=0, metavar="NUMBER", help="only lines behind this number")
    parser.add_argument("--follow", action="store_true", help="stay, and print lines as they are sealed")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """One JSON object a line, in the order of their numbers. Going on behind the last number misses no line."""
    house, last, pause = open_from(settings), args.since, Event()
    try:
        while True:
            with house.database.reading() as session:
                lines = sealed_after(session, last)
            for line in lines:
                print(json.dumps(line, ensure_ascii=False))
                last = line["seq"]
            sys.stdout.flush()
            if not lines:
                if not args.follow:
                    return 0
                pause.wait(LOOK_AGAIN_SECONDS)
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    finally:
        house.database.close()
