"""What an administrator asked to do to a case by hand and may not do alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk, words


class InterventionStatus(StrEnum):
    """A proposal waits for a second administrator, was confirmed and done, or was refused or taken back."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Intervention(Base):
    """A step by hand that one administrator proposes and another confirms. ``step`` is what is taken, ``element_id``
    where its token stands, ``passes`` the elements that make it a matter for two; it is of no use once the case has
    another ``revision`` or after ``expires_at``."""

    __tablename__ = "intervention"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    revision: Mapped[int]
    element_id: Mapped[str]
    step: Mapped[dict[str, Any]]
    data: Mapped[dict[str, Any]]
    passes: Mapped[list[Any]]
    reason: Mapped[str]
    status: Mapped[InterventionStatus] = mapped_column(
        words("status", InterventionStatus), default=InterventionStatus.PROPOSED
    )
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
