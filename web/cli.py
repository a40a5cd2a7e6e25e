"""The command line: ``owso serve``, ``owso publish …``. ``owso --help`` shows them all."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Final

from engine.errors import Refused
from web.config import BadSetting, Settings

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "serve the web application, with the clock in the same process",
    "worker": "sweep timers, clocks and messages in a process of its own; as many as wanted share the work",
    "migrate": "bring the database to the newest version",
    "publish": "publish service packages; running cases stay on the version they started with",
    "release": "agree on packages of a ministry together: begin, put in, submit, approve, carry elsewhere",
    "new": "make the folder of a new service from one that is there, or from a shape",
    "draft": "list and begin drafts of services, pull one into a folder, push what was changed there",
    "check": "check service packages and BPMN or DMN files; nothing is published",
    "test": "run the scenarios of service packages, and say what they leave untried",
    "trial": "try the newest cases of a service on a draft, a folder or a version, and say what would come of them",
    "draw": "draw the diagrams of services and shared processes as pictures (SVG)",
    "modeler-templates": "write the files with which Camunda Modeler and bpmn-js offer our settings",
    "offices": "open an office, let it offer services, or set its telephone number and weekly hours",
    "users": "add an officer, put one into a group of an office, end that, or disable an account",
    "holidays": "put the known public holidays of a year on the national list",
    "telegram": "tell Telegram where to report what people write to the bot",
    "sweep": "do now what the clock has to do: due timers, warnings, breaches, messages",
    "cases": "take running cases to another version of their service, back again, or replay one there",
    "incidents": "list the steps that failed, say why, or take one again",
    "audit": "prove that no event of any case or ministry, and no line of the security log, was changed or removed",
    "tallies": "prove that the numbers kept beside the rows are what the rows come to, or count them anew",
    "simulate": "play offices ahead: whether expected dates hold at invented ones, what would come if at one of here",
    "security-log": "print the security log as JSON, line by line; stay and follow it",
    "health": "examine the installation: database, migrations, what is unswept, unsent or stopped for too long",
    "demo": "fill an empty database with demonstration data: pilot offices, one officer per role, applications",
    "translations": "update the Khmer catalogue from code and pages, and say what lacks words",
}
"""Each is the module of that name in ``web.commands``, and what it does in a line. A module is imported when its
command is asked for, here and nowhere else: ``owso --help`` answers at once, without the database and the pages."""

FAILED, MISUSED = 1, 2
TABLE_IN_USE = ("55P03", "40P01")
"""What PostgreSQL calls a lock that could not be had in time, and a ring of those who wait for one another."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 refused or failed (said on standard error), 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with _all_kept():
        args = _parser(given).parse_args(given)
    from sqlalchemy.exc import OperationalError  # slow to import: help is shown without it

    try:
        status: int = _module(args.command).run(args, Settings.from_environment(os.environ))
    except BadSetting as problem:
        print(f"owso: {problem}", file=sys.stderr)
        return MISUSED
    except OperationalError as problem:
        print(f"owso {args.command}: {_what_the_database_said(problem.orig)}", file=sys.stderr)
        return FAILED
    except Refused as refusal:
        print(f"owso {args.command}: {refusal}", file=sys.stderr)
        return FAILED
    return status


def _module(command: str) -> ModuleType:
    return import_module(f"web.commands.{command.replace('-', '_')}")


@contextmanager
def _all_kept() -> Iterator[None]:
    """Nobody looks meanwhile for what can be thrown away, nor later among the modules: they stay, and looking through
    them over and over is a sixth of the time of importing them, and a tenth of a second at any later moment."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _what_the_database_said(problem: BaseException | None) -> str:
    if getattr(problem, "sqlstate", None) in TABLE_IN_USE:
        return (
            "a table that must change is in use, and nothing was changed. Try again at a quieter moment, or stop the "
            "servers and workers first."
        )
    return "the database does not answer: " + str(problem).strip().splitlines()[0]


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The grammar. Only the command that was asked for is loaded."""
    parser = argparse.ArgumentParser(
        prog="owso", description="One Window: administrative services that keep their day."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        if given[:1] == [name]:
            _module(name).configure(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
