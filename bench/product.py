"""What the house itself costs: an officer's step through the use case, and the pages and sweeps around it.

The same measurements in turn on two installations that differ only in the number of running cases at other offices.
What is flat costs the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bench.installation import ELEMENT, NOW, Installation, installations
from bench.rows import Row
from bench.timing import WALL, quickest
from engine.clockwork import schedule
from engine.queries.office.inbox import inbox
from engine.queries.office.task_page import task_page
from engine.queries.public.tracking import track
from engine.queries.shared.stretches import Wanted
from engine.tasks import user_tasks

FEW, MANY = 0, 9_600
ROUNDS = 15
Measured = Callable[[Installation], Callable[[], object]]


def rows() -> Iterator[Row]:
    """Milliseconds and statements of each, and what ten thousand cases make of them."""
    with installations(FEW, MANY) as (few, many):
        for what, measured in (
            ("officer step: tasks.complete with everything that follows", _step),
            ("inbox of the officer", _inbox),
            ("task page with the whole case", _page),
            ("tracking page", _tracking),
            ("sweep with nothing due", _sweep),
            ("next due moment", _next_due),
        ):
            yield _flat(what, measured, few, many)


def _flat(what: str, measured: Measured, few: Installation, many: Installation) -> Row:
    here, there = measured(few), measured(many)
    small, large = quickest(ROUNDS, here, there, clock=WALL)
    with counted(many) as statements:
        there()
    note = f"{small * 1000:.1f} ms, then {large * 1000:.1f} ms; {len(statements)} statements"
    return Row(f"{what}: at {many.cases:,} cases ÷ at {few.cases}", large / small, note=note)


def _step(place: Installation) -> Callable[[], object]:
    """Completes one task after the other; they were claimed beforehand."""
    house, officer = place.house, place.officer
    claimed = [place.tasks.pop() for _ in range(ROUNDS + 2)]  # one to warm up, one to count its statements
    for key in claimed:
        with house.database.transaction() as session:
            user_tasks.claim(session, house, officer, key, now=NOW)

    def complete() -> object:
        with house.database.transaction() as session:
            return user_tasks.complete(session, house, officer, claimed.pop(), {f"{ELEMENT}_result": "ok"}, now=NOW)

    return complete


def _inbox(place: Installation) -> Callable[[], object]:
    def read() -> object:
        with place.house.database.reading() as session:
            return inbox(session, place.house, place.officer, "all", Wanted(), now=NOW)

    return read


def _page(place: Installation) -> Callable[[], object]:
    def read() -> object:
        with place.house.database.reading() as session:
            return task_page(session, place.house, place.officer, place.tasks[0], now=NOW)

    return read


def _tracking(place: Installation) -> Callable[[], object]:
    def read() -> object:
        with place.house.database.reading() as session:
            return track(session, place.house, *place.tracking, now=NOW)

    return read


def _sweep(place: Installation) -> Callable[[], object]:
    schedule.sweep(place.house, now=NOW)  # what was due is done; the next ones find nothing

    def sweep() -> object:
        return schedule.sweep(place.house, now=NOW)

    return sweep


def _next_due(place: Installation) -> Callable[[], object]:
    def read() -> object:
        with place.house.database.reading() as session:
            return schedule.next_due(session)

    return read


@contextmanager
def counted(place: Installation) -> Iterator[list[str]]:
    """The statements that the database is asked in the block, without the frame of transactions."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA", "COMMIT", "SAVEPOINT", "RELEASE")):
            found.append(sql)

    engine = place.house.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
