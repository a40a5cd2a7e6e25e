"""Ministries, the offices that act for them, what each office offers, and the days it is closed."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column
from sqlalchemy.sql.elements import SQLCoreOperations

from storage.base import Base, Key, Moment, Name, Pk, words


class Ministry(Base):
    """``event_seq`` and ``event_hash`` are the head of the history of its analysts and approvers."""

    __tablename__ = "ministry"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    name_km: Mapped[Name]
    name_en: Mapped[str]
    event_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    event_hash: Mapped[str] = mapped_column(default="", server_default="")


class OfficeLevel(StrEnum):
    """The level of administration at which an office acts."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"


class Namesakes(IntEnum):
    """Whether another office has the name of one, in Khmer or in English: none, one of another province, or one whose
    code begins with the same province."""

    NONE = 0
    ELSEWHERE = 1
    NEAR = 2


class TaskRule(StrEnum):
    """To whom a task goes by itself when it becomes ready. Without a rule somebody claims it."""

    LEAST_LOADED = "least_loaded"
    IN_TURN = "in_turn"
    SAME_OFFICER = "same_officer"


class Office(Base):
    """A One Window office. ``code`` is the geographic code of its province or district; an office of a ministry has a
    number of its own from 9001 on, and ``ministry_key`` says whose it is. ``hours`` is a list of
    ``[weekday 0-6, "07:30", "11:30"]``. ``earlier_hours`` holds the weeks before it, oldest first, each as
    ``[first day on which it no longer held, hours]``.

    ``closed_from``: the first day on which it is closed for good; empty while it is open.

    ``calendar_revision`` grows with every change of its hours or holidays, so a computed calendar is kept by it; the
    changes are rows of their own (``CalendarChange``). ``calendar_changed_at`` was read by servers of the version
    before. ``task_rules``: by group the ``TaskRule`` by which its tasks are given; ``by_commune``:
    the groups of which communes have an officer of their own (``CommuneOfficer``). ``namesakes`` is no column: whether
    another office has this name, read with each office."""

    __tablename__ = "office"
    id: Mapped[Pk]
    code: Mapped[Key] = mapped_column(unique=True)
    level: Mapped[OfficeLevel] = mapped_column(words("level", OfficeLevel))
    ministry_key: Mapped[Key | None] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    name_km: Mapped[Name] = mapped_column(index=True)
    name_en: Mapped[str] = mapped_column(index=True)
    address_km: Mapped[str] = mapped_column(default="")
    address_en: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="Asia/Phnom_Penh")
    hours: Mapped[list[Any]]
    earlier_hours: Mapped[list[Any]] = mapped_column(default=list)
    calendar_revision: Mapped[int] = mapped_column(default=1)
    calendar_changed_at: Mapped[datetime | None] = mapped_column(Moment)
    task_rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    closed_from: Mapped[date | None]
    by_commune: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    if TYPE_CHECKING:  # it is set below, where the table can be named twice
        namesakes: Mapped[int]


def _written(number: int) -> ColumnElement[int]:
    """Said in the statement itself: this one is part of most that are asked, and each value would be sent with them."""
    return literal_column(str(int(number)), Integer)


_other = aliased(Office)
_one, _two, _nothing = _written(1), _written(2), literal_column("''", String)
_same_name = and_(
    _other.id != Office.id,
    or_(
        and_(_other.name_km == Office.name_km, Office.name_km != _nothing),
        and_(_other.name_en == Office.name_en, Office.name_en != _nothing),
    ),
)
_is_near = func.substr(_other.code, _one, _two) == func.substr(Office.code, _one, _two)
_namesakes = select(func.max(case((_is_near, _written(Namesakes.NEAR)), else_=_written(Namesakes.ELSEWHERE))))
Office.namesakes = column_property(
    func.coalesce(_namesakes.where(_same_name).correlate(Office.__table__).scalar_subquery(), _written(Namesakes.NONE))
)


class OfficeService(Base):
    """A service that an office offers between two days (``offered_to`` empty: until further notice). ``planned_id``:
    the version on whose moment that waited when it was decided; withdrawn, it takes the offer with it."""

    __tablename__ = "office_service"
    id: Mapped[Pk]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_key: Mapped[Key] = mapped_column(index=True)
    offered_from: Mapped[date]
    offered_to: Mapped[date | None]
    planned_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    __table_args__ = (UniqueConstraint("office_id", "service_key", "offered_from"),)

    @classmethod
    def is_offered(cls, day: date | SQLCoreOperations[date]) -> ColumnElement[bool]:
        """On that day."""
        return (cls.offered_from <= day) & cls.is_offered_from(day)

    @classmethod
    def is_offered_from(cls, day: date | SQLCoreOperations[date]) -> ColumnElement[bool]:
        """On that day or on a later one."""
        return cls.offered_to.is_(None) | (cls.offered_to >= day)


class AreaLevel(StrEnum):
    """Whose list of days off the offices of an area inherit: that of their province, or of the ministry."""

    PROVINCE = "province"
    MINISTRY = "ministry"


class AreaDay(Base):
    """A day off that every office of an area inherits: of the province with the code ``area``, or of the ministry with
    this key. It holds before the national list, and that of an office before it. ``works`` and ``hours`` are those of a
    ``Holiday``."""

    __tablename__ = "area_day"
    id: Mapped[Pk]
    level: Mapped[AreaLevel] = mapped_column(words("level", AreaLevel))
    area: Mapped[Key]
    day: Mapped[date] = mapped_column(index=True)
    name_km: Mapped[Name]
    name_en: Mapped[str]
    works: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[list[Any] | None]
    __table_args__ = (UniqueConstraint("level", "area", "day"),)


class Holiday(Base):
    """A day off: national when ``office_id`` is empty. ``works`` turns the day into a working day; ``hours``, a list of
    ``["07:30", "11:30"]``, are those of this day alone: of a half day, or of a day that is worked at other times."""

    __tablename__ = "holiday"
    id: Mapped[Pk]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    day: Mapped[date] = mapped_column(index=True)
    name_km: Mapped[Name]
    name_en: Mapped[str]
    works: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[list[Any] | None]
    __table_args__ = (UniqueConstraint("office_id", "day"),)
