"""Changes of the calendars of offices, and how far the promises of before were reckoned again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk

OPEN = "look_at IS NOT NULL"
"""The changes of which somebody still looks for clocks that are behind."""


class CalendarChange(Base):
    """A change of the hours or days off of one office, by which its calendar got this ``revision``; a national day off
    is one for each office. ``day``: the only day that it concerns, empty for new hours and for the days of a year.
    ``made_by_id`` and ``made_as`` say who made it, as the history of cases does.

    ``look_at``: from when on a worker looks for clocks that are behind it, empty when none is any more. ``promises`` is
    how many clocks were open when it was made; of them ``clocks`` got another moment, in ``cases``, and ``people`` were
    told another day. ``done_at``: when the last was reckoned."""

    __tablename__ = "calendar_change"
    id: Mapped[Pk]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    revision: Mapped[int]
    day: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_as: Mapped[Key] = mapped_column(default="")
    look_at: Mapped[datetime | None] = mapped_column(Moment)
    promises: Mapped[int] = mapped_column(default=0)
    cases: Mapped[int] = mapped_column(default=0)
    clocks: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("office_id", "revision"),
        Index("ix_calendar_change_open", "look_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_calendar_change_made_at", "made_at"),
    )
