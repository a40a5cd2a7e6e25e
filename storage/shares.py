"""Who gets which share of the income: tables that hold from a day on, and what each receiver has got by months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.base import Base, Key, Moment, Pk

WHOLE: Final = 10_000
"""Shares are counted in hundredths of a percent: so many are all."""
IS_IN_FORCE: Final = "withdrawn_at IS NULL"


class Receiver(StrEnum):
    """Who gets a share; columns of both tables have these names."""

    TREASURY = "treasury"
    MINISTRY = "ministry"
    ADMINISTRATION = "administration"
    STAFF = "staff"


class ShareTable(Base):
    """The shares that hold from ``from_day`` on for a service, for all of a ministry (``service_key`` empty), or for
    the nation (both empty). ``source`` says who decided so; ``is_illustrative``: nobody did, it is an example."""

    __tablename__ = "share_table"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    ministry_key: Mapped[Key]
    service_key: Mapped[Key]
    from_day: Mapped[date]
    treasury: Mapped[int]
    ministry: Mapped[int]
    administration: Mapped[int]
    staff: Mapped[int]
    source: Mapped[str]
    is_illustrative: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint(f"treasury + ministry + administration + staff = {WHOLE}", name="whole"),
        CheckConstraint("treasury >= 0 AND ministry >= 0 AND administration >= 0 AND staff >= 0", name="not_negative"),
        Index(
            "uq_share_table_in_force",
            "ministry_key",
            "service_key",
            "from_day",
            unique=True,
            sqlite_where=text(IS_IN_FORCE),
            postgresql_where=text(IS_IN_FORCE),
        ),
    )

    @property
    def parts(self) -> dict[Receiver, int]:
        """The share of each, in hundredths of a percent."""
        return {receiver: getattr(self, receiver.value) for receiver in Receiver}


class ShareTally(Base):
    """What each has got of the income of a service at an office in a month (``2026-11``, Cambodia's); whole riel."""

    __tablename__ = "share_tally"
    month: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    treasury: Mapped[int] = mapped_column(BigInteger)
    ministry: Mapped[int] = mapped_column(BigInteger)
    administration: Mapped[int] = mapped_column(BigInteger)
    staff: Mapped[int] = mapped_column(BigInteger)


def add_to_tally(
    session: Session, month: str, office_id: int, service_key: str, amounts: Mapping[Receiver, int]
) -> None:
    """Adds these amounts, or takes them away; one statement, which holds the row until the transaction ends."""
    into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    cell = {"month": month, "office_id": office_id, "service_key": service_key}
    adding = into(ShareTally).values(**cell, **{receiver.value: amount for receiver, amount in amounts.items()})
    more = {one.value: getattr(ShareTally, one.value) + adding.excluded[one.value] for one in amounts}
    session.execute(adding.on_conflict_do_update(index_elements=list(cell), set_=more))
