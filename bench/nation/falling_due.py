"""What time does to a nation's cases: a look when nothing is due, how much gets done in a second by one worker and by
two, how late it is, and how long until the last person knows when ten thousand promises break at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import psycopg
from sqlalchemy import func, select, text

from bench.installation import NOW
from bench.nation.making import Nation
from bench.nation.served import Process, Served
from bench.rows import Row
from engine.applications.lapsing import REMINDED_BEFORE
from engine.clockwork import schedule, upkeep
from engine.house import House
from storage.chores import Chore

SWEPT: Final = 11
PIECES: Final = 2_000
AT_ONCE: Final = 10_000
ROUNDS: Final = 4
IN_A_MOMENT, KNOWN_BEFORE = timedelta(seconds=1), timedelta(seconds=8)
AHEAD: Final = timedelta(seconds=6)
"""How long before it is due what many workers are to do is written."""
DONE_WITHIN: Final = 900
SETTLES: Final = 20
"""Seconds in which a worker that begins has done what it does when it begins."""


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """A row for each promise; the many at once in the largest nation."""
    for nation in nations:
        (taken, computed), bound = nothing_due(nation), 20 if nation is nations[-1] else None
        what = f"sweep with nothing due: {nation.cases:,} open cases"
        note = f"{min(taken):.1f} to {max(taken):.1f} ms; {computed:.1f} ms of processor here"
        yield Row(what, median(taken), " ms", bound, sense="at most", note=note)
    with ticking(nations[-1], 1) as one_worker:
        yield from late(one_worker)
        alone = [each(one_worker, PIECES) for each in (breaches, timers)]
    with ticking(nations[-1], 2) as two_workers:
        together = [each(two_workers, PIECES) for each in (breaches, timers)]
        yield from many(two_workers)
    for what, one, two in zip(("breaches", "timers"), alone, together, strict=True):
        yield Row(f"{what}, a second and worker", one.rate, " /s", 500, note=one.note)
        yield Row(f"{what}: two workers ÷ one", two.rate / one.rate, must=1.7, note=two.note)


def nothing_due(nation: Nation) -> tuple[list[float], float]:
    """Milliseconds of sweeps that find nothing, and what one computes in this process."""
    house, taken, computed = nation.house(), [], []
    settle(house)
    try:
        for _ in range(SWEPT + 3):
            begun, busy = time.perf_counter(), time.process_time()
            schedule.sweep(house, now=NOW)
            taken.append((time.perf_counter() - begun) * 1000)
            computed.append((time.process_time() - busy) * 1000)
    finally:
        house.database.close()
    return taken[-SWEPT:], median(computed)


def settle(house: House) -> None:
    """What goes on behind the cases is done, as where they came by and by: nothing is remembered of drafts that were
    sent long ago, and each chore has gone through the nation."""
    with house.database.transaction() as session:
        session.execute(text(_SENT_LONG_AGO), {"until": NOW - house.drafts_kept + REMINDED_BEFORE})
    deadline = time.perf_counter() + DONE_WITHIN
    while time.perf_counter() < deadline:
        with house.database.reading() as session:
            if session.scalars(select(func.min(Chore.due_at))).one() > NOW:
                return
        upkeep.tidy_due(house, now=NOW)
    raise TimeoutError(f"the upkeep went on for {DONE_WITHIN} s")


_SENT_LONG_AGO: Final = """
DELETE FROM draft d USING application a
WHERE a.id = d.application_id AND a.status <> 'draft' AND d.touched_at <= :until"""


@dataclass(frozen=True)
class Ticking:
    """A nation whose workers run, and a connection to write what is due and to see it done."""

    served: Served
    connection: psycopg.Connection
    workers: Sequence[Process]

    def now(self) -> datetime:
        return self.served.clock.now()

    def wait(self, left: Callable[[], int], *, pause: float = 0.1) -> tuple[float, float]:
        """The seconds at which less was left than at first, and at which nothing was."""
        whole, began, deadline = left(), 0.0, time.perf_counter() + DONE_WITHIN
        while time.perf_counter() < deadline:
            there, at = left(), time.perf_counter()
            if there < whole and not began:
                began = at
            if not there:
                return began, at
            time.sleep(pause)
        raise TimeoutError(f"{left()} of {whole} were not done in {DONE_WITHIN} s")


@contextmanager
def ticking(nation: Nation, workers: int) -> Iterator[Ticking]:
    """So many workers, once they have done what they do when they begin."""
    served = Served(nation.address, nation.data)
    served.clock.advance_to(NOW)
    with ExitStack() as opened:
        connection = opened.enter_context(psycopg.connect(nation.address, autocommit=True))
        running = [opened.enter_context(served.worker()) for _ in range(workers)]
        time.sleep(SETTLES)
        yield Ticking(served, connection, running)


@dataclass(frozen=True)
class Done:
    """So many pieces in so many seconds."""

    pieces: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.pieces / self.seconds

    @property
    def note(self) -> str:
        return f"{self.pieces:,} in {self.seconds:.1f} s"


def breaches(place: Ticking, number: int) -> Done:
    """So many promises break at one moment."""
    ids = promises_due(place, number, _soon(place))
    done = _done(place, ids, _unbroken)
    twice = _count(place, "SELECT count(*) FROM clock WHERE id = ANY(%s) AND breaches <> 1", ids)
    assert not twice, f"{twice} promises were broken twice"
    return done


def timers(place: Ticking, number: int) -> Done:
    """So many timers are due at one moment."""
    return _done(place, timers_due(place, number, _soon(place)), _waiting)


def _done(place: Ticking, ids: list[int], left: Callable[[Ticking, list[int]], int]) -> Done:
    began, ended = place.wait(lambda: left(place, ids))
    return Done(len(ids), max(ended - began, 0.1))


def _soon(place: Ticking) -> datetime:
    return (place.now() + AHEAD).replace(microsecond=0)


def many(place: Ticking) -> Iterator[Row]:
    """Ten thousand promises that break at once: until the last is broken, until the last applicant was written to."""
    moment = _soon(place)
    ids = promises_due(place, AT_ONCE, moment)
    _, ended = place.wait(lambda: _unbroken(place, ids), pause=0.5)
    broken = (place.now() - moment).total_seconds() - (time.perf_counter() - ended)
    place.wait(lambda: _unsent(place, ids), pause=0.5)
    told = (place.now() - moment).total_seconds()
    yield Row(f"{AT_ONCE:,} promises break at once: the last is broken", broken, " s", 60, sense="at most")
    yield Row(f"{AT_ONCE:,} promises break at once: the last message has left", told, " s", 120, sense="at most")


def late(place: Ticking) -> Iterator[Row]:
    """How long behind its moment a breach that was known before is, and a timer that was only just written."""
    known = [_late(place, promises_due, KNOWN_BEFORE, _unbroken) for _ in range(ROUNDS)]
    fresh = [late_timer(place) for _ in range(ROUNDS)]
    for what, seconds in (("a breach known before", known), ("a timer of one second, just written", fresh)):
        note = f"of {ROUNDS}; {median(seconds):.2f} s in the middle"
        yield Row(f"latest: {what}", max(seconds), " s", 1, sense="at most", note=note)


def late_timer(place: Ticking) -> float:
    """The seconds that a timer which was only just written is late."""
    return _late(place, timers_due, IN_A_MOMENT, _waiting)


def _late(
    place: Ticking,
    write: Callable[[Ticking, int, datetime], list[int]],
    ahead: timedelta,
    left: Callable[[Ticking, list[int]], int],
) -> float:
    moment = (place.now() + ahead + timedelta(seconds=1)).replace(microsecond=0)
    ids = write(place, 1, moment)
    place.wait(lambda: left(place, ids), pause=0.01)
    return (place.now() - moment).total_seconds()


def promises_due(place: Ticking, number: int, moment: datetime) -> list[int]:
    """The clocks of so many promises that were to end later, and now end at this moment."""
    found = place.connection.execute(
        "UPDATE clock SET due_at = %(at)s, watch_at = %(at)s, warn_at = NULL WHERE id IN (SELECT c.id FROM clock c"
        " JOIN process_instance i ON i.application_id = c.application_id WHERE c.kind = 'term' AND c.status = 'running'"
        " AND c.breached_at IS NULL AND i.status = 'running' ORDER BY c.id DESC LIMIT %(number)s) RETURNING id",
        {"at": moment, "number": number},
    ).fetchall()
    assert len(found) == number, f"{len(found)} promises are left: make the nation anew"
    return [key for (key,) in found]


def timers_due(place: Ticking, number: int, moment: datetime) -> list[int]:
    """So many timers that were to be due later, and are at this moment, also in the state of their cases."""
    wanted = {"at": moment, "number": number}
    with place.connection.transaction():
        found = place.connection.execute(_STATES, wanted).fetchall()
        ids = [key for (key,) in found]
        assert len(ids) == number, f"{len(ids)} timers are left: make the nation anew"
        place.connection.execute("UPDATE timer SET due_at = %s WHERE id = ANY(%s)", [wanted["at"], ids])
    return ids


_STATES: Final = """
UPDATE process_instance i SET
  state = convert_to(replace(convert_from(i.state, 'UTF8'), w.counted, (extract(epoch FROM %(at)s) * 1000000)::bigint
    ::text), 'UTF8'),
  waits = replace(i.waits::text, w.written, to_char(%(at)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00')
    ::jsonb
FROM (
  SELECT t.id, t.instance_id, (extract(epoch FROM t.due_at) * 1000000)::bigint::text AS counted,
    to_char(t.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00' AS written
  FROM timer t JOIN process_instance p ON p.id = t.instance_id
  WHERE p.status = 'running' AND t.element_id LIKE '%%unpaid' AND t.due_at > %(at)s + interval '1 hour'
  ORDER BY t.id DESC LIMIT %(number)s) w
WHERE i.id = w.instance_id RETURNING w.id"""


def _unbroken(place: Ticking, ids: list[int]) -> int:
    return _count(place, "SELECT count(*) FROM clock WHERE id = ANY(%s) AND breached_at IS NULL", ids)


def _waiting(place: Ticking, ids: list[int]) -> int:
    return _count(place, "SELECT count(*) FROM timer WHERE id = ANY(%s)", ids)


def _unsent(place: Ticking, clocks: list[int]) -> int:
    """Messages to applicants of these cases that have not left; officers who get many are told by and by."""
    return _count(
        place,
        "SELECT count(*) FROM clock c JOIN application a ON a.id = c.application_id JOIN notification n"
        " ON n.application_id = a.id AND n.person_id = a.applicant_id"
        " WHERE c.id = ANY(%s) AND n.status IN ('pending', 'sending')",
        clocks,
    )


def _count(place: Ticking, statement: str, ids: list[int]) -> int:
    found = place.connection.execute(statement.encode(), [ids]).fetchone()
    assert found is not None
    return int(found[0])
