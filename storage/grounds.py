"""On which grounds applications were refused, and what was found in them, as the forms of their services offer it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk


class _Chosen:
    """What was chosen (``value``) at the question ``field_key`` of the form ``form_key``, when the task of
    ``element_id`` was completed."""

    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    element_id: Mapped[str]
    form_key: Mapped[str]
    field_key: Mapped[Key]
    value: Mapped[Key]
    at: Mapped[datetime] = mapped_column(Moment)


class RefusalGround(_Chosen, Base):
    """A ground on which an application was refused."""

    __tablename__ = "refusal_ground"
    __table_args__ = (UniqueConstraint("application_id", "element_id", "field_key", "value"),)


class CaseFinding(_Chosen, Base):
    """What was found when an application was decided, such as that a complaint is right."""

    __tablename__ = "case_finding"
    __table_args__ = (UniqueConstraint("application_id", "element_id", "field_key", "value"),)
