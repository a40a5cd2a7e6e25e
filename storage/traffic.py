"""How often the sequence flows of each version were taken, month by month, and how far each case was counted."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class FlowVolume(Base):
    """In a month (``2026-11``, Cambodia's) the cases that came in at an office took a flow of a version so often."""

    __tablename__ = "flow_volume"
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"), primary_key=True)
    month: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    flow_id: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[int]


class CountedCase(Base):
    """A case of which the flows were counted up to the event ``event_seq``; ``is_open``: it went on then."""

    __tablename__ = "counted_case"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    event_seq: Mapped[int]
    is_open: Mapped[bool]
    __table_args__ = (
        Index("ix_counted_case_open", "application_id", sqlite_where=text("is_open"), postgresql_where=text("is_open")),
    )
