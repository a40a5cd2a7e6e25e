"""The metronome: it says when to look, the database says what is due. Losing it loses nothing.

Each part of what time does has a beat and a thread of its own: what waits for a gateway, or goes through the whole
house, holds up no deadline.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog

from engine.clockwork import schedule
from engine.clockwork.schedule import Part
from engine.house import House
from web.clock import Clock, SystemClock
from web.preparing import Preparing

log = structlog.get_logger("clock")

_LOOK_SECONDS = 0.5
"""So often it looks whether another process has planned something that falls due before the next sweep."""
_ON_ITS_WAY = timedelta(seconds=10)
"""So old may a moment be that is only just being written down, in a transaction that began at that moment."""


class Metronome:
    """Sweeps every ``seconds`` and at each due moment, each part by itself and never twice at a time; a failed sweep
    does not stop it. ``preparing`` makes the files that pages were asked for."""

    def __init__(self, house: House, clock: Clock, *, seconds: int, preparing: Preparing | None = None) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor  # large, and servers beside a worker sweep nothing
        from apscheduler.schedulers.background import BackgroundScheduler

        self._preparing = preparing
        parts = (*schedule.EVERYTHING, *((preparing.part,) if preparing else ()))
        self._beats = [Beat(house, clock, part, seconds=seconds) for part in parts]
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(self._beats))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin; the first sweeps run at once, for what fell due while nobody watched."""
        for beat in self._beats:
            self._scheduler.add_job(
                self._turn, "interval", args=[beat], seconds=beat.seconds, id=beat.name, next_run_time=_wall()
            )
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the sweeps that may be running; none begins any more."""
        if self._preparing:
            self._preparing.stop()
        # In this order: shutting down holds the lock that a running sweep needs to make its next appointment.
        for beat in self._beats:
            with beat.sweeping:
                beat.is_stopped = True
        self._scheduler.shutdown(wait=True)

    def _turn(self, beat: Beat) -> None:
        with beat.sweeping:
            if not beat.is_stopped:
                pause = beat.look()
                # The time is read behind the sweep: a sweep takes its time, and waking early is waking twice.
                self._scheduler.modify_job(beat.name, next_run_time=_wall() + timedelta(seconds=pause))


class Beat:
    """When to look at one part of what time does. ``sweeping`` is held while somebody does."""

    def __init__(self, house: House, clock: Clock, part: Part, *, seconds: int) -> None:
        self.name = part.name
        self.seconds = seconds
        self.sweeping = threading.Lock()
        self.is_stopped = False
        self._house = house
        self._clock = clock
        self._parts = (part,)
        self._sweep_by = 0.0
        self._found_nothing_at: datetime | None = None

    def look(self) -> float:
        """Sweeps when something is due or the interval is over; how many seconds until the next look."""
        left = min(self._sweep_by - time.monotonic(), self._looked())
        if left <= 0:
            left = self.sweep()
            self._sweep_by = time.monotonic() + left
        return min(left, _LOOK_SECONDS)

    def sweep(self) -> float:
        """One sweep; how many seconds until the next. What was swept is logged as numbers."""
        try:
            now = self._clock.now()
            swept = schedule.sweep(self._house, now=now, parts=self._parts)
            # After a sweep that did something there may be more of the same; what was due long before one that did
            # nothing is stuck behind an incident, which only a person ends.
            self._found_nothing_at = None if swept else now - _ON_ITS_WAY
            if swept:
                log.info("swept", part=self.name, **asdict(swept))
            return max(0.0 if swept else _LOOK_SECONDS, self._seconds_to_next())
        except Exception as failure:
            # The loop must outlive whatever went wrong: the rows are still there and the next sweep takes them.
            log.error("sweep failed", part=self.name, error=type(failure).__name__)
            return self.seconds

    def _looked(self) -> float:
        try:
            return self._seconds_to_next()
        except Exception:  # the next sweep meets it too, and says so
            return self.seconds

    def _seconds_to_next(self) -> float:
        """How long until something is due, at most until the interval is over; less than nothing for what is due."""
        with self._house.database.reading() as session:
            due = schedule.next_due(session, after=self._found_nothing_at, parts=self._parts)
        return float(self.seconds) if due is None else min(self.seconds, (due - self._clock.now()).total_seconds())


def _wall() -> datetime:
    """Sweeps come in real time, also where the office's clock was moved for a demonstration."""
    return SystemClock().now()
