"""Mandates: who may act for whom, since when and until when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk, words


class MandateKind(StrEnum):
    """What the helper is to the person: family, a neighbour, a volunteer, or something else; of a business its
    representative."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    VOLUNTEER = "volunteer"
    OTHER = "other"
    REPRESENTATIVE = "representative"


NO_LAST_DAY: Final = date(9999, 12, 31)
"""Of a representative: until one of them ends it."""


class Mandate(Base):
    """``helper`` acts for ``person`` until the end of a day in Cambodia, or until one of the two ends it; a
    representative for a business. At most one stands between two people."""

    __tablename__ = "mandate"
    id: Mapped[Pk]
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    mandate_kind: Mapped[MandateKind] = mapped_column(words("mandate_kind", MandateKind))
    made_at: Mapped[datetime] = mapped_column(Moment)
    last_day: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint("helper_id <> person_id", name="two_people"),
        Index(
            "uq_mandate_standing",
            "helper_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
