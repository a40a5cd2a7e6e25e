"""Clocks: what was promised, and the ledger of when each clock ran and why it stood still."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


def _open_index(name: str, moment: str, still: str) -> Index:
    """What a sweep looks for, and nothing that it found before: late cases may stay open for months."""
    return Index(name, "status", moment, sqlite_where=text(still), postgresql_where=text(still))


class ClockKind(StrEnum):
    """Whose promise it is: the law's limit, the office's own, or that of one user task."""

    TERM = "term"
    NORM = "norm"
    TASK = "task"


class ClockStatus(StrEnum):
    """A clock runs or stands still until it has ended: met, late (after its breach), or stopped because the promise no
    longer applies."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"
    STOPPED = "stopped"


OPEN_CLOCK = (ClockStatus.RUNNING, ClockStatus.PAUSED)
"""A clock that has not ended."""


class Clock(Base):
    """A promise. ``term`` and ``warn_term`` are texts: ``3 working days``.

    ``ledger`` is the list of stretches ``[kind, started_at, ended_at or null, reason]`` that the clock ran or stood
    still, oldest first. It lies in the row because every step of a case reads and extends it as a whole. ``due_at`` and
    ``warn_at`` are computed from it, and empty while the clock is paused."""

    __tablename__ = "clock"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[ClockKind] = mapped_column(words("kind", ClockKind))
    term: Mapped[Key]
    warn_term: Mapped[Key] = mapped_column(default="")
    escalate_to: Mapped[str] = mapped_column(default="")
    extension: Mapped[str] = mapped_column(default="")
    status: Mapped[ClockStatus] = mapped_column(words("status", ClockStatus))
    ledger: Mapped[list[Any]]
    started_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    warn_at: Mapped[datetime | None] = mapped_column(Moment)
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
    breached_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    new_due_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        _open_index("ix_clock_unbroken", "due_at", "breached_at IS NULL"),
        _open_index("ix_clock_unwarned", "warn_at", "breached_at IS NULL AND warned_at IS NULL"),
        Index("ix_clock_office_status", "office_id", "status"),
    )
