"""Calls of service tasks to connectors: a row first, made after the commit, made again with growing pauses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class CallStatus(StrEnum):
    """What became of a call: it waits, is being made (claimed until
    ``next_attempt_at``), was answered, failed for good (an
    incident), or was withdrawn because the case went another way."""

    PENDING = "pending"
    CALLING = "calling"
    ANSWERED = "answered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class ConnectorCall(Base):
    """What a service task (``task_ref`` of the instance) asks a connector. ``key`` is the same for every attempt."""

    __tablename__ = "connector_call"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    task_ref: Mapped[str]
    element_id: Mapped[str]
    connector: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    status: Mapped[CallStatus] = mapped_column(words("status", CallStatus))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("instance_id", "task_ref"),
        Index("ix_connector_call_due", "status", "next_attempt_at"),
    )
