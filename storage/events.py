"""The history of a case: append-only, hash-chained, personal data beside the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, OftenNew


class CaseEvent(OftenNew, Base):
    """Something that happened. ``hash`` covers every column before it and ``previous_hash``; ``personal`` is covered by
    ``personal_hash`` (with ``salt``) only, so it can be erased without breaking the chain."""

    __tablename__ = "case_event"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[Key]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_role: Mapped[Key] = mapped_column(default="")
    element_id: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    personal: Mapped[dict[str, Any] | None]
    salt: Mapped[str] = mapped_column(default="")
    personal_hash: Mapped[str] = mapped_column(default="")
    previous_hash: Mapped[str]
    hash: Mapped[str]
