"""What commands say of promises that a change of a calendar moves."""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import datetime
from typing import Final

from engine.house import House
from engine.offices import recomputing
from engine.offices.foreseeing import Foreseen
from engine.offices.held_cases import Reckoned
from engine.queries.admin.calendar_changes import Progress

TOLD_EVERY: Final = 1000
"""After so many cases a line says how far it is."""


def reckoned(house: House, offices: Collection[int], *, now: datetime) -> str:
    """Reckons what is behind at these offices, beside any workers, telling on standard error how far it is; what it
    moved."""
    looked = 0

    def tell(piece: Reckoned) -> None:
        nonlocal looked
        looked += piece.looked
        if looked // TOLD_EVERY > (looked - piece.looked) // TOLD_EVERY:
            print(f"Cases looked at: {looked}.", file=sys.stderr)

    done = recomputing.work_off(house, now=now, offices=offices, on_piece=tell)
    left = "" if done.is_all else " Somebody has the rest in hand; the clock goes on with it."
    if done.broken:
        left = f" Cases that cannot be reckoned: {done.broken}; the log names them, and the clock tries them again."
    return moved(done) + left


def foreseen(found: Foreseen) -> str:
    """What a change would move."""
    if found.is_all:
        return moved(found)
    return f"Promises that may move: up to {found.at_most}; they would be reckoned in the background."


def moved(of: Reckoned | Foreseen | Progress) -> str:
    """The same for what was moved, or would be."""
    return f"Promises moved: {of.clocks}, in cases: {of.cases}; applicants told a new day: {of.people}."
