"""``owso simulate``: offices played, from a seed. ``prove`` invents some and says how expected dates held there, or
counts how they held here; ``what-if`` plays the open cases of an office and says which promises would break; neither
writes anything. ``load`` plays invented days into the database of a demonstration."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from engine.house import House
from engine.reporting.happened import held_here
from engine.reporting.office_today import office_called, office_today
from engine.reporting.proving import Held, prove_invented
from engine.reporting.what_if import SEED, Change, Compared, Outcome, compare
from web.clock import clock_for
from web.commands import simulate_load
from web.config import Settings
from web.opening import open_from

HOLDS: Final = range(85, 96)
"""Of a hundred dates for nine of ten, so many are to hold."""
LISTED: Final = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Three actions; each says the same again for the same seed."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    proving = actions.add_parser("prove", help="invent offices and say how often expected dates held there")
    proving.add_argument("--offices", type=int, default=6, metavar="NUMBER")
    proving.add_argument("--cases", type=int, default=1500, metavar="NUMBER", help="cases of each office")
    proving.add_argument("--seed", default="one window")
    proving.add_argument("--here", action="store_true", help="count how dates and promises held in this database")
    simulate_load.configure(actions.add_parser("load", help="play invented days into the database of a demonstration"))
    asking = actions.add_parser("what-if", help="which promises of an office would break, or hold after all")
    asking.add_argument("office", metavar="CODE", help="code of the office, 02 for Battambang")
    for what, words in (
        ("away", "officers who would be away besides, with --from and --to"),
        ("more", "officers who would be there besides"),
    ):
        asking.add_argument(f"--{what}", action="append", default=[], metavar="GROUP=NUMBER", type=_number, help=words)
    for name, words in (("from", "first day away"), ("to", "last day away")):
        asking.add_argument(f"--{name}", dest=f"{name}_day", type=date.fromisoformat, metavar="DAY", help=words)
    asking.add_argument("--day-off", action="append", default=[], type=date.fromisoformat, metavar="DAY")
    asking.add_argument("--seed", default=SEED)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """``prove``: 1 when dates hold too seldom or too often at invented offices; ``what-if``: 0."""
    if args.action == "load":
        return simulate_load.run(args, settings)
    if args.action == "prove":
        return _here(settings) if args.here else _prove(args)
    if args.away and not (args.from_day and args.to_day and args.from_day <= args.to_day):
        raise SystemExit("owso simulate what-if: --away needs --from and --to, the first not after the last.")
    house = open_from(settings)
    try:
        return _what_if(house, args, clock_for(settings.clock_file).now())
    finally:
        house.database.close()


def _prove(args: argparse.Namespace) -> int:
    total = Held(0, 0, 0)
    for number, (recipe, held) in enumerate(prove_invented(args.offices, args.cases, args.seed), 1):
        officers = sum(recipe.officers.values())
        print(f"Office {number}, {officers} officers, {recipe.busy} % busy: {_said(held)}")
        total += held
    print(f"Together: {_said(total)}")
    return 0 if total.share in HOLDS else 1


def _here(settings: Settings) -> int:
    house = open_from(settings)
    try:
        with house.database.reading() as session:
            found = held_here(session)
    finally:
        house.database.close()
    for one in found:
        dates = _said(one.dates) if one.dates.told else "of no date it is known yet whether it held."
        print(f"Office {one.code}: {dates} Of {one.ended} promises that ended {one.kept} were kept.")
    if not found:
        print("No promise has ended here yet.")
    return 0


def _said(held: Held) -> str:
    half = 100 * held.half // held.told if held.told else 0
    return f"of {held.told} dates for nine of ten {held.share} % held, of those for half {half} %."


def _what_if(house: House, args: argparse.Namespace, now: datetime) -> int:
    days_off = frozenset(args.day_off)
    change = Change(dict(args.away), args.from_day, args.to_day, dict(args.more), days_off)
    with house.database.reading() as session:
        office_id = office_called(session, args.office)
        found = compare(office_today(session, house, office_id, now=now), change, seed=args.seed)
    _print(found)
    return 0


def _print(found: Compared) -> None:
    print(f"Promises that break as things are: {found.broken_now}; as they would be: {found.broken_then}.")
    _list("Would break besides", found.would_break)
    _list("Would hold after all", found.would_hold)
    print(f"Played {found.times} times with {len(found.outcomes)} promises.")
    print(f"Not played: {found.late} late, {found.paused} that stand still, {found.unknown} without comparison.")


def _list(words: str, outcomes: Sequence[Outcome]) -> None:
    print(f"{words}: {len(outcomes)}")
    for one in outcomes[:LISTED]:
        print(f"  {one.case.reference}  {one.day_then.date()}  {one.now} % -> {one.then} %")


def _number(text: str) -> tuple[str, int]:
    group, _, number = text.partition("=")
    if not group or not number.isdecimal() or len(number) > 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not like inspector=1")
    return group, int(number)
