"""Files of long lists: asked for on a page, made behind it, kept for some days."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words

LONGEST_ADDRESS = 2000


class FileStatus(StrEnum):
    """A file waits for whoever makes it, is being made, is ready, or will not be: its person stopped it, or it could
    not be made."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN_FILE = (FileStatus.WAITING, FileStatus.MAKING)
"""A file that is still to be made."""


class FileFailure(StrEnum):
    """Why a file could not be made: its person may not read the list any more, the disk took no more, it would be
    larger than the person's files may be together, or something broke each time."""

    NOT_ALLOWED = "not_allowed"
    NO_ROOM = "no_room"
    TOO_LARGE = "too_large"
    BROKE = "broke"


class PreparedFile(Base):
    """A list as a file, for ``person``. ``address`` is the page that shows the list, with what was chosen there;
    ``name`` what the file is called, without its ``end``. ``rights``: what its person might do when the making began;
    whoever may less when they fetch it gets nothing. ``lines`` were written so far, without the heads; ``total`` are
    there, where that was known. ``size`` in octets.

    ``due_at``: from when a worker may make it; ``attempts`` counts those that began, and the last of them alone writes
    here. ``goes_at``: when it is removed."""

    __tablename__ = "prepared_file"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    name: Mapped[Key]
    end: Mapped[Key]
    rights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[FileStatus] = mapped_column(words("status", FileStatus), default=FileStatus.WAITING)
    failure_kind: Mapped[FileFailure | None] = mapped_column(words("failure_kind", FileFailure))
    lines: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    goes_at: Mapped[datetime] = mapped_column(Moment, index=True)
    __table_args__ = (
        Index("ix_prepared_file_person", "person_id", "id"),
        Index("ix_prepared_file_due", "status", "due_at"),
    )
