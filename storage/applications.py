"""Applications and what belongs to each: documents, corrections, opinions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, false, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Json, Key, Moment, OftenNew, Pk, words

WAS_SENT: Final = "submitted_at IS NOT NULL"
UNDECIDED: Final = "status = 'running' AND decided_at IS NULL AND submitted_at IS NOT NULL"
"""What offices have in hand and have not decided: little of all that was ever sent. Lists of it are read by its age."""
OLDEST_FIRST: Final = {"": (), "_office": ("office_id",), "_service": ("service_key",)}
"""How lists of it are narrowed: by the end of the index's name, the columns before its order."""
TRAY: Final = "_tray"
"""The ``document_key`` of a file of a draft at the counter of which nobody has said what it is. No package has it."""


class ApplicationStatus(StrEnum):
    """Where an application is: filled in, with the office, or over."""

    DRAFT = "draft"
    RUNNING = "running"
    ENDED = "ended"


class Channel(StrEnum):
    """How an application came: sent by the applicant, filed at the counter, or sent by nobody (a follow-up)."""

    ONLINE = "online"
    COUNTER = "counter"
    FOLLOW_UP = "follow_up"


class Outcome(StrEnum):
    """What became of an application; of an account's verification ``verified`` or ``refused``. ``lapsed``: nobody
    answered in the time that was given."""

    NONE = ""
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VERIFIED = "verified"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class CorrectionTarget(StrEnum):
    """What an applicant can be asked to mend."""

    FIELD = "field"
    DOCUMENT = "document"


class SignatureKind(StrEnum):
    """How somebody signed for a result: on the tablet at the desk, or on paper that was scanned."""

    DRAWN = "drawn"
    SCANNED = "scanned"


class ResultKind(StrEnum):
    """What comes out of an application: a certificate, the applicant's own document with our stamp page, a letter that
    holds nothing in force, or an entry of a register with an extract of it."""

    CERTIFICATE = "certificate"
    STAMPED_DOCUMENT = "stamped_document"
    NOTICE = "notice"
    REGISTER_ENTRY = "register_entry"


class Application(Base):
    """What somebody applies for. ``key`` is its address while signed in, ``reference`` and ``tracking_code`` are given
    when it is submitted. ``outcome``: what the process said when it ended or decided. ``tracking_digits`` are the last
    four digits of the phone, or of the identity document of somebody without one. ``event_seq`` and ``event_hash`` are
    the head of its chain. ``has_interests``: an officer has declared an interest in it, or it is about another
    application, whose officers are kept apart from it."""

    __tablename__ = "application"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    tracking_code: Mapped[str | None] = mapped_column(unique=True)
    service_key: Mapped[Key] = mapped_column(index=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel] = mapped_column(words("channel", Channel), default=Channel.ONLINE)
    tracking_digits: Mapped[str] = mapped_column(default="")
    status: Mapped[ApplicationStatus] = mapped_column(
        words("status", ApplicationStatus), default=ApplicationStatus.DRAFT
    )
    outcome: Mapped[Outcome] = mapped_column(words("outcome", Outcome), default=Outcome.NONE)
    stage: Mapped[str] = mapped_column(default="")
    waits_for_applicant: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fee_total: Mapped[int] = mapped_column(default=0)
    promised_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(default=0)
    event_seq: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(default="")
    has_interests: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        Index("ix_application_office_status", "office_id", "status"),
        # Whoever looks for a name goes through the sent applications of an office from the newest on.
        Index(
            "ix_application_office_sent",
            "office_id",
            "id",
            "applicant_id",
            sqlite_where=text(WAS_SENT),
            postgresql_where=text(WAS_SENT),
        ),
        # How they came is counted in the order in which they were sent.
        Index(
            "ix_application_received",
            "office_id",
            "submitted_at",
            "id",
            sqlite_where=text(WAS_SENT),
            postgresql_where=text(WAS_SENT),
        ),
        *(
            Index(
                f"ix_application_undecided{of}",
                *columns,
                *("submitted_at", "id"),
                sqlite_where=text(UNDECIDED),
                postgresql_where=text(UNDECIDED),
                postgresql_include=tuple(one for one in ("office_id", "service_key") if one not in columns),
            )
            for of, columns in OLDEST_FIRST.items()
        ),
    )

    @classmethod
    def is_undecided(cls) -> ColumnElement[bool]:
        """It was sent, is not over, and nothing was decided. Said as the index says it."""
        is_running = cls.status == literal_column(f"'{ApplicationStatus.RUNNING.value}'")
        return is_running & cls.decided_at.is_(None) & cls.submitted_at.is_not(None)


class Document(Base):
    """An uploaded file of an application: its bytes lie in the file store under ``sha256``. A newer upload for the same
    ``document_key`` replaces an older one, which keeps its row with ``replaced_at``; in a draft its file goes, and its
    ``size`` is 0. Several lie under the key ``TRAY`` until somebody says what they are."""

    __tablename__ = "document"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    document_key: Mapped[Key]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)


class Correction(Base):
    """One thing the applicant must mend: a field or a document, and why. Open until the applicant resubmits."""

    __tablename__ = "correction"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"))
    target_kind: Mapped[CorrectionTarget] = mapped_column(words("target_kind", CorrectionTarget))
    target_key: Mapped[Key]
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class Opinion(OftenNew, Base):
    """What was answered when a task was completed: by an officer, or by the applicant who was asked (typed in by
    ``person_id``). The next in the chain reads it."""

    __tablename__ = "opinion"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    element_id: Mapped[str]
    answers: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(Moment)


class Certificate(Base):
    """An issued result: the PDF lies in the file store under ``sha256`` as soon as it is drawn. Until then that is
    empty, ``to_draw`` has what it is drawn from, and ``draw_at`` says from when somebody may do so. ``code`` is what
    the QR on it shows; ``revoked_at`` ends it.

    A case may have several, ``place`` by ``place`` from 0, one for each row of a list: ``row_place`` is where the row
    stands in that list, ``about`` what it says in words. ``of_service`` names the service whose certificate it is when
    another one renewed it (empty: that of its application). The ``owner`` is who holds it
    where that is not the applicant (empty: the applicant). ``replaces_id`` is the one before it, which has
    ``replaced_at`` since. ``renewable_from``: from when it may be renewed; ``renewal_due_at``: when its holder is told
    so, empty once that was done."""

    __tablename__ = "certificate"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    place: Mapped[int] = mapped_column(default=0, server_default="0")
    row_place: Mapped[int | None]
    kind: Mapped[ResultKind] = mapped_column(
        words("kind", ResultKind), default=ResultKind.CERTIFICATE, server_default=ResultKind.CERTIFICATE.value
    )
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    title_km: Mapped[str]
    title_en: Mapped[str]
    about_km: Mapped[str] = mapped_column(default="", server_default="")
    about_en: Mapped[str] = mapped_column(default="", server_default="")
    of_service: Mapped[Key] = mapped_column(default="", server_default="")
    owner_km: Mapped[str] = mapped_column(default="", server_default="")
    owner_latin: Mapped[str] = mapped_column(default="", server_default="")
    owner_id_number: Mapped[str] = mapped_column(default="", server_default="", index=True)
    sha256: Mapped[str] = mapped_column(default="")
    to_draw: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    draw_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    draw_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    issued_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    single_use: Mapped[bool] = mapped_column(default=False, server_default=false())
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)
    renewable_from: Mapped[datetime | None] = mapped_column(Moment)
    renewal_due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    __table_args__ = (UniqueConstraint("application_id", "place"),)


class Handover(Base):
    """The result was handed over: who received it, which paper showed who they are, and the signature in the file
    store."""

    __tablename__ = "handover"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    received_by: Mapped[str]
    identity_note: Mapped[str] = mapped_column(default="")
    kind: Mapped[SignatureKind] = mapped_column(words("kind", SignatureKind))
    signature_sha256: Mapped[str]
    media_type: Mapped[str]
    handed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Counter(Base):
    """A gapless number series: references, receipts, certificates; one row per office, year and kind."""

    __tablename__ = "counter"
    id: Mapped[Pk]
    scope: Mapped[str]
    value: Mapped[int]
    __table_args__ = (UniqueConstraint("scope"),)
