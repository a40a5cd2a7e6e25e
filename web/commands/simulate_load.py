"""``owso simulate load``: an office's days, invented from a seed and played into the database of a demonstration."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from engine.clockwork.upkeep import migrate
from engine.demonstration.building import is_built, is_empty
from engine.demonstration.fitting import working_days_from
from engine.demonstration.founding import calendar_around
from engine.demonstration.loading import Played, first_number, play, set_up
from engine.demonstration.people import PILOT
from engine.demonstration.planning import Load
from engine.house import House
from engine.localise import PHNOM_PENH
from web.clock import clock_for, machine_now
from web.commands.demo import password_of, sign_in_lines
from web.config import Settings
from web.opening import open_from

KEPT_IN: Final = "simulated_load.json"
SEED, CASES, DAYS = "one window", 200, 20
MOST_CASES, MOST_DAYS = 100_000, 400
TOLD_EVERY: Final = timedelta(seconds=5)
STOPPED: Final = 130
LISTED: Final = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """What is not said is as it was begun, or the default."""
    parser.add_argument("--seed", help=f"the same cases for the same seed ({SEED})")
    parser.add_argument("--cases", type=int, metavar="NUMBER", help=f"how many come in ({CASES})")
    parser.add_argument("--days", type=int, metavar="NUMBER", help=f"in how many working days ({DAYS})")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="the last of them (today)")
    parser.add_argument("--offices", metavar="CODES", help=f"at which offices ({','.join(PILOT)})")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Plays, or goes on with what was begun; 1 where the database is no demonstration, 130 when it was stopped."""
    if not settings.demo:
        return _refused("cases are only invented with OWSO_DEMO=1.")
    house = open_from(settings)
    try:
        migrate(house.database)
        return _load(house, args, settings, clock_for(settings.clock_file).now())
    finally:
        house.database.close()


def _load(house: House, args: argparse.Namespace, settings: Settings, now: datetime) -> int:
    file, is_new = settings.data_dir / KEPT_IN, is_empty(house)
    if not is_new and not is_built(house):
        return _refused(
            "this database has offices or published services already, and they are no demonstration. Invented cases "
            "are never put among real ones: take an empty database (OWSO_DATA_DIR or OWSO_DATABASE_URL)."
        )
    begun = None if is_new else _Begun.read(file)
    if begun is not None and (other := begun.differs(args)) and not begun.is_over:
        return _refused(f"a load was begun here with {other}: go on with it, or take an empty database.")
    if begun is None or (begun.is_over and begun.differs(args)):
        wrong = _wrong(args, now)
        if wrong:
            return _refused(wrong)
        load = _asked(args, now)
        password = password_of(settings)
        if is_new:
            set_up(house, password=password, begins=load.begins, now=now)
        begun = _Begun(load.seed, load.cases, _days(args), load.begins, load.until, load.offices, first_number(house))
    return _played(house, begun, settings, file)


def _played(house: House, begun: _Begun, settings: Settings, file: Path) -> int:
    try:
        played = play(house, begun.load, password=password_of(settings), begin=partial(begun.keep, file), tell=_Told())
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return STOPPED
    begun.keep(file, is_over=True)
    _print(played)
    print(*sign_in_lines(house, settings), sep="\n")
    return 0


def _print(played: Played) -> None:
    print(f"{played.cases} cases were filed; {played.moves} moves were made just now.")
    for why, number in sorted(played.stopped.items(), key=lambda each: (-each[1], each[0]))[:LISTED]:
        print(f"  {number} stopped: {why}")


def _refused(why: str) -> int:
    print(f"owso simulate load: {why}", file=sys.stderr)
    return 1


def _wrong(args: argparse.Namespace, now: datetime) -> str:
    """What of the options is no load."""
    if not 1 <= _cases(args) <= MOST_CASES or not 1 <= _days(args) <= MOST_DAYS:
        return f"--cases is 1 to {MOST_CASES}, --days 1 to {MOST_DAYS}."
    if args.until is not None and args.until > now.astimezone(PHNOM_PENH).date():
        return "--until lies in the future: a load ends today at the latest, by the clock of the office."
    unknown = [code for code in _offices(args) if code not in PILOT]
    return f"no office of the demonstration is {', '.join(unknown)}; there are {', '.join(PILOT)}." if unknown else ""


def _cases(args: argparse.Namespace) -> int:
    return CASES if args.cases is None else int(args.cases)


def _days(args: argparse.Namespace) -> int:
    return DAYS if args.days is None else int(args.days)


def _offices(args: argparse.Namespace) -> tuple[str, ...]:
    given = args.offices or ",".join(PILOT)
    return tuple(dict.fromkeys(code.strip() for code in given.split(",")))


def _asked(args: argparse.Namespace, now: datetime) -> Load:
    calendar = calendar_around(now)
    today = now.astimezone(PHNOM_PENH).date()
    last = args.until or today
    ends = datetime.combine(last, time(23, 59), PHNOM_PENH).astimezone(UTC)
    begins = working_days_from(last + timedelta(days=1), -_days(args), calendar)
    return Load(args.seed or SEED, _cases(args), begins, min(ends, now), _offices(args))


@dataclass(frozen=True, slots=True)
class _Begun:
    """A load as it was begun, kept in the data folder so that it can be gone on with on another day."""

    seed: str
    cases: int
    days: int
    begins: date
    until: datetime
    offices: tuple[str, ...]
    first: int
    is_over: bool = False

    @classmethod
    def read(cls, file: Path) -> _Begun | None:
        """The load that was begun; None where none was."""
        if not file.exists():
            return None
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        begins, until = date.fromisoformat(kept["begins"]), datetime.fromisoformat(kept["until"])
        offices = tuple(kept["offices"])
        return cls(
            kept["seed"], kept["cases"], kept["days"], begins, until, offices, kept["first"], bool(kept["is_over"])
        )

    def keep(self, file: Path, *, is_over: bool = False) -> None:
        """Writes it down, whole or not at all."""
        kept = {
            "seed": self.seed,
            "cases": self.cases,
            "days": self.days,
            "begins": self.begins.isoformat(),
            "until": self.until.isoformat(),
            "offices": list(self.offices),
            "first": self.first,
            "is_over": is_over,
        }
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        beside.replace(file)

    @property
    def load(self) -> Load:
        """What is played."""
        return Load(self.seed, self.cases, self.begins, self.until, self.offices, self.first)

    def differs(self, args: argparse.Namespace) -> str:
        """In which options it was begun otherwise than is asked now, as they were; empty where in none."""
        last = self.until.astimezone(PHNOM_PENH).date()
        had = {"seed": self.seed, "cases": self.cases, "days": self.days, "until": last, "offices": self.offices}
        asked = {name: getattr(args, name) for name in had} | {"offices": _offices(args) if args.offices else None}
        other = [name for name, value in asked.items() if value is not None and value != had[name]]
        return ", ".join(f"--{name} {_as_typed(had[name])}" for name in other)


def _as_typed(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


class _Told:
    """Says on standard error now and then how far it is, and how many moves a second were made."""

    def __init__(self) -> None:
        self._begun = self._said = machine_now()
        self._first: int | None = None

    def __call__(self, done: int, every: int) -> None:
        now = machine_now()
        self._first = done - 1 if self._first is None else self._first
        if now - self._said >= TOLD_EVERY:
            self._said = now
            pace = (done - self._first) / (now - self._begun).total_seconds()
            print(f"{done:,} of {every:,} moves, {pace:.1f} a second", file=sys.stderr, flush=True)
