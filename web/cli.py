"""The command line: ``owso serve``, ``owso publish …``. ``owso --help`` shows them all."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = (
    "serve", "worker", "migrate", "publish", "check", "offices", "users", "holidays", "sweep", "cases", "incidents",
    "audit", "health", "demo", "translations",
)  # fmt: skip
"""Each is the module of that name in ``web.commands``."""

FAILED, MISUSED = 1, 2
TABLE_IN_USE = "55P03"
"""What PostgreSQL calls a lock that could not be had in time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 refused or failed (said on standard error), 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    args = _parser(given).parse_args(given)
    from sqlalchemy.exc import OperationalError

    from engine.errors import Refused
    from web.config import BadSetting, Settings

    try:
        status: int = import_module(f"web.commands.{args.command}").run(args, Settings.from_environment(os.environ))
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


def _what_the_database_said(problem: BaseException | None) -> str:
    if getattr(problem, "sqlstate", None) == TABLE_IN_USE:
        return (
            "a table that must change is in use, and nothing was changed. Try again at a quieter moment, or stop the "
            "servers and workers first."
        )
    return "the database does not answer: " + str(problem).strip().splitlines()[0]


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The grammar. Only the command that was asked for is loaded; all of them when help is wanted."""
    parser = argparse.ArgumentParser(
        prog="owso", description="One Window: administrative services that keep their day."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = [name for name in COMMANDS if given[:1] == [name]] or COMMANDS
    for name in asked:
        module = import_module(f"web.commands.{name}")
        module.configure(commands.add_parser(name, help=module.HELP, description=module.HELP))
    return parser


if __name__ == "__main__":
    sys.exit(main())
