"""What is remembered of an application while it is a draft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment


class Draft(Base):
    """When somebody last worked on a draft, and when they were told that it will be removed. The row goes with its
    application, and by and by when that was sent."""

    __tablename__ = "draft"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    touched_at: Mapped[datetime] = mapped_column(Moment, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
