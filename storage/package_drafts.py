"""Drafts of service packages: what analysts work on before it is published, its saves, its files, who has it open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class DraftStatus(StrEnum):
    """A draft is worked on, or put away; one that is put away can be opened again."""

    OPEN = "open"
    CLOSED = "closed"


class PackageDraft(Base):
    """A draft of one service. ``revision`` is the number of its newest save; ``based_on_id`` the version it began from,
    none for a service that is new. Who saves holds this row locked, so saves are numbered one after the other."""

    __tablename__ = "package_draft"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    service_key: Mapped[Key]
    ministry_key: Mapped[Key]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    status: Mapped[DraftStatus] = mapped_column(words("status", DraftStatus), default=DraftStatus.OPEN)
    revision: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    touched_at: Mapped[datetime] = mapped_column(Moment)
    touched_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (Index("ix_package_draft_ministry_key", "ministry_key", "status"),)


class DraftSave(Base):
    """All files of a draft as somebody saved them. ``files`` maps each path to ``[digest, number]``: which content, and
    the save in which it came to be so; the digest is empty for a file that was taken away.

    ``words`` say what was done, in the words of whoever did it or empty for a save by itself; such saves of one person
    that follow one another are one row, begun at ``begun_at``."""

    __tablename__ = "draft_save"
    id: Mapped[Pk]
    draft_id: Mapped[int] = mapped_column(ForeignKey("package_draft.id", ondelete="CASCADE"))
    number: Mapped[int]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(default="")
    files: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("draft_id", "number"),)


class DraftContent(Base):
    """The bytes of a file, once for each draft however many saves have them."""

    __tablename__ = "draft_content"
    draft_id: Mapped[int] = mapped_column(ForeignKey("package_draft.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[Key] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DraftReader(Base):
    """Somebody who has a draft open: when their page last said so, and which file it shows (empty: none of its own).
    Nothing is shown of whoever was silent for a while, and the row goes soon after."""

    __tablename__ = "draft_reader"
    draft_id: Mapped[int] = mapped_column(ForeignKey("package_draft.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_draft_reader_seen_at", "seen_at"),)
