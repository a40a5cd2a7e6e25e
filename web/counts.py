"""Where failed attempts are counted: in the database, which all servers share, or in Redis or Valkey where the
installation names one (``OWSO_COUNTS_URL``). While that is away each server counts in its own memory, so that people
sign in and guessing still slows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from engine.outages import outage_in
from engine.people import attempts
from engine.people.pauses import Count, Pace, moment, one_more
from web.context import public_reading, public_transaction

log = structlog.get_logger("web")

MOST_IN_MEMORY: Final = 50_000
"""Counts of one server; beyond them the one that failed longest ago is given up."""
ASKED_AGAIN: Final = timedelta(seconds=5)
"""So long a store that was away is not asked: nobody waits for it with each page."""


class CountsAway(Exception):
    """The store of counts does not answer."""


class Counts(Protocol):
    """Counts of failed attempts by key. Each of the three may raise ``CountsAway``."""

    def of(self, keys: Collection[str], *, now: datetime) -> Mapping[str, Count]: ...

    def count_up(self, failed: Mapping[str, Pace], *, now: datetime) -> None: ...

    def forget(self, keys: Collection[str], *, now: datetime) -> None: ...


class InMemory:
    """Counts of this server alone; bounded."""

    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}
        self._lock = Lock()

    def of(self, keys: Collection[str], *, now: datetime) -> Mapping[str, Count]:
        at = moment(now)
        found = ((key, self._counts.get(key)) for key in keys)
        return {key: count for key, count in found if count is not None and count.empty_at > at}

    def count_up(self, failed: Mapping[str, Pace], *, now: datetime) -> None:
        with self._lock:
            for key, pace in failed.items():
                self._counts[key] = one_more(self._counts.pop(key, None), pace, now=now)  # to the end of the row
            while len(self._counts) > MOST_IN_MEMORY:
                del self._counts[next(iter(self._counts))]

    def forget(self, keys: Collection[str], *, now: datetime) -> None:  # noqa: ARG002
        with self._lock:
            for key in keys:
                self._counts.pop(key, None)


class InDatabase:
    """Counts in the database of the office, each time in a short transaction of their own."""

    def of(self, keys: Collection[str], *, now: datetime) -> Mapping[str, Count]:  # noqa: ARG002
        with _outages_named(), public_reading() as session:
            return attempts.counts_of(session, keys)

    def count_up(self, failed: Mapping[str, Pace], *, now: datetime) -> None:
        with _outages_named(), public_transaction() as session:
            attempts.count_up(session, failed, now=now)

    def forget(self, keys: Collection[str], *, now: datetime) -> None:  # noqa: ARG002
        with _outages_named(), public_transaction() as session:
            attempts.forget(session, keys)


class WithReserve:
    """Shared counts, and this server's own while those are away. What was counted meanwhile still holds when they are
    back: of two counts the one that is forgotten later counts."""

    def __init__(self, shared: Counts) -> None:
        self._shared, self._own = shared, InMemory()
        self._asked_again_at: datetime | None = None

    def of(self, keys: Collection[str], *, now: datetime) -> Mapping[str, Count]:
        own = self._own.of(keys, now=now)
        if self._is_away(now):
            return own
        try:
            shared = self._shared.of(keys, now=now)
        except CountsAway as away:
            self._note(away, now)
            return own
        both = [*own.items(), *shared.items()]
        return dict(sorted(both, key=lambda pair: pair[1].empty_at))

    def count_up(self, failed: Mapping[str, Pace], *, now: datetime) -> None:
        if not self._is_away(now):
            try:
                return self._shared.count_up(failed, now=now)
            except CountsAway as away:
                self._note(away, now)
        return self._own.count_up(failed, now=now)

    def forget(self, keys: Collection[str], *, now: datetime) -> None:
        self._own.forget(keys, now=now)
        if not self._is_away(now):
            try:
                self._shared.forget(keys, now=now)
            except CountsAway as away:
                self._note(away, now)

    def _is_away(self, now: datetime) -> bool:
        return self._asked_again_at is not None and now < self._asked_again_at

    def _note(self, away: CountsAway, now: datetime) -> None:
        self._asked_again_at = now + ASKED_AGAIN
        log.error("counts away", error=type(away.__cause__).__name__)


@contextmanager
def _outages_named() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, OSError) as away:
        if outage_in(away) is None:
            raise
        raise CountsAway from away
