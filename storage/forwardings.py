"""Applications that went from one office to another, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk


class Forwarding(Base):
    """Somebody of the first office forwarded an application to the second, as a draft or after it was sent. The row
    goes with a draft that is removed; the history of what was sent says the same."""

    __tablename__ = "forwarding"
    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    from_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    to_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
