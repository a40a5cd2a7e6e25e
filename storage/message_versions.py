"""Newer words of the messages that all services share, as administrators write them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk


class MessageVersion(Base):
    """The words of a message from ``begins_at`` on, ``number`` of those that were ever written for it; the words that
    the product brings are none of them. ``is_of_file``: from then on those hold again, and the columns are empty.
    ``sms_km`` and ``sms_en`` are empty where the body goes as an SMS. One that was withdrawn never held."""

    __tablename__ = "message_version"
    id: Mapped[Pk]
    message_key: Mapped[Key]
    number: Mapped[int]
    is_of_file: Mapped[bool] = mapped_column(default=False)
    title_km: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    body_km: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    sms_km: Mapped[str] = mapped_column(default="")
    sms_en: Mapped[str] = mapped_column(default="")
    begins_at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        UniqueConstraint("message_key", "number"),
        Index("ix_message_version_begins", "message_key", "begins_at", "number"),
    )
