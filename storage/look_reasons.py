"""Why somebody of an office looked further than the offices they work in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class LookWhy(StrEnum):
    """The usual reasons; all but ``here`` come with words of their own."""

    HERE = "here"
    ASKED = "they_asked"
    AUTHORITY = "authority"
    COMPLAINT = "complaint"
    OTHER = "other"


class LookReason(Base):
    """The reason that a person gave for one search, which is known by its hash; each look that came of it names it."""

    __tablename__ = "look_reason"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[LookWhy] = mapped_column(words("kind", LookWhy))
    text: Mapped[str] = mapped_column(default="")
    search_hash: Mapped[Key]
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_look_reason_person_id_search_hash", "person_id", "search_hash"),)
