"""Views of the inbox that officers keep: for themselves or for their office, and which one opens first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk

LONGEST_NAME = 60


class InboxView(Base):
    """What the address of an inbox said when somebody kept it: shelf, filters, order and columns (``asked``), as text
    by name. Without ``office_id`` it is its owner's alone, else the officers of that office have it. ``revision``
    grows with every change; ``changed_by_id`` made the last."""

    __tablename__ = "inbox_view"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    asked: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class FirstView(Base):
    """The view with which the inbox of a person opens."""

    __tablename__ = "first_view"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    view_id: Mapped[int] = mapped_column(ForeignKey("inbox_view.id"), index=True)
