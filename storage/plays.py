"""Plays of package drafts: how a case began that an analyst takes through a draft, and the moves that were made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Name, Pk


class DraftPlay(Base):
    """A play. ``kept`` is its beginning and its moves, and nothing of the case, which is found by walking them anew;
    ``revision`` counts the changes, so that a page that is not the newest is noticed."""

    __tablename__ = "draft_play"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("package_draft.id", ondelete="CASCADE"))
    name: Mapped[Name]
    revision: Mapped[int] = mapped_column(default=0)
    kept: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime] = mapped_column(Moment)
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    touched_at: Mapped[datetime] = mapped_column(Moment)
    touched_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (Index("ix_draft_play_draft_id", "draft_id", "touched_at"),)
