"""``owso cases``: running cases and other versions of their service."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final

from engine.case.opening import case_of
from engine.house import House
from engine.khmer import tidy
from engine.people.actors import OPERATOR
from engine.queries.admin.interventions import proposals
from engine.queries.admin.transfers import transfer
from engine.versions import transfers
from engine.versions.judging import Verdict
from engine.versions.rehearsing import Rehearsal, rehearse
from engine.versions.replaying import replay
from engine.words import VerdictKind
from web.clock import clock_for
from web.commands.looking import ask_who, note_looks
from web.config import Settings
from web.opening import open_from
from web.version_words import obstacle_in_both


def configure(parser: argparse.ArgumentParser) -> None:
    """``transfer`` only reports unless ``--apply`` is given. ``migrate`` is what it was called before."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    transferring = actions.add_parser("transfer", help="report which cases can go; with --apply, take them")
    before = actions.add_parser("migrate", help="the name that transfer had before")
    for action in (transferring, before):
        _ask_where(action)
    going_on = actions.add_parser("go-on", help="continue a transfer that was interrupted")
    going_on.add_argument("transfer", type=int, metavar="NUMBER")
    undoing = actions.add_parser("undo", help="take the cases of a transfer back")
    undoing.add_argument("transfer", type=int, metavar="NUMBER", help="as transfer --apply printed it")
    replaying = actions.add_parser("replay", help="take the recorded inputs of a case again")
    replaying.add_argument("reference", metavar="REFERENCE")
    replaying.add_argument("--on", type=int, metavar="VERSION", help="the name that rehearse had before")
    rehearsing = actions.add_parser("rehearse", help="what a version would have done with the inputs of a case")
    rehearsing.add_argument("reference", metavar="REFERENCE")
    rehearsing.add_argument("on", type=int, metavar="VERSION")
    proposing = actions.add_parser("proposals", help="what administrators proposed by hand, and who answered")
    for action in (replaying, rehearsing, proposing):
        ask_who(action)
    for action in (transferring, before, going_on, undoing, replaying, rehearsing, proposing):
        action.add_argument("--json", action="store_true", help="print JSON objects, one a line")


def _ask_where(action: argparse.ArgumentParser) -> None:
    action.add_argument("service", metavar="SERVICE", help="for example tourism.guesthouse_licence")
    action.add_argument("version", type=int, metavar="VERSION")
    pairs = "the element that takes another's place"
    action.add_argument("--map", action="append", default=[], metavar="OLD=NEW", type=_pair, help=pairs)
    action.add_argument("--apply", action="store_true", help="do it; --reason is needed")
    action.add_argument("--reason", default="", metavar="TEXT")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when everything could be done; 1 when a case is blocked, stays behind, or replays differently."""
    act = _ACTIONS[_called_now(args)]
    house = open_from(settings)
    try:
        return act(house, args, clock_for(settings.clock_file).now())
    finally:
        house.database.close()


def _called_now(args: argparse.Namespace) -> str:
    """The action by its present name; an earlier name works for one release, and says so."""
    if args.action == "migrate":
        print(_RENAMED.format("migrate SERVICE VERSION", "transfer SERVICE VERSION"), file=sys.stderr)
        return "transfer"
    if args.action == "replay" and args.on is not None:
        print(_RENAMED.format("replay REFERENCE --on VERSION", "rehearse REFERENCE VERSION"), file=sys.stderr)
        return "rehearse"
    return str(args.action)


def _transfer(house: House, args: argparse.Namespace, now: datetime) -> int:
    mapping, show = dict(args.map), partial(_show, args.json)
    if not args.apply:
        verdicts = transfers.survey(house, OPERATOR, args.service, args.version, mapping=mapping, now=now, on_case=show)
        if not args.json:
            print(f"Nothing was changed. {_counts(verdicts)}")
        return _status(verdicts)
    with house.database.transaction() as session:
        transfer_id = transfers.begin(
            session, house, OPERATOR, args.service, args.version, mapping=mapping, reason=args.reason, now=now
        )
    if not args.json:
        print(f"Transfer {transfer_id}")  # first, so that an interrupted one is known by its number
    return _taken(house, args, transfer_id, now)


def _go_on(house: House, args: argparse.Namespace, now: datetime) -> int:
    return _taken(house, args, args.transfer, now)


def _taken(house: House, args: argparse.Namespace, transfer_id: int, now: datetime) -> int:
    """Takes the cases that are left, each told as it is done, with how far it is."""
    with house.database.reading() as session:
        line = transfer(session, house, OPERATOR, transfer_id).line
    if line.waits:
        print(f"Transfer {transfer_id} waits: a second administrator must confirm it on its page.", file=sys.stderr)
        return 1
    left, number = line.left, count(1)

    def show(verdict: Verdict) -> None:
        _show(args.json, verdict, f"{next(number)}/{left}  ")

    verdicts = transfers.go_on(house, transfer_id, now=now, on_case=show)
    if not args.json:
        print(f"Transfer {transfer_id}: {_counts(verdicts)}")
    return _status(verdicts)


def _show(as_json: bool, verdict: Verdict, progress: str = "") -> None:
    """One case as it is done; why a blocked one stays, in both languages."""
    if as_json:
        print(json.dumps(asdict(verdict)), flush=True)
        return
    print(f"{progress}{_line(verdict)}", flush=True)
    for each in verdict.obstacles:
        for said in obstacle_in_both(each.fact):
            print(f"    {each.element_id or '-'}: {said}")


def _undo(house: House, args: argparse.Namespace, now: datetime) -> int:
    undone = transfers.undo(house, OPERATOR, args.transfer, now=now)
    if args.json:
        print(json.dumps(asdict(undone)))
    else:
        print(f"Went back: {len(undone.back)}. Moved on since and stay: {', '.join(undone.moved_on) or 'none'}.")
    return 1 if undone.moved_on else 0


def _replay(house: House, args: argparse.Namespace, now: datetime) -> int:
    with house.database.reading() as session:
        application_id, _service = case_of(session, args.reference)
        own = replay(session, house, application_id)
    note_looks(house, args, [tidy(args.reference)], "replay", now)
    words = "the same state" if own.same else f"it stops at event {own.stopped_at}: {own.reason}"
    print(json.dumps(asdict(own)) if args.json else f"{own.steps} steps, {words}.")
    return 0 if own.same else 1


def _rehearse(house: House, args: argparse.Namespace, now: datetime) -> int:
    with house.database.reading() as session:
        application_id, service_key = case_of(session, args.reference)
        there = rehearse(session, house, application_id, house.catalog.numbered(session, service_key, args.on))
    note_looks(house, args, [tidy(args.reference)], "rehearsal", now)
    if args.json:
        print(json.dumps(asdict(there), default=str))
    else:
        print(f"The inputs of {args.reference} on version {there.version} of {service_key}:")
        for line in _report(there):
            print(line)
    return 0 if there.outcome == "same" else 1


def _proposals(house: House, args: argparse.Namespace, now: datetime) -> int:
    """The newest proposals with both administrators; 1 while one waits to be confirmed."""
    with house.database.reading() as session:
        found = proposals(session, house, OPERATOR, now=now)
    note_looks(house, args, [one.reference for one in found], "list_of_proposals", now)
    for one in found:
        if args.json:
            print(json.dumps(asdict(one), default=str))
            continue
        place = " to ".join(each.id for each in (one.left, one.reached) if each)
        what = f"{one.action} {place or one.data.get('name', '')}"
        answered = f", answered by {one.answered_by.en}" if one.answered_by else ""
        print(f"{one.id:>4}  {one.reference}  {what}: {one.state}, proposed by {one.proposed_by.en}{answered}")
    return 1 if any(one.state == "proposed" for one in found) else 0


def _report(there: Rehearsal) -> Iterator[str]:
    """One line for each input, then how it came out."""
    for step in there.steps:
        then, now = " > ".join(step.then) or "-", " > ".join(step.there or ()) or "-"
        told = then if step.there == step.then else f"then {then}; there {'not taken' if step.there is None else now}"
        mark, moment = "*" if step == there.parted else " ", f"{step.at:%Y-%m-%d %H:%M}Z"
        yield f"{mark} {step.event:>4}  {moment}  {f'{step.kind} {step.about}'.strip()}: {told}"
    place = f" at {there.element_id}" if there.element_id else ""
    reason = f": {there.reason}" if there.reason else ""
    yield f"{_OUTCOMES[there.outcome]}{place}{reason}. It is {there.status or 'not begun'}."
    if there.waits:
        yield f"It waits for: {', '.join(there.waits)}."


_ACTIONS: Final[dict[str, Callable[[House, argparse.Namespace, datetime], int]]] = {
    "transfer": _transfer,
    "go-on": _go_on,
    "undo": _undo,
    "replay": _replay,
    "rehearse": _rehearse,
    "proposals": _proposals,
}
_RENAMED: Final = "owso cases: `owso cases {}` is now `owso cases {}`; the earlier name ends with the next release."
_OUTCOMES: Final = {"same": "The same path", "other": "Another path from the step marked *", "stuck": "Stuck"}


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"{text!r} is not OLD=NEW")
    return old, new


def _line(verdict: Verdict) -> str:
    why = ", ".join(f"{each.element_id or 'case'}: {each.fact}" for each in verdict.obstacles)
    return f"{verdict.reference}  version {verdict.from_version}  {verdict.verdict}{f'  ({why})' if why else ''}"


def _counts(verdicts: Iterable[Verdict]) -> str:
    counted = Counter(verdict.verdict for verdict in verdicts)
    return ", ".join(f"{kind} {counted[kind]}" for kind in VerdictKind) + "."


def _status(verdicts: Iterable[Verdict]) -> int:
    return 1 if any(verdict.verdict == VerdictKind.BLOCKED for verdict in verdicts) else 0
