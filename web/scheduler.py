"""The metronome: it says when to look, the database says what is due. Losing it loses nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from engine.clockwork import schedule
from engine.house import House
from web.clock import Clock, SystemClock

log = structlog.get_logger("clock")

_AT_ONCE_SECONDS = 0.1
_LOOK_SECONDS = 1
"""So often it looks whether another process has planned something that falls due before the next sweep."""
BEAT = "beat"


class Metronome:
    """Sweeps every ``seconds`` and at each due moment, never twice at a time; a failed sweep does not stop it."""

    def __init__(self, house: House, clock: Clock, *, seconds: int) -> None:
        self._house = house
        self._clock = clock
        self._seconds = seconds
        self._sweep_by = 0.0
        self._found_nothing_at: datetime | None = None
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

    def look(self) -> float:
        """Sweeps when something is due or the interval is over; how many seconds until the next look."""
        left = min(self._sweep_by - time.monotonic(), self._looked())
        if left <= 0:
            left = self.beat()
            self._sweep_by = time.monotonic() + left
        return min(left, _LOOK_SECONDS)

    def beat(self) -> float:
        """One sweep; how many seconds until the next. What was swept is logged as numbers."""
        try:
            now = self._clock.now()
            swept = schedule.sweep(self._house, now=now)
            # After a sweep that did something there may be more of the same; what is due after one that did nothing
            # is stuck behind an incident, which only a person ends.
            self._found_nothing_at = None if swept else now
            if swept:
                log.info("swept", **asdict(swept))
            return max(_AT_ONCE_SECONDS, self._seconds_to_next())
        except Exception as failure:
            # The loop must outlive whatever went wrong: the rows are still there and the next sweep takes them.
            log.error("sweep failed", error=type(failure).__name__)
            return self._seconds

    def _turn(self) -> None:
        with self._sweeping:
            if not self._stopped:
                pause = self.look()
                # The time is read behind the sweep: a sweep takes its time, and waking early is waking twice.
                self._scheduler.modify_job(BEAT, next_run_time=_wall() + timedelta(seconds=pause))

    def _looked(self) -> float:
        try:
            return self._seconds_to_next()
        except Exception:  # the next sweep meets it too, and says so
            return self._seconds

    def _seconds_to_next(self) -> float:
        """How long until something is due, at most until the interval is over; less than nothing for what is due."""
        with self._house.database.reading() as session:
            due = schedule.next_due(session, after=self._found_nothing_at)
        return float(self._seconds) if due is None else min(self._seconds, (due - self._clock.now()).total_seconds())


def _wall() -> datetime:
    """Sweeps come in real time, also where the office's clock was moved for a demonstration."""
    return SystemClock().now()
