"""Visits that officers make: on which day, and which reports came in from their telephones."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, words


class DayPart(StrEnum):
    """When on its day a visit is: in the morning, in the afternoon, or nobody has said."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Visit(Base):
    """The day that is planned for a user task for which an officer goes there; the row goes when the day is called off.
    Who goes is whoever has the task."""

    __tablename__ = "visit"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    day: Mapped[date] = mapped_column(Date)
    day_part: Mapped[DayPart] = mapped_column(words("day_part", DayPart))
    planned_at: Mapped[datetime] = mapped_column(Moment)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (Index("ix_visit_office_day", "office_id", "day"),)


class SentForm(Base):
    """A form of a task that was sent under a key of the sender's choice, and taken: sent again, it has the same answer.
    ``went_on``: the case did, or it stopped at an incident."""

    __tablename__ = "sent_form"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    key: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    went_on: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)
