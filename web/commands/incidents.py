"""``owso incidents``: the steps that failed, and taking them again."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from engine.flow.retrying import retry
from engine.house import House
from engine.people.actors import OPERATOR
from engine.queries.admin.incidents import IncidentLine, incident_lines
from engine.queries.shared.names import read_names
from engine.words import IncidentStatus
from web.clock import clock_for
from web.commands.looking import ask_who, note_looks
from web.config import Settings
from web.opening import open_from


def configure(parser: argparse.ArgumentParser) -> None:
    """``list`` shows the open ones, the oldest first."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the open incidents with place, reason and variables")
    listing.add_argument("--json", action="store_true", help="print JSON objects, one a line")
    listing.add_argument("--km", action="store_true", help="say the reasons in Khmer")
    ask_who(listing)
    retrying = actions.add_parser("retry", help="take the failed step again")
    retrying.add_argument("number", type=int, metavar="NUMBER", help="as list prints it")
    retrying.add_argument("--reason", required=True, help="what was repaired; it becomes part of the history")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when nothing is open or the step went through; 1 when there are incidents or the step failed again."""
    house = open_from(settings)
    try:
        now = clock_for(settings.clock_file).now()
        return _retry(house, args.number, args.reason, now) if args.action == "retry" else _list(house, args, now)
    finally:
        house.database.close()


def _list(house: House, args: argparse.Namespace, now: datetime) -> int:
    found = _open_ones(house, now)
    note_looks(house, args, [line.application_key for line in found], "list_of_incidents", now)
    for line in found:
        print(json.dumps(_plain(line), ensure_ascii=False) if args.json else _told(line, khmer=args.km))
    return 1 if found else 0


def _open_ones(house: House, now: datetime) -> list[IncidentLine]:
    number, found = 1, list[IncidentLine]()
    with house.database.reading() as session:
        names = read_names(session, house, now=now)
        while True:
            page = incident_lines(session, names, OPERATOR, status=IncidentStatus.OPEN, page=number)
            found += page.items
            if number >= page.pages:
                return found
            number += 1


def _retry(house: House, number: int, reason: str, now: datetime) -> int:
    with house.database.transaction() as session:
        went_on = retry(session, house, OPERATOR, number, reason, now=now)
    print("The step went through." if went_on else "The step failed again. The new incident says why.")
    return 0 if went_on else 1


def _plain(line: IncidentLine) -> dict[str, object]:
    return {
        "number": line.id,
        "case": line.reference,
        "element": line.element_id,
        "name": line.element.en,
        "what": line.what,
        "expression": line.expression,
        "variables": dict(line.variables),
        "reason": line.reason.en,
        "reason_km": line.reason.km,
        "attempts": line.attempts,
        "since": line.raised_at.isoformat(),
    }


def _told(line: IncidentLine, *, khmer: bool) -> str:
    language = "km" if khmer else "en"
    used = ", ".join(f"{name} = {value}" for name, value in line.variables.items())
    place = f"{line.id}: case {line.reference}, {line.element(language)} ({line.element_id})"
    parts = [place, line.reason(language), f"{line.what}: {line.expression}" if line.expression else "", used]
    return "; ".join(part for part in parts if part)
