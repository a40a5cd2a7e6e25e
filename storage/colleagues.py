"""What officers write to one another about a case: notes, questions, and that a case touches an interest of theirs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words

IS_ASKED = "status = 'asked'"
"""What the indexes of open questions hold; statements say it in the same words."""


class NoteKind(StrEnum):
    """Who reads a note: its writer alone, or every officer who reads the case."""

    PRIVATE = "private"
    SHARED = "shared"


class QuestionStatus(StrEnum):
    """A question waits for its answer, has it, or was taken back by whoever asked."""

    ASKED = "asked"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class CaseNote(Base):
    """A note of an officer on a case, never shown to the applicant. A withdrawn one has no words any more; that it was
    there stays."""

    __tablename__ = "case_note"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoteKind] = mapped_column(words("kind", NoteKind))
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ColleagueQuestion(Base):
    """A question about a case to a colleague (``asked_of_id``) or to a group of an office (``group``, ``office_id``).
    Whoever is asked reads the case while it is open."""

    __tablename__ = "colleague_question"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    group: Mapped[Key] = mapped_column(default="")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    question: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[QuestionStatus] = mapped_column(words("status", QuestionStatus), default=QuestionStatus.ASKED)
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index(
            "ix_colleague_question_person",
            "asked_of_id",
            "id",
            sqlite_where=text(IS_ASKED),
            postgresql_where=text(IS_ASKED),
        ),
        Index(
            "ix_colleague_question_group",
            "office_id",
            "group",
            "id",
            sqlite_where=text(IS_ASKED),
            postgresql_where=text(IS_ASKED),
        ),
    )

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """It waits for its answer. Said as the indexes say it."""
        return cls.status == literal_column("'asked'")


class DeclaredInterest(Base):
    """An officer has declared that a case touches an interest of theirs: they do none of its tasks any more."""

    __tablename__ = "declared_interest"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
