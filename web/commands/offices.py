"""``owso offices``: opening offices, and what they offer."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from sqlalchemy.orm import Session

from engine.clockwork.upkeep import migrate
from engine.house import House
from engine.offices import opening
from engine.packages import nearest
from engine.people.actors import OPERATOR
from engine.words import OfficeLevel
from web.clock import clock_for
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from


class _Unknown(Exception):
    """Something was named that is not there; the message names what is."""


def configure(parser: argparse.ArgumentParser) -> None:
    """``open`` and ``offer``; CODE is the geographic code of the province or district, or the key of the ministry."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    opened = actions.add_parser("open", help="open offices with the usual hours")
    opened.add_argument(
        "codes", nargs="+", metavar="CODE", help="02 for Battambang, 0203 for a district of it, tourism for a ministry"
    )
    opened.add_argument("--level", choices=tuple(OfficeLevel), help="the level, where CODE must be one of it")
    offering = actions.add_parser("offer", help="let an office offer services from today on")
    offering.add_argument("code", metavar="CODE", help="code of the office, or key of its ministry")
    offering.add_argument("services", nargs="+", metavar="SERVICE", help="for example tourism.guesthouse_licence")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does it and says so; a refusal is said on standard error."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            (_open if args.action == "open" else _offer)(session, house, args, now)
    except _Unknown as unknown:
        print(f"owso offices: {unknown}", file=sys.stderr)
        return 1
    finally:
        house.database.close()
    return 0


def _open(session: Session, _house: House, args: argparse.Namespace, _now: datetime) -> None:
    for code in args.codes:
        is_ministry = args.level == OfficeLevel.MINISTRY or (args.level is None and not code.isdigit())
        facts = opening.ministry_facts(session, code) if is_ministry else opening.usual_facts(code)
        if args.level not in (None, facts.level):
            sys.exit(f"owso offices: {code} is a {facts.level}, not a {args.level}.")
        opening.open_office(session, OPERATOR, facts)
        print(f"{facts.code} is open: {facts.name.en}.")


def _offer(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    known, open_ones = [one.service_key for one in house.catalog.all_current(session, now=now)], opening.codes(session)
    if args.code not in open_ones:
        raise _Unknown(f"no office is open under {args.code}; there are: {nearest(args.code, open_ones)}.")
    office_id = opening.find_office(session, args.code)
    for service_key in args.services:
        if service_key not in known:
            there = nearest(service_key, known)
            raise _Unknown(f"no service {service_key} is published; there are: {there}. See owso publish.")
        published = house.catalog.current(session, service_key, now=now)
        opening.offer(session, OPERATOR, office_id, published, from_day=now.astimezone(LOCAL_ZONE).date())
        print(f"{args.code} offers {service_key}.")
