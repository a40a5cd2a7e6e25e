"""``owso release``: a ministry's packages agreed on together, made, submitted, decided and carried to other offices."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from engine.clockwork.upkeep import migrate
from engine.errors import PackageRefused, WrongSignIn
from engine.house import House
from engine.people.accounts import sign_in
from engine.people.actors import Actor, load_actor
from engine.queries.analyst.release_page import ReleaseShown, release_page
from engine.queries.analyst.releases import release_list
from engine.releases import carrying, deciding, making, notices, replaying, submitting
from engine.releases.received import of_draft
from engine.releases.sealing import public_of
from engine.versions.publishing import files_of
from engine.words import GateStep
from web.clock import clock_for
from web.commands.check import packages_in
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from
from web.release_keys import secret_of, trusted_by


@dataclass(frozen=True, slots=True)
class _At:
    """Who does it, in which house, when, and what was typed."""

    house: House
    settings: Settings
    actor: Actor
    now: datetime
    args: argparse.Namespace


def configure(parser: argparse.ArgumentParser) -> None:
    """What is done; ``--as LOGIN`` says who does it, and the password is asked for."""
    parser.add_argument("--as", dest="login", metavar="LOGIN", help="phone number or e-mail of whoever does it")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    begin = actions.add_parser("begin", help="begin a release of a ministry; prints its key")
    begin.add_argument("ministry", metavar="MINISTRY")
    begin.add_argument("title", metavar="TITLE", help="what it is about, in a few words")
    begin.add_argument("--note", default="")
    add = _of_release(actions, "add", "put packages into a release")
    add.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a package or a folder of packages")
    add.add_argument(
        "--draft", action="append", default=[], metavar="DRAFT", help="the key of a draft (owso draft list)"
    )
    plan = _of_release(actions, "plan", "say from when and where it is to be in effect")
    plan.add_argument("--from", dest="day", type=date.fromisoformat, metavar="DAY", help="2026-04-01; without: at once")
    plan.add_argument("--at", type=time.fromisoformat, default=time(), metavar="TIME", help="07:30; without: midnight")
    plan.add_argument("--pilot", nargs="+", default=[], metavar="CODE", help="codes of pilot offices; without: all")
    replay = _of_release(actions, "replay", "try a package of a release on the newest cases, in the background")
    replay.add_argument("service", metavar="SERVICE", help="the key of its service")
    _of_release(actions, "submit", "send a release through the gate to its approver")
    _of_release(actions, "take-over", "take over what was published since it was begun")
    through = _of_release(actions, "let-through", "let a release through a step of the gate, with a reason")
    through.add_argument("step", choices=[step.value for step in GateStep])
    through.add_argument("reason", metavar="REASON")
    _of_release(actions, "approve", "approve a release of which one made no part")
    for action, words in (("send-back", "send a release back"), ("withdraw", "withdraw one before it is in effect")):
        _of_release(actions, action, words).add_argument("reason", metavar="REASON")
    shown = actions.add_parser("show", help="the releases, or one of them")
    shown.add_argument("key", nargs="?", metavar="KEY")
    for action, words in (
        ("export", "write an approved release into a signed file"),
        ("notice", "write the withdrawal of a release that was exported into a signed file"),
    ):
        out = _of_release(actions, action, words)
        out.add_argument("file", type=Path, metavar="FILE")
        out.add_argument("--to", default="", metavar="WHOM", help="for whom it is; the history keeps it")
    taken = actions.add_parser("import", help="take in a release, or the withdrawal of one, from a signed file")
    taken.add_argument("file", type=Path, metavar="FILE")
    actions.add_parser("key", help="print the key with which this installation signs, for those who import")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does it and says so; 1 and the reasons on standard error when it is refused, 2 without ``--as``."""
    if args.action == "key":
        print(public_of(secret_of(settings)))
        return 0
    if not args.login:
        print("owso release: say who you are: owso release --as LOGIN …", file=sys.stderr)
        return 2
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        actor = _who(house, args.login, now)
        _ACTIONS[args.action](_At(house, settings, actor, now, args))
    except PackageRefused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        raise
    finally:
        house.database.close()
    return 0


def _who(house: House, login: str, now: datetime) -> Actor:
    """The person with this login, whose password is asked for at a terminal, else read from standard input."""
    typed = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip(os.linesep)
    with house.database.reading() as session:
        known = sign_in(session, house, login, typed, now=now)
        actor = load_actor(session, known.person_id, today=now.astimezone(LOCAL_ZONE).date())
    if actor is None:
        raise WrongSignIn
    return actor


def _begin(at: _At) -> None:
    with at.house.database.transaction() as session:
        key = making.begin(session, at.actor, at.args.ministry, at.args.title, note=at.args.note, now=at.now)
    print(f"{key}: begun. Put packages in: owso release --as {at.args.login} add {key} PATH")


def _add(at: _At) -> None:
    packages = [package for path in at.args.paths for package in packages_in(path)]
    with at.house.database.transaction() as session:
        drafts = [of_draft(session, at.actor, key) for key in at.args.draft]
        put = [
            making.put_in(session, at.house, at.actor, at.args.key, files, now=at.now)
            for files in (*map(files_of, packages), *drafts)
        ]
    for one in put:
        print(f"{one.service_key}: {'put in' if one.is_changed else 'the same as the version there is'}")


def _plan(at: _At) -> None:
    day = at.args.day
    moment = None if day is None else datetime.combine(day, at.args.at, LOCAL_ZONE)
    with at.house.database.transaction() as session:
        making.plan(session, at.actor, at.args.key, planned_for=moment, offices=at.args.pilot, now=at.now)
    print(f"{at.args.key}: in effect {_when(moment)}, {_where(at.args.pilot)}")


def _replay(at: _At) -> None:
    with at.house.database.transaction() as session:
        trial = replaying.ask(session, at.house, at.actor, at.args.key, at.args.service, now=at.now)
    print(f"{at.args.key}: {at.args.service} is tried by trial {trial}")


def _submit(at: _At) -> None:
    for result in submitting.submit(at.house, at.actor, at.args.key, now=at.now):
        print(f"{result.step.value}: {result.verdict.value}")
        for finding in result.findings:
            if finding.holds:
                print(f"  {finding.service}/{finding.place}: {finding.said.en}")
    print(f"{at.args.key}: waits for its approver")


def _take_over(at: _At) -> None:
    with at.house.database.transaction() as session:
        changes = making.rebase(session, at.actor, at.args.key, now=at.now)
    for change in changes:
        print(f"{change.service_key}: {'look at it, both changed it' if change.was_changed else 'taken over'}")
    print(f"{at.args.key}: built on what is published now")


def _let_through(at: _At) -> None:
    step = GateStep(at.args.step)
    with at.house.database.transaction() as session:
        deciding.let_through(session, at.actor, at.args.key, step, at.args.reason, now=at.now)
    print(f"{at.args.key}: let through at {step.value}")


def _approve(at: _At) -> None:
    with at.house.database.transaction() as session:
        number = deciding.approve(session, at.house, at.actor, at.args.key, now=at.now)
    print(f"{at.args.key}: approved as release {number}")


def _send_back(at: _At) -> None:
    with at.house.database.transaction() as session:
        deciding.send_back(session, at.house, at.actor, at.args.key, at.args.reason, now=at.now)
    print(f"{at.args.key}: sent back")


def _withdraw(at: _At) -> None:
    with at.house.database.transaction() as session:
        deciding.withdraw(session, at.house, at.actor, at.args.key, at.args.reason, now=at.now)
    print(f"{at.args.key}: withdrawn")


def _show(at: _At) -> None:
    with at.house.database.reading() as session:
        if at.args.key is None:
            for line in release_list(session, at.actor, now=at.now).lines:
                number = "–" if line.number is None else line.number
                print(f"{line.key}  {line.ministry_key} {number}  {line.standing.value}  {line.title}")
            return
        shown = release_page(session, at.house, at.actor, at.args.key, now=at.now)
    _print(shown)


def _print(shown: ReleaseShown) -> None:
    line = shown.line
    print(f"{line.title}: {line.ministry_key} {line.number or '–'}, {line.standing.value}")
    print(f"in effect {_when(line.effective_from or line.planned_for)}, {_where(shown.pilots)}")
    for item in shown.items:
        what = f"changed from version {item.before or '–'}" if item.is_changed else f"version {item.version}"
        print(f"  {item.service_key}: {what} ({item.digest[:12]})")
    for step in shown.gate:
        let = f", let through: {step.reason}" if step.overridden_at else ""
        print(f"  {step.step.value}: {step.verdict.value}{let}")
    for item in shown.changed:
        if item.trial is not None:
            print(f"  tried on {item.trial.done} of {item.trial.total} cases: {item.service_key} ({item.trial.key})")
    for change in shown.overtaken:
        print(f"  published since: {change.service_key}")


def _export(at: _At) -> None:
    with at.house.database.transaction() as session:
        sealed = carrying.export(session, at.actor, at.args.key, secret_of(at.settings), to=at.args.to, now=at.now)
    _write(at, sealed)


def _notice(at: _At) -> None:
    with at.house.database.transaction() as session:
        sealed = notices.export_notice(
            session, at.actor, at.args.key, secret_of(at.settings), to=at.args.to, now=at.now
        )
    _write(at, sealed)


def _write(at: _At, sealed: bytes) -> None:
    at.args.file.write_bytes(sealed)
    print(f"{at.args.file}: signed with {public_of(secret_of(at.settings))}")


def _import(at: _At) -> None:
    sent = at.args.file.read_bytes()
    is_notice = notices.is_notice(sent)
    take_in = notices.take_in_notice if is_notice else carrying.take_in
    with at.house.database.transaction() as session:
        key = take_in(session, at.house, at.actor, sent, trusted_by(at.settings), now=at.now)
    print(f"{key}: {'withdrawn' if is_notice else 'imported'}")


_ACTIONS: Final[Mapping[str, Callable[[_At], None]]] = {
    "begin": _begin,
    "add": _add,
    "plan": _plan,
    "replay": _replay,
    "submit": _submit,
    "take-over": _take_over,
    "let-through": _let_through,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "show": _show,
    "export": _export,
    "notice": _notice,
    "import": _import,
}


def _of_release(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words)
    action.add_argument("key", metavar="KEY", help="the key that begin printed, and show")
    return action


def _when(moment: datetime | None) -> str:
    return f"from {moment.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}" if moment else "as soon as it is approved"


def _where(codes: list[str] | tuple[str, ...]) -> str:
    return f"at the pilot offices {', '.join(codes)}" if codes else "at all offices"
