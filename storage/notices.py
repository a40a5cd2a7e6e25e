"""What officers are told in the office: a row for each officer and thing, and how they want to hear of it outside."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words

IS_UNREAD: Final = "read_at IS NULL"
"""What the index of the bell holds; statements say it in the same words."""
GOES_OUT: Final = "goes_at IS NOT NULL"
"""What is to be told outside at once, and has not been yet."""


class NoticeKind(StrEnum):
    """Of what an officer is told: a task was given to them, or taken from them; one of theirs is nearly due, or late; a
    case of their office is; one will be late, by how long what remains takes; one went up a chain to them; a colleague
    asks them, or has answered;
    they stand in for a colleague, do so no more, or the colleague's task came; an identity dispute, a book or a release
    waits for them as the second person; the replay of their release is over; a step failed; a file that they asked for
    is ready, or could not be made."""

    TASK_GIVEN = "task_given"
    TASK_TAKEN = "task_taken"
    NEARLY_DUE = "nearly_due"
    LATE = "late"
    OFFICE_NEARLY_DUE = "office_nearly_due"
    OFFICE_LATE = "office_late"
    WILL_BE_LATE = "will_be_late"
    RAISED = "raised"
    ASKED = "asks"
    ANSWERED = "answered"
    DEPUTY = "deputy"
    DEPUTY_OVER = "deputy_over"
    DEPUTY_TASK = "deputy_task"
    DISPUTE = "dispute"
    BOOK = "book"
    RELEASE_WAITS = "release_waits"
    RELEASE_REPLAYED = "release_replayed"
    INCIDENT = "incident"
    FILE_READY = "file_ready"
    FILE_FAILED = "file_failed"


class NoticePlace(StrEnum):
    """The page that a notice opens: that of a task, a case, a dispute, a book, a release or a file of their own, by
    its key; what the officer is asked, their absences, the incidents."""

    TASK = "task"
    CASE = "case"
    ASKED = "asked"
    ABSENCES = "absences"
    DISPUTE = "dispute"
    BOOK = "book"
    RELEASE = "release"
    INCIDENTS = "incidents"
    FILE = "file"


class NoticeWay(StrEnum):
    """On which way an officer wants to hear of what is new outside of the office, if at all."""

    NONE = "none"
    EMAIL = "email"
    TELEGRAM = "telegram"


class Notice(Base):
    """An officer is told of something, once. ``subject`` names the thing among those of its kind, ``opens`` the page
    of the place (``place_kind``). ``facts``: what the sentence about it names, in both languages; never an applicant.

    ``goes_at``: when it leaves by itself, where the officer wants to hear of its kind at once. ``told_at``: when it was
    told outside, by itself or with others."""

    __tablename__ = "notice"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind] = mapped_column(words("kind", NoticeKind))
    subject: Mapped[Key]
    place_kind: Mapped[NoticePlace] = mapped_column(words("place_kind", NoticePlace))
    opens: Mapped[Key] = mapped_column(default="", server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    goes_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject"),
        Index("ix_notice_person", "person_id", "id"),
        Index("ix_notice_unread", "person_id", "id", sqlite_where=text(IS_UNREAD), postgresql_where=text(IS_UNREAD)),
        Index("ix_notice_goes", "goes_at", "id", sqlite_where=text(GOES_OUT), postgresql_where=text(GOES_OUT)),
    )

    @classmethod
    def is_unread(cls) -> ColumnElement[bool]:
        """Nobody opened it yet. Said as the index says it."""
        return cls.read_at.is_(None)

    @classmethod
    def goes_out(cls) -> ColumnElement[bool]:
        """It is to be told outside at once. Said as the index says it."""
        return cls.goes_at.is_not(None)


class NoticeChoice(Base):
    """How an officer wants to hear of what is new. ``digest_hour``: the hour in Cambodia at which what is new comes
    together on a working day, none for never. ``quiet_from`` and ``quiet_until``: the hours between which nothing
    comes. ``next_at``: when the next digest is due; ``sent_on``: the day of the last one that said something."""

    __tablename__ = "notice_choice"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    way_kind: Mapped[NoticeWay] = mapped_column(words("way_kind", NoticeWay), default=NoticeWay.NONE)
    digest_hour: Mapped[int | None]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    next_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    sent_on: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)


class NoticeAtOnce(Base):
    """A kind of which an officer wants to hear at once."""

    __tablename__ = "notice_at_once"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[NoticeKind] = mapped_column(words("kind", NoticeKind), primary_key=True)
