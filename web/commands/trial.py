"""``owso trial``: many cases tried on a draft, a folder or a version, and what would have come of them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound, PackageRefused
from engine.house import House
from engine.offices.opening import find_office
from engine.people.actors import OPERATOR, Actor
from engine.queries.analyst import trials as read
from engine.queries.analyst.trial_list import how_far
from engine.studio.trying import ask_trial
from engine.versions import trials
from engine.versions.publishing import author_of, files_of
from engine.words import TrialStatus
from web.clock import Clock, clock_for
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from

PAUSE: Final = 0.5
"""Seconds until it is looked again, while a server tries the next cases."""
STOPPED: Final = 130
"""The exit status of what somebody stopped with Ctrl-C."""
_GOES_ON: Final = (TrialStatus.QUEUED, TrialStatus.RUNNING)
_VERDICTS: Final = {
    "same": "the same path",
    "other": "another path",
    "stuck": "stuck",
    "untried": "could not be tried",
    "waiting": "still to be tried",
}


@dataclass(frozen=True, slots=True)
class _At:
    """The house with its clock, and what was typed."""

    house: House
    clock: Clock
    args: argparse.Namespace


def configure(parser: argparse.ArgumentParser) -> None:
    """What is tried, on which cases."""
    parser.add_argument("service", metavar="SERVICE", help="for example tourism.guesthouse_licence")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--draft", metavar="DRAFT", help="the key of a draft, as owso draft list prints it")
    what.add_argument("--folder", type=Path, metavar="FOLDER", help="the folder of a service")
    what.add_argument("--version", type=int, metavar="VERSION", help="the number of a published version")
    parser.add_argument("--office", default="", metavar="CODE", help="cases of this office; without it of all")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="sent that day or later")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="sent that day or before")
    parser.add_argument("--most", type=int, default=trials.USUAL, metavar="NUMBER", help="the newest so many")
    parser.add_argument("--as", dest="login", metavar="LOGIN", help="phone number or e-mail of the analyst")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Tries them and says what was found; 0 when every case was tried, 1 and the reasons when it is refused, 130 when
    Ctrl-C or somebody else stopped it."""
    at = _At(open_from(settings), clock_for(settings.clock_file), args)
    try:
        key = _asked(at)
        is_done = _followed(at, key)
        _say(at, key)
    except (NotFound, NotAllowed):
        print("owso trial: there is no such draft, or it is not theirs to try. See owso draft list.", file=sys.stderr)
        return 1
    except PackageRefused as refused:
        for problem in refused.problems:
            print(f"owso trial: {problem}", file=sys.stderr)
        return 1
    finally:
        at.house.database.close()
    return 0 if is_done else STOPPED


def _asked(at: _At) -> str:
    """The key of the trial, which stays when the command is killed: a server goes on with it."""
    args, now = at.args, at.clock.now()
    with at.house.database.transaction() as session:
        which: dict[str, Any] = {
            "office_id": find_office(session, args.office) if args.office else None,
            "since": _midnight(args.first) if args.first else None,
            "until": _midnight(args.last + timedelta(days=1)) if args.last else None,
            "most": args.most,
            "now": now,
        }
        actor = _actor(at, session, now)
        if args.draft:
            return ask_trial(session, at.house, actor, args.draft, service_key=args.service, **which)
        tried = files_of(args.folder) if args.folder else args.version
        return trials.ask(session, at.house, actor, args.service, tried, **which)


def _followed(at: _At, key: str) -> bool:
    """Tries piece by piece beside whatever server does so too; whether it came to its end."""
    try:
        while (line := _line(at, key)).status in _GOES_ON:
            print(f"{line.done} of {line.total}", file=sys.stderr)
            if not trials.go_on_with(at.house, key, now=at.clock.now()):
                time.sleep(PAUSE)
    except KeyboardInterrupt:
        with at.house.database.transaction() as session:
            trials.cancel(session, OPERATOR, key, now=at.clock.now())
    return _line(at, key).status == TrialStatus.DONE


def _line(at: _At, key: str) -> read.TrialLine:
    with at.house.database.reading() as session:
        return how_far(session, OPERATOR, key)


def _say(at: _At, key: str) -> None:
    with at.house.database.reading() as session:
        shown = read.trial(session, at.house, OPERATOR, key, now=at.clock.now())
    if at.args.json:
        print(json.dumps(_record(shown), ensure_ascii=False))
        return
    print(f"Trial {key}: {shown.line.done} of {shown.line.total} cases were tried.")
    for group in shown.groups:
        place = f" at {group.element.id} ({group.element.name.en})" if group.element else ""
        reason = f": {group.reason}" if group.reason else ""
        print(f"{group.cases}  {_VERDICTS[group.verdict]}{place}{reason}")
    money = shown.money
    print(f"{money.dearer}  dearer, by {money.dearer_by} riel together")
    print(f"{money.cheaper}  cheaper, by {money.cheaper_by} riel together")
    print(f"{shown.newly_late}  later than the legal term only there ({shown.late_before} by their own version)")
    for is_asked, label, cases in shown.documents:
        print(f"{cases}  {'asked besides' if is_asked else 'asked no longer'}: {label.en}")


def _record(shown: read.TrialShown) -> dict[str, Any]:
    return {
        "trial": shown.line.key,
        "status": shown.line.status,
        "total": shown.line.total,
        "done": shown.line.done,
        "groups": [
            {
                "verdict": group.verdict,
                "element": group.element.id if group.element else None,
                "reason": group.reason,
                "cases": group.cases,
            }
            for group in shown.groups
        ],
        "money": asdict(shown.money),
        "late": {"before": shown.late_before, "there": shown.late, "only_there": shown.newly_late},
        "documents": [{"asked": asked, "label": label.en, "cases": cases} for asked, label, cases in shown.documents],
        "flows": shown.ways,
    }


def _actor(at: _At, session: Session, now: datetime) -> Actor:
    if not at.args.login:
        return OPERATOR
    return author_of(session, at.args.login, today=now.astimezone(LOCAL_ZONE).date())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), LOCAL_ZONE)
