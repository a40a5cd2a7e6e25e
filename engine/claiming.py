"""Work that lies in rows: each is claimed by one worker for a while, done outside of every transaction, written down.

A row may be taken from its moment on. Whoever claims it puts that moment off by a lease, so no other worker takes it
meanwhile, and when the worker dies another takes it over. What failed comes back after growing pauses, each a little
longer than it need be, so that what failed together does not come back together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

import structlog
from sqlalchemy import ColumnElement, ScalarSelect, Select, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.base import Base
from storage.database import Database

LEASE: Final = timedelta(minutes=5)
BATCH: Final = 200
MOST_BROKEN: Final = 1000
"""After so many rows that broke, the rest is left to the next sweep."""
FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=12)
SPREAD: Final = 0.25
"""By up to this part of it a pause is longer."""

Row = TypeVar("Row", bound=Base)
Taken = TypeVar("Taken", bound=Base, covariant=True)
Soonest: TypeAlias = ScalarSelect[datetime] | ScalarSelect[datetime | None]
"""A moment that the database is asked for together with others."""
log = structlog.get_logger("owso.claiming")


class Claim(Protocol[Taken]):
    """Takes a row for this worker, if it may."""

    def __call__(self, session: Session, row_id: int, /, *, now: datetime) -> Taken | None: ...


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """A table of which rows are work. ``due``: from when on a row may be taken; ``is_open``: what of the table is still
    to be done at a moment; ``taken``: what a claim writes beside the lease."""

    table: type[Row]
    id: InstrumentedAttribute[int]
    due: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    is_open: Callable[[datetime], ColumnElement[bool]]
    taken: Mapping[InstrumentedAttribute[Any], Any] = field(default_factory=dict)
    lease: timedelta = LEASE
    batch: int = BATCH

    def work_off(
        self,
        database: Database,
        act: Callable[[Row], bool],
        *also: ColumnElement[bool],
        now: datetime,
        claim: Claim[Row] | None = None,
        outage: type[Exception] | tuple[()] = (),
    ) -> int:
        """Claims the rows that are due (``also`` narrows them), at most a batch, the longest due first, and does each
        with ``act``, which opens its own transaction; how many were done.

        A row that breaks stops no other: its lease ends by itself. After an ``outage`` the rest is left to the next
        sweep. ``claim`` may refuse a row before it takes it.
        """
        with database.reading() as session:
            wanted = select(self.id).where(*also, self._takeable(now)).order_by(self.due, self.id)
            found = session.scalars(wanted.limit(self.batch)).all()
        done = 0
        for row_id in found:
            try:
                with database.transaction() as session:
                    row = (claim or self.claim)(session, row_id, now=now)
                done += row is not None and act(row)
            except outage as failure:
                log.warning("outage", work=self.table.__tablename__, reason=str(failure))
                break
            except Exception as failure:
                log.error("work_broke", work=self.table.__tablename__, row=row_id, failure=type(failure).__name__)
        return done

    def claim(self, session: Session, row_id: int, *, now: datetime) -> Row | None:
        """The row, for this worker alone until the lease ends; ``None`` when another was quicker."""
        return session.scalars(
            update(self.table)
            .where(self.id == row_id, self._takeable(now))
            .values({self.due: now + self.lease, **self.taken})
            .returning(self.table)
            .execution_options(populate_existing=True)
        ).one_or_none()

    def _takeable(self, now: datetime) -> ColumnElement[bool]:
        return self.is_open(now) & (self.due <= now)


def one_by_one(
    database: Database,
    due: Select[int],
    row_id: InstrumentedAttribute[int],
    act: Callable[[Session, int], int],
    *,
    most: int,
    broke: Callable[[int, Exception], None],
) -> int:
    """Does the rows that are due, at most so many, each in a transaction of its own; how much was done. ``broke`` is
    told of one that breaks: it stops no other and takes no other's place."""
    done = broken = 0
    tried: list[int] = []
    while broken < MOST_BROKEN and len(tried) - broken < most:
        wanted = most - len(tried) + broken
        with database.reading() as session:
            rows = due.where(row_id.not_in(tried)) if tried else due
            found = session.scalars(rows.limit(wanted)).all()
        for one in found:
            try:
                with database.transaction() as session:
                    did = act(session, one)
                done += did
            except Exception as failure:
                broken += 1
                broke(one, failure)
        tried += found
        if len(found) < wanted:
            break
    return done


def soonest(
    due: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    *which: ColumnElement[bool],
    after: datetime | None,
) -> Soonest:
    """The first moment at which one of these rows is due, of those later than ``after``; ``None`` for none."""
    later = due.is_not(None) if after is None else due > after
    return select(due).where(*which, later).order_by(due).limit(1).scalar_subquery()


def next_attempt(now: datetime, attempts: int, key: str) -> datetime:
    """The moment of the next attempt after so many failed ones: each pause is twice as long as the one before. ``key``
    says of what: the same key and number always give the same moment."""
    pause = min(FIRST * (1 << min(attempts - 1, 30)), LONGEST)
    return now + spread(pause, f"{key}/{attempts}")


def spread(pause: timedelta, key: str) -> timedelta:
    """The pause, longer by a part of it that depends on the key."""
    drawn = hashlib.sha256(key.encode()).digest()
    return pause * (1 + SPREAD * int.from_bytes(drawn[:4]) / 2**32)
