"""The outbox: every message to the outside is a row first, delivered after the commit, retried with backoff."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class MessageChannel(StrEnum):
    """The way a message goes; ``portal`` is for somebody with neither phone nor e-mail, who finds it in the account."""

    SMS = "sms"
    EMAIL = "email"
    PORTAL = "portal"


class NotificationStatus(StrEnum):
    """What became of a message: it waits, is being sent (claimed until
    ``next_attempt_at``), left the house, or failed for
    good."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Notification(Base):
    """A message to a person. ``idempotency_key`` is unique, so the same fact is never told twice."""

    __tablename__ = "notification"
    id: Mapped[Pk]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[MessageChannel] = mapped_column(words("channel", MessageChannel))
    address: Mapped[str]
    language: Mapped[Key]
    subject: Mapped[str]
    body: Mapped[str]
    status: Mapped[NotificationStatus] = mapped_column(
        words("status", NotificationStatus), default=NotificationStatus.PENDING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_notification_due", "status", "next_attempt_at"),)
