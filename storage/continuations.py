"""Applications that begin from a certificate."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, words


class ContinuationKind(StrEnum):
    """What becomes of the certificate: it holds for longer, or something in it changes."""

    RENEWAL = "renewal"
    CHANGE = "change"


class Continuation(Base):
    """An application that renews or changes the certificate it begins from. The row goes with its application when that
    is a draft which is removed."""

    __tablename__ = "continuation"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[ContinuationKind] = mapped_column(words("kind", ContinuationKind))
