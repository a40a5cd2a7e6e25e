"""Chains of escalation: to whom a promise that was broken goes up, after how long, and how far each has come."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words

IS_IN_FORCE: Final = "withdrawn_at IS NULL"
GOES_ON: Final = "next_at IS NOT NULL"
STANDS: Final = "ended_at IS NULL"
"""Of a rung whose clock has not ended; statements say it in the same words, so that these indexes serve them."""


class RaisedTo(StrEnum):
    """To whom a case is raised, from below: the head of the office at which the clock runs, its administrators, the
    head of the province's office, the governors there, and the head of the ministry's office."""

    HEAD = "head"
    ADMINISTRATOR = "administrator"
    PROVINCE = "province"
    GOVERNOR = "governor"
    MINISTRY = "ministry"


class EscalationChain(Base):
    """The rungs that hold for clocks whose day is broken from ``from_day`` on: of a service at an office, of all its
    services (``service_key`` empty), of a service at every office (``office_code`` empty), or of all.

    ``rungs`` is a list of ``[raised to, after]``, the lowest first; ``after`` is the time since the rung before, of the
    first one since the breach: ``8 working hours``, or empty for at once. Without rungs it goes up as the package says.
    """

    __tablename__ = "escalation_chain"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    office_code: Mapped[Key]
    service_key: Mapped[Key]
    from_day: Mapped[date]
    rungs: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        Index(
            "uq_escalation_chain_in_force",
            "office_code",
            "service_key",
            "from_day",
            unique=True,
            sqlite_where=text(IS_IN_FORCE),
            postgresql_where=text(IS_IN_FORCE),
        ),
    )


class Climb(Base):
    """A clock that goes up a chain since its day was broken: so many rungs are reached (``rung``). The time of the next
    one counts from ``since``, and ``next_at`` is when to look whether it has passed; empty when nothing comes after."""

    __tablename__ = "climb"
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    chain_id: Mapped[int] = mapped_column(ForeignKey("escalation_chain.id"))
    rung: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_climb_goes_on", "next_at", "clock_id", sqlite_where=text(GOES_ON), postgresql_where=text(GOES_ON)),
    )


class Raised(Base):
    """A rung that a clock has reached, once: the members of ``group`` at this office were told, and read the case while
    the clock has not ended. The database itself writes ``ended_at`` with the end of the clock, and takes it away where
    the clock runs again. Whoever takes care of it stands in ``taken_up_by_id``."""

    __tablename__ = "raised"
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), primary_key=True, autoincrement=False)
    rung: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[RaisedTo] = mapped_column(words("level", RaisedTo))
    group: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_up_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        Index("ix_raised_office", "office_id", "group", "raised_at"),
        *(
            Index(name, *columns, sqlite_where=text(STANDS), postgresql_where=text(STANDS))
            for name, *columns in (
                ("ix_raised_stands_office", "office_id", "group", "raised_at"),
                ("ix_raised_stands_group", "group", "raised_at"),
                ("ix_raised_stands_level", "level", "clock_id"),
            )
        ),
    )

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """Rungs whose clock has not ended, in the words of the indexes."""
        return cls.ended_at.is_(None)
