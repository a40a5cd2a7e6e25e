"""``owso users``: officers and what they may do where."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.clockwork.upkeep import migrate
from engine.errors import BadAnswers
from engine.house import House
from engine.offices.disabling import disable, enable
from engine.offices.officers import NewOfficer, add_officer, end_grant, find_person, grant
from engine.people.actors import OPERATOR
from engine.people.factor_removals import take_away
from web.clock import clock_for
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``add``, ``grant``, ``end``, ``disable``, ``enable`` and ``reset-factors``; LOGIN is a phone number or e-mail."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    add.add_argument("login", metavar="LOGIN", help="phone number or e-mail")
    add.add_argument("--name-km", required=True, help="full name in Khmer letters")
    add.add_argument("--name-latin", required=True, help="full name in Latin letters")
    for action, words in (("grant", "put an officer into a group"), ("end", "take an officer out of a group")):
        verb = actions.add_parser(action, help=words)
        verb.add_argument("login", metavar="LOGIN", help="phone number or e-mail")
        verb.add_argument(
            "group",
            metavar="GROUP",
            help="front_office, cashier, specialist, inspector, head, …, or a group of a ministry: tourism.laboratory",
        )
        verb.add_argument("--office", metavar="CODE", help="code of the office, 02 for Battambang; everywhere without")
    for action, words in (
        ("disable", "sign somebody out everywhere and let nobody sign in to the account; tasks go back to the group"),
        ("enable", "let somebody sign in again"),
        ("reset-factors", "take somebody's lost second factors away and sign them out; they are told"),
    ):
        actions.add_parser(action, help=words).add_argument("login", metavar="LOGIN", help="phone number or e-mail")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does it and says so; a refusal is said on standard error."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            _ACTIONS[args.action](session, house, args, now)
    except BadAnswers as refused:
        for field, problem in refused.errors.items():
            print(f"owso users: {field}: {problem}", file=sys.stderr)
        return 1
    finally:
        house.database.close()
    return 0


def _add(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    email = args.login if "@" in args.login else ""
    phone = "" if email else args.login
    officer = NewOfficer(args.name_km, args.name_latin, _password(), phone=phone, email=email)
    add_officer(session, house, OPERATOR, officer, now=now)
    print(f"Added: {args.login}. Put them into a group: owso users grant {args.login} GROUP --office CODE")


def _grant(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    person_id = find_person(session, args.login)
    grant(session, house, OPERATOR, person_id, args.group, office_code=args.office, today=_today(now), now=now)
    print(f"{args.login} belongs to {args.group} at {args.office or 'every office'}.")


def _end(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    person_id = find_person(session, args.login)
    end_grant(session, OPERATOR, person_id, args.group, office_code=args.office, today=_today(now), now=now)
    print(f"{args.login} no longer belongs to {args.group} at {args.office or 'every office'}.")


def _disable(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    disable(session, OPERATOR, find_person(session, args.login), today=_today(now), now=now)
    print(f"{args.login} is signed out and cannot sign in.")


def _enable(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    enable(session, OPERATOR, find_person(session, args.login), now=now)
    print(f"{args.login} can sign in again.")


def _reset_factors(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    take_away(session, house, OPERATOR, find_person(session, args.login), now=now)
    print(f"{args.login} signs in with the password alone, and is asked for a new second factor where one is demanded.")


_ACTIONS = {
    "add": _add,
    "grant": _grant,
    "end": _end,
    "disable": _disable,
    "enable": _enable,
    "reset-factors": _reset_factors,
}


def _password() -> str:
    """Typed twice unseen at a terminal, else the first line of standard input. Never an argument: others could read it
    in the list of processes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip(os.linesep)
    typed = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != typed:
        sys.exit("owso users: the two passwords differ.")
    return typed


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL_ZONE).date()
