"""How guessing slows: some attempts fail without a pause, then each further one doubles the pause before the next, up
to a longest one. With time failures are forgotten one by one, so nobody is locked out for good.

Arithmetic only. Moments and times in counts are whole milliseconds, because the stores of counts reckon with them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` attempts fail without a pause; ``cools`` is the time after which one of those that failed is forgotten;
    no pause is longer than ``longest``."""

    free: int
    cools: timedelta
    longest: timedelta

    @property
    def most(self) -> int:
        """So many failures are counted at most: with them the pause is the longest one."""
        return self.free + 1 + ((self.longest - timedelta.resolution) // FIRST).bit_length()

    @property
    def kept(self) -> timedelta:
        """After this time without a failure all are forgotten."""
        return self.cools * self.most

    @property
    def step(self) -> int:
        return self.cools // _MILLISECOND

    def pause_after(self, failures: int) -> timedelta:
        """The pause after the last of so many failures."""
        beyond = min(failures, self.most) - self.free
        return min(FIRST * (1 << beyond - 1), self.longest) if beyond > 0 else timedelta()


@dataclass(frozen=True, slots=True)
class Count:
    """Failures lately: ``failed_at`` the last one, ``empty_at`` when all will be forgotten."""

    failed_at: int
    empty_at: int

    def failures(self, pace: Pace) -> int:
        """How many there were when the last one was counted, begun ones in full."""
        return -((self.failed_at - self.empty_at) // pace.step)


def moment(now: datetime) -> int:
    return (now - _BEGINNING) // _MILLISECOND


def one_more(before: Count | None, pace: Pace, *, now: datetime) -> Count:
    """The count after one more failure."""
    at = moment(now)
    began = at if before is None else max(before.empty_at, at)
    return Count(at, min(began + pace.step, at + pace.most * pace.step))


def begins_to_wait(before: Count | None, pace: Pace, *, now: datetime) -> bool:
    """Whether one more failure is the first one with a pause behind it."""
    failures = one_more(before, pace, now=now).failures(pace)
    return failures == pace.free + 1 and (before is None or before.failures(pace) <= pace.free)


def left_to_wait(count: Count | None, pace: Pace, *, now: datetime) -> timedelta:
    """How long the pause still is; never longer than its whole length, whatever the clocks of servers say."""
    if count is None:
        return timedelta()
    pause = pace.pause_after(count.failures(pace))
    return max(timedelta(), min(pause, pause - (moment(now) - count.failed_at) * _MILLISECOND))
