"""The outbox: every message to the outside is a row first, sent after the commit, tried again with growing pauses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, OftenNew, Pk, words

WAITS = "status IN ('pending', 'sending')"
"""What the outbox looks for: all others have left, or will not leave any more."""
URGENT = f"is_urgent AND {WAITS}"
"""What goes before all others."""
GOES = "status = 'sending'"
"""What some worker has in its hands."""


class MessageChannel(StrEnum):
    """The way a message goes; ``portal`` is for somebody whom no other way reaches, or who wants none: it is read in
    the account."""

    SMS = "sms"
    EMAIL = "email"
    TELEGRAM = "telegram"
    PORTAL = "portal"


class NotificationStatus(StrEnum):
    """What became of a message: it waits; is being sent (claimed until ``next_attempt_at``); is only recorded here,
    because no sender is configured or nobody can be reached; was taken by a sender; reached the person, as the sender
    says; or failed for good on every way."""

    PENDING = "pending"
    SENDING = "sending"
    RECORDED = "recorded"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


HAS_LEFT = "status IN ('recorded', 'sent', 'delivered', 'failed')"
"""What the index of messages holds that wait no longer; statements say it in the same words."""


class TelegramLink(Base):
    """The Telegram of a person. First a token was asked for, which opens the link until ``token_until``; then a chat
    has shown it. Of the token only its hash is kept, of the chat only its number."""

    __tablename__ = "telegram_link"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token_until: Mapped[datetime | None] = mapped_column(Moment)
    chat: Mapped[str | None] = mapped_column(index=True)
    linked_at: Mapped[datetime | None] = mapped_column(Moment)


class Notification(OftenNew, Base):
    """A message to a person. ``idempotency_key`` is unique, so the same fact is never told twice.

    ``channel``, ``address`` and ``sender`` are those of the way that it goes now; ``passed`` names the senders that
    were given up. ``attempts`` counts those with this sender, ``sendings`` all; ``times_unsure`` those of which nobody
    knows whether it left. ``reference`` is the number that the sender gave it. ``short_body`` is what an SMS says,
    where that is shorter. ``held_until``: from when on it may go, where it had to wait for the morning or for its
    turn. ``left_at``: when it was taken or recorded. ``ask_at``: when its sender is asked what became of it.
    ``is_direct``: it goes to this address and nowhere else, whoever has it, so it may be of no person.
    ``secret_until``: it holds a secret until then; its words go when it has left, and it leaves no later.
    """

    __tablename__ = "notification"
    id: Mapped[Pk]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_direct: Mapped[bool] = mapped_column(default=False)
    secret_until: Mapped[datetime | None] = mapped_column(Moment)
    channel: Mapped[MessageChannel] = mapped_column(words("channel", MessageChannel))
    address: Mapped[str]
    language: Mapped[Key]
    subject: Mapped[str]
    body: Mapped[str]
    short_body: Mapped[str] = mapped_column(default="")
    is_urgent: Mapped[bool] = mapped_column(default=False)
    status: Mapped[NotificationStatus] = mapped_column(
        words("status", NotificationStatus), default=NotificationStatus.PENDING
    )
    sender: Mapped[Key] = mapped_column(default="")
    passed: Mapped[list[Any]] = mapped_column(default=list)
    reference: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    sendings: Mapped[int] = mapped_column(default=0)
    times_unsure: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    ask_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    times_asked: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index("ix_notification_waits", "next_attempt_at", "id", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
        Index(
            "ix_notification_urgent", "next_attempt_at", "id", sqlite_where=text(URGENT), postgresql_where=text(URGENT)
        ),
        Index("ix_notification_goes", "person_id", sqlite_where=text(GOES), postgresql_where=text(GOES)),
        Index("ix_notification_person", "person_id", "left_at"),
        Index(
            "ix_notification_left",
            "status",
            "created_at",
            "id",
            sqlite_where=text(HAS_LEFT),
            postgresql_where=text(HAS_LEFT),
        ),
    )

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """It has not left. Said as the index says it."""
        return cls.status.in_((literal_column("'pending'"), literal_column("'sending'")))

    @classmethod
    def is_first(cls) -> ColumnElement[bool]:
        """It has not left and is urgent. Said as the index says it."""
        return literal_column("is_urgent", Boolean()) & cls.waits()

    @classmethod
    def goes(cls) -> ColumnElement[bool]:
        """A worker has it. Said as the index says it."""
        return cls.status == literal_column("'sending'")
