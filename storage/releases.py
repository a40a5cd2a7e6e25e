"""Releases of a ministry, what they pin and what the gate found, the offices of a pilot, the ministry's history."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class PilotOffice(Base):
    """An office that takes part in the pilot of a version (``ProcessDefinition.is_pilot``); others do not have it."""

    __tablename__ = "pilot_office"
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)


class ReleaseStatus(StrEnum):
    """A release is being made, waits for its approver, was approved, or was withdrawn. Whether an approved one is in
    effect or has a successor follows from the moment and is not kept."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Release(Base):
    """A numbered release of a ministry. ``number`` is given when it is approved. ``planned_for`` is when it is to take
    effect (empty: as soon as it is approved), ``effective_from`` when it does; ``offices`` are the codes of the pilot
    offices, none for all offices. ``revision`` grows with every change, so a stale page is noticed. ``tell_at``: when
    somebody is to be told that it is in effect, until they are."""

    __tablename__ = "release"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    ministry_key: Mapped[Key]
    number: Mapped[int | None]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    status: Mapped[ReleaseStatus] = mapped_column(words("status", ReleaseStatus), default=ReleaseStatus.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    planned_for: Mapped[datetime | None] = mapped_column(Moment)
    offices: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    effective_from: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    tell_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("ministry_key", "number"),)


class ReleaseItem(Base):
    """A package of a release. ``digest`` pins it. ``base_id`` is the version it was made from, none for a new service;
    ``archive`` holds its files where they differ from that version; ``definition_id`` is the version that it is."""

    __tablename__ = "release_item"
    id: Mapped[Pk]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    service_key: Mapped[Key]
    digest: Mapped[Key]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    archive: Mapped[bytes | None] = mapped_column(LargeBinary)
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"), index=True)
    put_in_at: Mapped[datetime | None] = mapped_column(Moment)
    put_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (UniqueConstraint("release_id", "service_key"),)


class GateStep(StrEnum):
    """What a release goes through before somebody may approve it."""

    CHECKED = "checked"
    TESTED = "tested"
    COVERED = "covered"
    COMPARED = "compared"
    REPLAYED = "replayed"


class GateVerdict(StrEnum):
    """What a step of the gate came to; one that was not done holds the release up like one that failed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


class GateResult(Base):
    """What a step of the gate found. ``findings`` are ``{"service", "place", "en", "km"}`` each; an approver may let a
    release through all the same, with a reason."""

    __tablename__ = "gate_result"
    id: Mapped[Pk]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    step: Mapped[GateStep] = mapped_column(words("step", GateStep))
    verdict: Mapped[GateVerdict] = mapped_column(words("verdict", GateVerdict))
    at: Mapped[datetime] = mapped_column(Moment)
    findings: Mapped[list[Any]]
    overridden_at: Mapped[datetime | None] = mapped_column(Moment)
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("release_id", "step"),)


class MinistryEvent(Base):
    """Something an analyst, an approver or the operator did for a ministry. ``hash`` covers every column before it and
    ``previous_hash``; the head of the chain stands in the row of the ministry."""

    __tablename__ = "ministry_event"
    ministry_key: Mapped[Key] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[Key]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_role: Mapped[str]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    data: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (
        Index(
            "ix_ministry_event_release",
            "release_id",
            sqlite_where=text("release_id IS NOT NULL"),
            postgresql_where=text("release_id IS NOT NULL"),
        ),
    )
