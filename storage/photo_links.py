"""Addresses at which a telephone sends photos of papers into a draft at the counter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, Key, Moment, Pk


class PhotoLink(Base):
    """An officer of the counter let a telephone send photos into one draft, for some minutes; only the hash of its code
    is kept. ``files`` and ``octets`` came through it. ``ended_at``: the officer ended it, or made another one.
    ``made_in_id``: the sign-in in which it was made, whose end is its end; those rows are removed long after. The row
    goes with a draft that is removed."""

    __tablename__ = "photo_link"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[Key] = mapped_column(unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_in_id: Mapped[int | None] = mapped_column(Id)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    files: Mapped[int] = mapped_column(default=0, server_default="0")
    octets: Mapped[int] = mapped_column(Id, default=0, server_default="0")
