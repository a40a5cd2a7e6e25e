"""Many cases tried on another package at once: what was asked, how far it is, and what was found of each case."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class TrialStatus(StrEnum):
    """A trial waits for a worker or is worked on; it ends with its last case, or when somebody stops it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_TRIAL = (TrialStatus.QUEUED, TrialStatus.RUNNING)
"""A trial of which cases are still to be tried."""


class TrialVerdict(StrEnum):
    """What was found of a case: it is still to be tried, takes the same path or another one, gets stuck, or could not
    be tried at all."""

    WAITING = "waiting"
    SAME = "same"
    OTHER = "other"
    STUCK = "stuck"
    UNTRIED = "untried"


class Trial(Base):
    """Cases of a service tried on a package: a published version (``definition_id``) or files that are none yet
    (``archive``). ``office_id``, ``since``, ``until`` and ``most`` say which cases were taken; ``total`` is how many
    that were and ``done`` how many were tried; ``ways`` counts how often each sequence flow of the package
    was taken. ``due_at``: from when a worker may take the next ones. ``release_id``: of whose gate it is a part."""

    __tablename__ = "trial"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    service_key: Mapped[Key] = mapped_column(index=True)
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    archive: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[Key]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    since: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    most: Mapped[int]
    status: Mapped[TrialStatus] = mapped_column(words("status", TrialStatus), default=TrialStatus.QUEUED)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    ways: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"), index=True)
    __table_args__ = (Index("ix_trial_due", "status", "due_at"),)


class TrialCase(Base):
    """One case of a trial. It is tried as it stood after the event ``event_seq``, however far it goes on meanwhile;
    ``moved_on`` when it had, so that its answers may be others and its fee and documents are not said.

    ``element_id`` is where its path parts or where it gets stuck, ``reason`` why. The fees are those of its own version
    and of the package, in riel, for the same answers and findings. ``late_before`` and ``late``: whether it took longer
    than the legal term of either; empty where nothing was promised. ``has_other_documents``: ``documents`` lists some
    that the package asks besides (``asked``) or no longer (``spared``)."""

    __tablename__ = "trial_case"
    id: Mapped[Pk]
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    place: Mapped[int]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    event_seq: Mapped[int]
    verdict: Mapped[TrialVerdict] = mapped_column(words("verdict", TrialVerdict), default=TrialVerdict.WAITING)
    element_id: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    moved_on: Mapped[bool] = mapped_column(default=False)
    fee_before: Mapped[int | None]
    fee_after: Mapped[int | None]
    late_before: Mapped[bool | None]
    late: Mapped[bool | None]
    has_other_documents: Mapped[bool] = mapped_column(default=False)
    documents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (
        UniqueConstraint("trial_id", "place"),
        Index("ix_trial_case_verdict", "trial_id", "verdict", "element_id"),
    )
