"""What somebody had typed on a page that could not be taken, until they come back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Name, Pk


class KeptPage(Base):
    """The fields of one page as one person had filled them in: ``fields`` are pairs of name and text. A newer one takes
    the place of an older one; after a day nobody gets it any more."""

    __tablename__ = "kept_page"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    page: Mapped[Name]
    fields: Mapped[list[Any]]
    kept_at: Mapped[datetime] = mapped_column(Moment, index=True)
    __table_args__ = (UniqueConstraint("person_id", "page"),)
