"""What an application is about, where that is another one, and who is shown nothing of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class NamedCase(Base):
    """The application (``about_id``) that another one, such as a complaint, names by its number."""

    __tablename__ = "named_case"
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    about_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)


class KeptApart(Base):
    """Somebody who worked on what an application is about, and is shown nothing of that application. Who comes to work
    on it later is written down by triggers on ``user_task`` (decision 84)."""

    __tablename__ = "kept_apart"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
