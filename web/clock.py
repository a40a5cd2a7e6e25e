"""The only place where the product looks at a clock on the wall. Everything below is handed the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the moment, as an aware datetime in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def machine_now() -> datetime:
    """The machine's own time, also where the office's clock was moved: sign-ins age by it."""
    return SystemClock().now()


@dataclass(frozen=True, slots=True)
class FileClock:
    """The machine's time moved by the whole seconds written in a file; no file means not moved.

    The tour and the demonstration use it to let working days pass. Server and worker read the same file, so they
    agree.
    """

    path: Path

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    @property
    def offset(self) -> int:
        """Seconds by which this clock is ahead."""
        try:
            return int(self.path.read_text(encoding="ascii").strip() or 0)
        except FileNotFoundError:
            return 0

    def advance_to(self, moment: datetime) -> None:
        """Move the clock so that it shows ``moment`` now."""
        ahead = moment - datetime.now(UTC)
        beside = self.path.with_suffix(".new")
        beside.write_text(str(round(ahead.total_seconds())), encoding="ascii")
        beside.replace(self.path)  # in one piece: a reader never sees half a number


def clock_for(clock_file: Path | None) -> Clock:
    """The machine's clock, or the movable one when a file is named."""
    return SystemClock() if clock_file is None else FileClock(clock_file)
