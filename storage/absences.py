"""Days on which officers are away, and who stands in for them meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Name, Pk


class Absence(Base):
    """Somebody is away from ``first_day`` to the end of ``last_day`` in Cambodia, or until it was ended early. Two that
    stand of one person never share a day."""

    __tablename__ = "absence"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index("ix_absence_person_id", "person_id", "last_day"),
    )


class Deputy(Base):
    """Who does the work of the absent person for one group at one office. ``by_office_id``: by working at which office
    the deputy may; empty for whoever belongs to a group for every office."""

    __tablename__ = "deputy"
    id: Mapped[Pk]
    absence_id: Mapped[int] = mapped_column(ForeignKey("absence.id"))
    group: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    __table_args__ = (UniqueConstraint("absence_id", "group", "office_id"),)


class StoodIn(Base):
    """A task that a deputy completed, for whom, and how that person was called then."""

    __tablename__ = "stood_in"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    for_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name_km: Mapped[Name]
    name_latin: Mapped[Name]
