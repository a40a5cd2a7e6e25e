"""When cases are expected to be done: what steps took, how much is waiting, what was told, and whether it held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment

IS_KNOWN = "known_at IS NOT NULL"


class StepHistory(Base):
    """What the newest finished cases of a service at an office took from a step on (``element_id``; empty: from the
    beginning of their promise), newest first: ``samples`` are pairs of working days, and of the days of work
    (hundredths) that were waiting then. ``own``: so many are of the office itself; where those are too few, others are
    of other offices."""

    __tablename__ = "step_history"
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, index=True)
    element_id: Mapped[Key] = mapped_column(primary_key=True)
    samples: Mapped[list[Any]]
    own: Mapped[int]
    measured_at: Mapped[datetime] = mapped_column(Moment)


class OfficeLoad(Base):
    """How many days of work (hundredths) were waiting at an office when that was last looked at."""

    __tablename__ = "office_load"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, autoincrement=False)
    load: Mapped[int]
    measured_at: Mapped[datetime] = mapped_column(Moment)


class DateRecord(Base):
    """How the dates that were told for a service at an office held: of the newest ``told`` of which it is known,
    ``half`` and ``most`` held. Later dates are so many hundredths longer than comparable cases took (``longer_…``)."""

    __tablename__ = "date_record"
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, index=True)
    told: Mapped[int]
    half: Mapped[int]
    most: Mapped[int]
    longer_half: Mapped[int]
    longer_most: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(Moment)


class ExpectedDate(Base):
    """When a case is expected to be done: half of comparable cases were by ``half_at``, nine of ten by ``most_at``;
    both empty while that is not known. ``elements``: the steps at which it was then. ``late_since``: from when on it
    was expected to miss its promise; ``told_at`` when its people were told.

    The first date stays, in working days from ``based_at``: what comparable cases took (``half``, ``most``), and what
    was told (``told_…``). ``took`` is what it took, or so far where it is not over and takes longer than was told;
    ``known_at`` when that came to be known."""

    __tablename__ = "expected_date"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    service_key: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    based_at: Mapped[datetime] = mapped_column(Moment)
    half: Mapped[int]
    most: Mapped[int]
    told_half: Mapped[int]
    told_most: Mapped[int]
    half_at: Mapped[datetime | None] = mapped_column(Moment)
    most_at: Mapped[datetime | None] = mapped_column(Moment)
    elements: Mapped[str] = mapped_column(default="")
    looked_at: Mapped[datetime] = mapped_column(Moment)
    late_since: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    took: Mapped[int | None]
    known_at: Mapped[datetime | None] = mapped_column(Moment)
    is_over: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        Index(
            "ix_expected_date_known",
            "office_id",
            "service_key",
            "known_at",
            sqlite_where=text(IS_KNOWN),
            postgresql_where=text(IS_KNOWN),
        ),
        Index(
            "ix_expected_date_late",
            "office_id",
            "application_id",
            sqlite_where=text("late_since IS NOT NULL"),
            postgresql_where=text("late_since IS NOT NULL"),
        ),
    )
