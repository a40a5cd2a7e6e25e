"""Running cases that are taken to another version of their service, many at once, and what takes them back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk, words


class Transfer(Base):
    """Running cases of a service taken to a version together; ``mapping`` names elements that take the place of others.
    ``finished_at`` when every case was looked at; ``undone_at`` when all that could go back went back. ``needs_second``
    when the mapping takes cases past what nobody brings about alone."""

    __tablename__ = "transfer"
    id: Mapped[Pk]
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    mapping: Mapped[dict[str, Any]]
    reason: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    needs_second: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    @property
    def waits(self) -> bool:
        """Whether no case is taken until a second administrator has confirmed what the mapping passes."""
        return self.needs_second and self.confirmed_at is None

    @classmethod
    def goes_on(cls) -> ColumnElement[bool]:
        """Begun, not finished, and not waiting for a second administrator."""
        return cls.finished_at.is_(None) & or_(~cls.needs_second, cls.confirmed_at.is_not(None))


class VerdictKind(StrEnum):
    """What a transfer found about a case: ``safe`` and ``mapped`` ones go, ``blocked`` ones stay."""

    SAFE = "safe"
    MAPPED = "mapped"
    BLOCKED = "blocked"


class TransferVerdict(Base):
    """A case that a transfer has looked at; ``obstacles`` say why a blocked one stays, each an element and a fact. The
    cases of a transfer are looked at in the order of their ids."""

    __tablename__ = "transfer_verdict"
    id: Mapped[Pk]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    verdict: Mapped[VerdictKind] = mapped_column(words("verdict", VerdictKind))
    obstacles: Mapped[list[Any]]
    __table_args__ = (UniqueConstraint("transfer_id", "application_id"),)


class TransferredCase(Base):
    """One case of a transfer: where it came from, the state it had, and its revision after, so that it can go back
    while it stands where the transfer left it."""

    __tablename__ = "transferred_case"
    id: Mapped[Pk]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    state: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("transfer_id", "instance_id"),)
