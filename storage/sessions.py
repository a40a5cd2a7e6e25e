"""Sessions: a day, a time and a place with seats, published by an office; and the seats of applications there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Name, Pk, words


class SessionStatus(StrEnum):
    """A session is to be held (or was), or the office has cancelled it."""

    OPEN = "open"
    CANCELLED = "cancelled"


class SeatStatus(StrEnum):
    """An application has a seat; lost it with its session and is to choose again; or gave it up, for another one or
    because the case was over."""

    HELD = "held"
    LOST = "lost"
    LEFT = "left"


CURRENT_SEAT = (SeatStatus.HELD, SeatStatus.LOST)
"""The seat that counts: an application has at most one for each kind of session."""


class OfficeSession(Base):
    """When and where. ``session_key`` is the kind of session in ``service.yaml``. ``taken`` counts the seats that are
    held: the database itself refuses more than there are."""

    __tablename__ = "office_session"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_key: Mapped[Key]
    session_key: Mapped[Key]
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    place_km: Mapped[Name]
    place_en: Mapped[Name]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    status: Mapped[SessionStatus] = mapped_column(words("status", SessionStatus), default=SessionStatus.OPEN)
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= seats", name="never_overbooked"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        Index("ix_office_session_of_office", "office_id", "service_key", "session_key", "starts_at"),
    )


class Seat(Base):
    """The seats of one application in a session: ``seats`` of them, where it comes with several people."""

    __tablename__ = "seat"
    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(ForeignKey("office_session.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    session_key: Mapped[Key]
    seats: Mapped[int] = mapped_column(default=1)
    status: Mapped[SeatStatus] = mapped_column(words("status", SeatStatus), default=SeatStatus.HELD)
    chosen_at: Mapped[datetime] = mapped_column(Moment)
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        CheckConstraint("seats > 0", name="at_least_one"),
        Index(
            "uq_seat_current",
            "application_id",
            "session_key",
            unique=True,
            sqlite_where=text("status <> 'left'"),
            postgresql_where=text("status <> 'left'"),
        ),
    )
