"""A day of the simulator played as fast as it goes: cases come in, officers take them up and go on with them, through
the use cases that pages call, one after the other in one process; the clock stands aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, time
from time import perf_counter
from typing import Final

from sqlalchemy import func, select

from bench.installation import NOW, PASSWORD
from bench.nation.making import Nation
from bench.rows import Row
from engine.demonstration.fitting import working_days_from
from engine.demonstration.founding import calendar_around, moment_at
from engine.demonstration.loading import Played, play
from engine.demonstration.people import PILOT
from engine.demonstration.planning import Load
from engine.house import House
from engine.localise import PHNOM_PENH
from storage.events import CaseEvent

CASES: Final = 200
CLOSES: Final = time(17)
NUMBERS: Final = 1_000
"""So many applicants may come on a day; each day has numbers of its own."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What was played, and in how many seconds from the first move to the last."""

    played: Played
    seconds: float


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """In each nation."""
    for nation in nations:
        house = nation.house()
        with closing(house.database):
            found = arrivals(house, CASES)
        moves = found.played.moves
        note = f"{found.played.cases} cases and {moves} moves of a simulated day in {found.seconds:.0f} s, one process"
        what = f"moves of officers and applicants a second, {nation.cases:,} open cases"
        yield Row(what, moves / found.seconds, "", note=note)


def arrivals(house: House, cases: int) -> Arrivals:
    """Plays the next working day on which nothing has happened yet."""
    day = _next_day(house)
    first = (day - NOW.date()).days * NUMBERS
    load = Load(f"arrivals of {day}", cases, day, moment_at(day, CLOSES), PILOT, first)
    moments: list[float] = []

    def tell(_done: int, _every: int) -> None:
        moments.append(perf_counter())

    played = play(house, load, password=PASSWORD, tell=tell, looks=False)
    return Arrivals(played, moments[-1] - moments[0])


def _next_day(house: House) -> date:
    with house.database.reading() as session:
        last = session.scalar(select(func.max(CaseEvent.at))) or NOW
    return working_days_from(max(last, NOW).astimezone(PHNOM_PENH).date(), 1, calendar_around(NOW))
