"""To which officer of a group the tasks of a commune go at an office."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key

COMMUNE_DIGITS = 6


class CommuneOfficer(Base):
    """The officer to whom the tasks of a group are given at an office, where the case lies in this commune. The office
    says of which groups there are any (``Office.by_commune``), so a step without asks nothing."""

    __tablename__ = "commune_officer"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, autoincrement=False)
    group: Mapped[Key] = mapped_column(primary_key=True)
    commune: Mapped[str] = mapped_column(String(COMMUNE_DIGITS), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
