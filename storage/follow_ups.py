"""Cases that no application begins: which events begin one, and who was begun by what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk, words


class StartKind(StrEnum):
    """What begins a case that nobody applied for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"


class StartEvent(Base):
    """A start event of a published version that a message, a signal or the clock sets off.

    ``name`` is that of the message or signal, or the timer as it is written. Of a timer, ``due_at`` is the next moment
    and ``left`` how many moments are left with it (-1: no end); it has no ``due_at`` when it is over."""

    __tablename__ = "start_event"
    id: Mapped[Pk]
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), index=True)
    element_id: Mapped[str]
    kind: Mapped[StartKind] = mapped_column(words("kind", StartKind))
    name: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    left: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ix_start_event_name", "kind", "name"),)


class FollowUp(Base):
    """A case that was or is to be begun at ``office_id`` by a start event: for ``applicant_id``, or for the office
    itself. ``sender_id`` is the application whose case threw the message or signal. ``application_id`` stays empty
    until the case has begun. ``generation`` is 1 where somebody sent the sender, 2 where a case began it too …"""

    __tablename__ = "follow_up"
    id: Mapped[Pk]
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    element_id: Mapped[str]
    kind: Mapped[StartKind] = mapped_column(words("kind", StartKind))
    name: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime] = mapped_column(Moment)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)
    generation: Mapped[int] = mapped_column(default=1, server_default="1")


class OfficeApplicant(Base):
    """The office as the applicant of its own cases: a person without an account."""

    __tablename__ = "office_applicant"
    id: Mapped[Pk]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (UniqueConstraint("office_id"), UniqueConstraint("person_id"))
