"""``owso offices``: opening offices, what they offer, and how they are reached."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from engine import localise
from engine.clockwork.upkeep import migrate
from engine.errors import BadAnswers
from engine.house import House
from engine.offices import closing, facts, offices, opening
from engine.offices.foreseeing import rehearsed
from engine.offices.offering import Days, end_offer, offer_service
from engine.offices.recomputing import Changed
from engine.offices.weeks import stored
from engine.people.actors import OPERATOR
from engine.queries.admin.offices import office_page
from engine.queries.public.open_hours import open_days
from engine.typed.fault import Fault
from engine.typed.telephones import typed_phone
from engine.words import OfficeLevel
from web.clock import clock_for
from web.commands.reckoning import foreseen, reckoned
from web.commands.week_words import UnreadableWeek, read_week, week_lines
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``open``, ``offer``, ``end-offer``, ``close`` and ``set``; CODE is the geographic code of the province or
    district, or the key of the ministry."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    opened = actions.add_parser("open", help="open offices with the usual hours")
    opened.add_argument(
        "codes", nargs="+", metavar="CODE", help="02 for Battambang, 0203 for a district of it, tourism for a ministry"
    )
    opened.add_argument("--level", choices=tuple(OfficeLevel), help="the level, where CODE must be one of it")
    offering = actions.add_parser(
        "offer", help="let an office offer services from today, or from the moment of a release on"
    )
    offering.add_argument("code", metavar="CODE", help="code of the office, or key of its ministry")
    offering.add_argument("services", nargs="+", metavar="SERVICE", help="for example tourism.guesthouse_licence")
    offering.add_argument("--from", dest="from_day", type=date.fromisoformat, metavar="DAY", help="first day")
    offering.add_argument("--to", dest="to_day", type=date.fromisoformat, metavar="DAY", help="last day")
    ended = actions.add_parser("end-offer", help="let an office offer services no longer; what runs goes on")
    ended.add_argument("code", metavar="CODE", help="code of the office, or key of its ministry")
    ended.add_argument("services", nargs="+", metavar="SERVICE", help="for example tourism.guesthouse_licence")
    ended.add_argument("--on", dest="last_day", type=date.fromisoformat, metavar="DAY", help="last day; today without")
    closed = actions.add_parser("close", help="close an office at which nothing runs any more")
    closed.add_argument("code", metavar="CODE", help="code of the office, or key of its ministry")
    for verb in (opened, offering, ended, closed):
        verb.add_argument("--reason", default="", required=verb is closed, help="why, for the security log")
    changed = actions.add_parser("set", help="set telephone number and weekly hours of an office, and show them")
    changed.add_argument("code", metavar="CODE", help="code of the office, or key of its ministry")
    changed.add_argument("--phone", help="the number that people call, as they dial it; “” takes it away")
    changed.add_argument(
        "--hours",
        action="append",
        metavar="LINE",
        help="“mon-fri 07:30-11:30, 14:00-17:00”; once for each group of days, days that are not named are days off",
    )
    changed.add_argument(
        "--from",
        dest="from_day",
        type=date.fromisoformat,
        metavar="DAY",
        help="the first day of the hours, like 2027-01-04; tomorrow by itself",
    )
    changed.add_argument("--preview", action="store_true", help="only say which promises new hours would move")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does it and says so; a refusal is said on standard error."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            changed = _ACTIONS[args.action](session, house, args, now)
        if changed:
            print(reckoned(house, changed.offices, now=now))
    finally:
        house.database.close()
    return 0


def _open(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> Changed:
    for code in args.codes:
        is_ministry = args.level == OfficeLevel.MINISTRY or (args.level is None and not code.isdigit())
        known = opening.ministry_facts(session, code) if is_ministry else opening.usual_facts(code)
        if args.level not in (None, known.level):
            sys.exit(f"owso offices: {code} is a {known.level}, not a {args.level}.")
        opening.open_office(session, OPERATOR, known, reason=args.reason, now=now)
        print(f"{known.code} is open: {known.name.en}.")
    return Changed()


def _offer(session: Session, house: House, args: argparse.Namespace, now: datetime) -> Changed:
    office_id = opening.find_office(session, args.code)
    for service_key in args.services:
        days = Days(args.from_day, args.to_day, args.reason)
        made = offer_service(session, house, OPERATOR, office_id, service_key, days=days, now=now)
        since = f" from {made.begins.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M} on" if made.begins else ""
        if not since and args.from_day is not None:
            since = f" from {made.from_day} on"
        print(f"{args.code} offers {service_key}{since}.")
        today = now.astimezone(LOCAL_ZONE).date()
        for few in opening.too_few_for(session, office_id, made.published, today=today):
            print(
                f"Note: {few.office.en} needs {few.lacking} more in the group {few.group} for “{few.tasks.en}”, "
                "else cases stop there: owso users grant.",
                file=sys.stderr,
            )
    return Changed()


def _end(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> Changed:
    code = opening.code_of(session, args.code)
    last_day = args.last_day or now.astimezone(LOCAL_ZONE).date()
    for service_key in args.services:
        end_offer(session, OPERATOR, code, service_key, last_day=last_day, reason=args.reason, now=now)
        print(f"{args.code} offers {service_key} to the end of {last_day}.")
    return Changed()


def _close(session: Session, house: House, args: argparse.Namespace, now: datetime) -> Changed:
    code = opening.code_of(session, args.code)
    closing.close_office(session, house, OPERATOR, code, reason=args.reason, now=now)
    print(f"{code} is closed. Open it again: owso offices open {args.code}.")
    return Changed()


def _set(session: Session, house: House, args: argparse.Namespace, now: datetime) -> Changed:
    code = opening.code_of(session, args.code)
    if args.phone is not None:
        facts.set_phone(session, OPERATOR, code, _phone(args.phone), now=now)
    changed = _set_hours(session, house, code, args, now) if args.hours else Changed()
    page = office_page(session, OPERATOR, code, year=now.year)
    print(f"{code} {page.name.en}: {localise.phone(page.words.phone) if page.words.phone else 'no telephone number'}")
    is_planned = page.weekly_from is not None and page.weekly_from > now.astimezone(LOCAL_ZONE).date()
    for line in week_lines(open_days(stored(page.weekly))):
        print(f"  {line}, from {page.weekly_from}" if is_planned else f"  {line}")
    return changed


def _set_hours(session: Session, house: House, code: str, args: argparse.Namespace, now: datetime) -> Changed:
    """Sets them, or with ``--preview`` says what they would move."""
    try:
        weekly = read_week(args.hours)
    except UnreadableWeek as problem:
        sys.exit(f"owso offices: {problem}")
    revision = office_page(session, OPERATOR, code, year=now.year).revision
    change = partial(
        offices.set_hours, session, OPERATOR, code, weekly, revision=revision, from_day=args.from_day, now=now
    )
    try:
        if args.preview:
            print(f"Nothing was changed yet. {foreseen(rehearsed(session, house, change, now=now))}")
            return Changed()
        return change()
    except BadAnswers as refused:
        sys.exit("owso offices: " + " ".join(str(one) for one in refused.errors.values()))


def _phone(typed: str) -> str:
    try:
        return typed_phone(typed) or ""
    except Fault:
        sys.exit(f"owso offices: “{typed}” is no telephone number. Write it as people dial it, like 053 952 123.")


_ACTIONS: Final = {"open": _open, "offer": _offer, "end-offer": _end, "close": _close, "set": _set}
