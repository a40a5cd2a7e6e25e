"""Clocks: what was promised, and the ledger of when each clock ran and why it stood still."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, OftenNew, OrderedKey, Pk, words

RUNS = "status = 'running'"
"""What a sweep looks for: every other clock has ended or stands still."""
UNWARNED = f"{RUNS} AND breached_at IS NULL AND warned_at IS NULL"
"""What a sweep looks for, and nothing that it found before: late cases may stay open for months."""
NOT_OVER = "listed_status <> 'over'"
"""The clocks of the administrators' lists: those that have not ended."""
OPEN = "status IN ('running', 'paused')"
"""The clocks that have not ended: of few cases, however many there were."""
TERMS = "kind = 'term'"
"""The clocks that the usual time of a service is measured by."""


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


class ListedStatus(StrEnum):
    """How a clock stands by what was written down of it: late once its breach was, else paused, warned or running; over
    when it has ended."""

    LATE = "late"
    WARNED = "warned"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"


NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The day by which lists place a clock that has none."""
OPEN_CLOCK = (ClockStatus.RUNNING, ClockStatus.PAUSED)
"""A clock that has not ended."""


COUNTED_BY = ("office_id", "service_key", "kind", "element_id")
"""What the overview counts clocks by. The index of all lists holds it too, for what fell due since the last sweep:
PostgreSQL knows how many days are over, not that most of those were found before, and would go through all groups."""
LISTED_BY = {"": (), "_office": ("office_id",), "_service": ("service_key",), "_group": COUNTED_BY}
"""How the lists of open clocks are narrowed: by the end of the index's name, the columns before its order."""


class Clock(OftenNew, Base):
    """A promise. ``term`` and ``warn_term`` are texts: ``3 working days``.

    ``ledger`` is the list of stretches ``[kind, started_at, ended_at or null, reason]`` that the clock ran or stood
    still, oldest first. It lies in the row because every step of a case reads and extends it as a whole. ``due_at`` and
    ``warn_at`` are computed from it, and empty while the clock is paused.

    ``breached_at`` is the day that was broken first, ``breaches`` how often it was. From ``extended_at`` the time of
    ``extended_by`` (``2 working days``) runs to the new day, ``new_due_at``; ``told_at`` is when the applicant was told
    that day, empty when it holds inside the office only. ``watch_at`` is the day that counts now: the first or the new
    one.

    Four columns are kept by the database itself, whoever writes the others (decision 52), so that lists are read
    in their order and counted without another table: ``listed_status``, ``listed_at`` (``due_at``, or ``NEVER``),
    the service of the application and the element of the user task.

    ``calendar_revision`` is that of the calendar of its office by which the moments were reckoned. A clock is behind
    while the calendar was changed since (``CalendarChange``): then its moments are those of before the change.

    ``more`` is how much of ``term``, in its unit, the head of the office gave beyond what was promised first, and
    ``times_given`` how often."""

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
    watch_at: Mapped[datetime | None] = mapped_column(Moment)
    breaches: Mapped[int] = mapped_column(default=0)
    extended_at: Mapped[datetime | None] = mapped_column(Moment)
    extended_by: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    listed_status: Mapped[ListedStatus] = mapped_column(
        words("listed_status", ListedStatus), server_default=ListedStatus.OVER.value
    )
    listed_at: Mapped[datetime] = mapped_column(Moment, server_default=NEVER.strftime("%Y-%m-%d %H:%M:%S"))
    service_key: Mapped[OrderedKey] = mapped_column(server_default="")
    element_id: Mapped[OrderedKey] = mapped_column(server_default="")
    calendar_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    more: Mapped[int] = mapped_column(default=0, server_default="0")
    times_given: Mapped[int] = mapped_column(default=0, server_default="0")
    __table_args__ = (
        Index("ix_clock_runs_until", "watch_at", "id", sqlite_where=text(RUNS), postgresql_where=text(RUNS)),
        Index("ix_clock_to_warn", "warn_at", "id", sqlite_where=text(UNWARNED), postgresql_where=text(UNWARNED)),
        Index("ix_clock_office_status", "office_id", "status"),
        Index(
            "ix_clock_behind",
            "office_id",
            "calendar_revision",
            "application_id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_clock_terms", "office_id", "ended_at", sqlite_where=text(TERMS), postgresql_where=text(TERMS)),
        *(
            Index(
                f"ix_clock_list{of}",
                *columns,
                *("listed_status", "listed_at", "id"),
                sqlite_where=text(NOT_OVER),
                postgresql_where=text(NOT_OVER),
                postgresql_include=() if columns else COUNTED_BY,
            )
            for of, columns in LISTED_BY.items()
        ),
    )

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """It has not ended. Said as the index says it, so that it is found by the clocks that are open."""
        return cls.status.in_([literal_column(f"'{status.value}'") for status in OPEN_CLOCK])

    @classmethod
    def is_of_law(cls) -> ColumnElement[bool]:
        """The clock of the law's term, of which every promised application has one. Said as the index says it."""
        return cls.kind == literal_column(f"'{ClockKind.TERM.value}'")

    @classmethod
    def runs(cls) -> ColumnElement[bool]:
        """It runs. Said as the index says it."""
        return cls.status == literal_column(f"'{ClockStatus.RUNNING.value}'")

    @classmethod
    def is_unwarned(cls) -> ColumnElement[bool]:
        """It runs, and nobody was warned of its day or told that it was broken. Said as the index says it."""
        return cls.runs() & cls.breached_at.is_(None) & cls.warned_at.is_(None)


class UsualTime(Base):
    """How long a service usually takes at an office, in working days as the clocks counted them: half of the cases that
    were measured took ``half`` or less, nine of ten ``most`` or less. There is no row where too few were."""

    __tablename__ = "usual_time"
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, index=True)
    half: Mapped[int]
    most: Mapped[int]
    cases: Mapped[int]
    measured_at: Mapped[datetime] = mapped_column(Moment)
