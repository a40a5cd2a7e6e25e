"""Looks at cases from the command line are noted for the applicants, as those at pages are."""

from __future__ import annotations

import argparse
import os
import pwd
from collections.abc import Collection
from datetime import datetime

from engine.case.access_log import note_cases
from engine.house import House
from engine.offices.officers import find_person
from engine.people.actors import Actor, load_actor
from engine.people.operators import operator_called
from web.context import LOCAL_ZONE


def ask_who(action: argparse.ArgumentParser) -> None:
    """Lets a command that shows cases be told who looks."""
    action.add_argument(
        "--as",
        dest="looks_as",
        default="",
        metavar="LOGIN",
        help="the officer who looks, by phone or e-mail; without it the user of this machine is noted",
    )


def note_looks(house: House, args: argparse.Namespace, cases: Collection[str], page: str, now: datetime) -> None:
    """Notes before anything is printed that these cases, by their references or keys, are shown.

    ``NotFound`` for an account that is not there."""
    with house.database.transaction() as session:
        if args.looks_as:
            person = find_person(session, args.looks_as, now=now)
            looker = load_actor(session, person, today=now.astimezone(LOCAL_ZONE).date()) or Actor(person)
        else:
            looker = operator_called(session, _user_of_this_machine(), now=now)
        note_cases(session, looker, cases, page, now=now)


def _user_of_this_machine() -> str:
    """As the system knows it, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
