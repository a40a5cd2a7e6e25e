"""``owso demo``: an empty installation filled with invented people and applications."""

from __future__ import annotations

import argparse
import secrets
import sys
from datetime import datetime

from engine.clockwork.upkeep import migrate
from engine.demonstration.building import build, is_built, is_empty, sign_ins
from engine.house import House
from web.clock import clock_for
from web.config import Settings
from web.kept_secrets import kept_once
from web.opening import open_from

KEPT_IN = "demo_password"
SIGNS = 12
EASILY_TYPED = "abcdefghjkmnpqrstuvwxyz23456789"


def configure(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Builds the demonstration unless there is one, and prints the sign-ins; 1 where demonstrations are not allowed or
    an office is at work already."""
    if not settings.demo:
        print("owso demo: demonstration accounts are only made with OWSO_DEMO=1.", file=sys.stderr)
        return 1
    house = open_from(settings)
    try:
        migrate(house.database)
        lines = ensure(house, settings, now=clock_for(settings.clock_file).now())
    finally:
        house.database.close()
    if not lines:
        print(
            "owso demo: this database has offices or published services already, and they are no demonstration. "
            "Take an empty one (OWSO_DATA_DIR or OWSO_DATABASE_URL).",
            file=sys.stderr,
        )
        return 1
    print(*lines, sep="\n")
    return 0


def ensure(house: House, settings: Settings, *, now: datetime) -> list[str]:
    """Builds the demonstration in an empty database; the lines that tell how to sign in.

    Nothing is built and nothing told where demonstrations are not allowed, and where offices are set up or services
    published that are no demonstration. Raises ``DemonstrationUnfinished``.
    """
    if not settings.demo:
        return []
    if is_empty(house):
        build(house, password=password_of(settings), now=now)
    return sign_in_lines(house, settings) if is_built(house) else []


def sign_in_lines(house: House, settings: Settings) -> list[str]:
    """How to sign in to a demonstration, a line for each account."""
    file = settings.data_dir / KEPT_IN
    kept = file.read_text(encoding="ascii").strip() if file.exists() else "the one it was built with"
    password = settings.demo_password or kept
    lines = [f"  {place:<11} {role:<14} {login}" for place, role, login in sign_ins(house)]
    return [f"Demonstration. Everybody's password: {password}", *lines]


def password_of(settings: Settings) -> str:
    """The password of the demonstration: that of the settings, else one that is made once and kept where only the owner
    of the installation can read it."""

    def drawn() -> str:
        return "".join(secrets.choice(EASILY_TYPED) for _ in range(SIGNS))

    return settings.demo_password or kept_once(settings.data_dir / KEPT_IN, drawn)
