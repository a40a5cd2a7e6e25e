"""What is remembered for an officer at work: what they typed on a task, and up to where they have read a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment


class TaskDraft(Base):
    """What somebody has typed on a task that they have not completed: ``fields`` are pairs of name and text."""

    __tablename__ = "task_draft"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    fields: Mapped[list[Any]]
    saved_at: Mapped[datetime] = mapped_column(Moment, index=True)


class LastLook(Base):
    """Up to which event somebody has read a case, and when. Whoever opens it again within a sitting is shown what is
    new since ``since_at``: the last time that they looked before it (empty: they had not)."""

    __tablename__ = "last_look"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    event_seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    since_seq: Mapped[int]
    since_at: Mapped[datetime | None] = mapped_column(Moment)
