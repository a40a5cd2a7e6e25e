"""Who is told every month that the report of an office is ready."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk

IS_OPEN: Final = "ended_at IS NULL"
LATEST_DAY: Final = 15


class ReportSubscription(Base):
    """An officer is told by e-mail on working day ``working_day`` of each month that the report of the month before is
    ready. ``next_at``: when they are told next, empty once it has ended."""

    __tablename__ = "report_subscription"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    working_day: Mapped[int]
    next_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint(f"working_day BETWEEN 1 AND {LATEST_DAY}", name="working_day"),
        Index(
            "uq_report_subscription_open",
            "person_id",
            "office_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index("ix_report_subscription_office", "office_id", "id"),
    )
