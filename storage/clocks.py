"""SLA clocks: what was promised, and the ledger of when each clock ran and why it stood still."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk


class Clock(Base):
    """A promise. ``kind``: term (law), norm (the office's promise) or task (one user task). ``status``: running, paused,
    met, breached (still open), late (ended after the breach) or stopped. Amounts in ``unit`` (working_days,
    working_hours). ``due_at`` and ``warn_at`` are empty while the clock is paused."""

    __tablename__ = "clock"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[Key]
    amount: Mapped[int]
    unit: Mapped[Key]
    warn_amount: Mapped[int | None]
    warn_unit: Mapped[Key] = mapped_column(default="")
    escalate_to: Mapped[str] = mapped_column(default="")
    extension: Mapped[str] = mapped_column(default="")
    status: Mapped[Key]
    started_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    warn_at: Mapped[datetime | None] = mapped_column(Moment)
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
    breached_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    new_due_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_clock_status_due", "status", "due_at"),
        Index("ix_clock_status_warn", "status", "warn_at"),
        Index("ix_clock_office_status", "office_id", "status"),
    )


class ClockInterval(Base):
    """A stretch of a clock's life: it ran, or it stood still for a reason. The last one has no end."""

    __tablename__ = "clock_interval"
    id: Mapped[Pk]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), index=True)
    kind: Mapped[Key]
    reason: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
