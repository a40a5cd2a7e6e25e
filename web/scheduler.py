"""The metronome: it says when to look, the database says what is due. Losing it loses nothing."""

from __future__ import annotations

import threading
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from engine.clockwork import schedule
from engine.house import House
from web.clock import Clock, SystemClock

log = structlog.get_logger("clock")

_AT_ONCE_SECONDS = 1
BEAT = "beat"


class Metronome:
    """Sweeps every ``seconds`` and at the next due moment, never twice at a time; a failed sweep does not stop it."""

    def __init__(self, house: House, clock: Clock, *, seconds: int) -> None:
        self._house = house
        self._clock = clock
        self._seconds = seconds
        self._sweeping = threading.Lock()
        self._stopped = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin; the first sweep runs at once, for what fell due while nobody watched."""
        self._scheduler.add_job(self._turn, "interval", seconds=self._seconds, id=BEAT, next_run_time=_wall())
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the sweep that may be running; none begins any more."""
        # In this order: shutting down holds the lock that a running sweep needs to make its next appointment.
        with self._sweeping:
            self._stopped = True
        self._scheduler.shutdown(wait=True)

    def beat(self) -> float:
        """One sweep; how many seconds until the next. What was swept is logged as numbers."""
        try:
            swept = schedule.sweep(self._house, now=self._clock.now())
            if swept:
                log.info("swept", **asdict(swept))
            return min(self._seconds, self._seconds_to_next(more=bool(swept)))
        except Exception as failure:
            # The loop must outlive whatever went wrong: the rows are still there and the next sweep takes them.
            log.error("sweep failed", error=type(failure).__name__)
            return self._seconds

    def _turn(self) -> None:
        with self._sweeping:
            if not self._stopped:
                next_time = _wall() + timedelta(seconds=self.beat())
                self._scheduler.modify_job(BEAT, next_run_time=next_time)

    def _seconds_to_next(self, *, more: bool) -> float:
        """How long until something is due. What is due already is either the rest of a large sweep, taken at once, or
        stuck behind an incident, which only a person ends."""
        with self._house.database.reading() as session:
            due = schedule.next_due(session)
        ahead = float(self._seconds) if due is None else (due - self._clock.now()).total_seconds()
        if ahead <= 0:
            return _AT_ONCE_SECONDS if more else self._seconds
        return max(_AT_ONCE_SECONDS, ahead)


def _wall() -> datetime:
    """Sweeps come in real time, also where the office's clock was moved for a demonstration."""
    return SystemClock().now()
