"""``owso audit``: whether the histories of the cases and of the ministries and the security log are whole."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from engine.case.events import verify_chains
from engine.people import security_log
from engine.versions.history import verify_ministries
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``verify`` is the one action."""
    parser.add_argument("action", choices=["verify"])
    parser.add_argument("--json", action="store_true", help="print one JSON object per broken link")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints every broken link; 1 when there is one."""
    house = open_from(settings)
    broken = 0
    try:
        with house.database.reading() as session:
            for link in verify_chains(session):
                broken += 1
                words = f"application {link.application_id}, event {link.seq}: {link.reason}"
                print(json.dumps(asdict(link)) if args.json else words)
            for gap in verify_ministries(session):
                broken += 1
                words = f"ministry {gap.ministry_key}, event {gap.seq}: {gap.reason}"
                print(json.dumps(asdict(gap)) if args.json else words)
            for line in security_log.verify(session):
                broken += 1
                words = f"security log, line {line.seq}: {line.reason}"
                print(json.dumps(asdict(line)) if args.json else words)
    finally:
        house.database.close()
    if not args.json:
        print("Every chain holds." if not broken else f"Broken links: {broken}.")
    return 1 if broken else 0
