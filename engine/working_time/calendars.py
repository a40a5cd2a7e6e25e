"""The working-time calendar of each office, from its hours and holidays in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from sqlalchemy import Select, String, case, cast, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.working_time.calendar import Hours, Opening, WorkingTime, usual_hours
from storage.offices import AreaDay, AreaLevel, Holiday, Office, OfficeLevel

Whose = tuple[str, str]
"""Whose list a day is on: its level and which one of that."""
NATION: Final[Whose] = ("nation", "")
_PROVINCE_DIGITS: Final = 2
_COLUMNS: Final = ("day", "name_km", "name_en", "works", "hours")


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day as a list has it."""

    whose: Whose
    day: date
    name_km: str
    name_en: str
    works: bool
    hours: list[Any] | None


class Calendars:
    """Computed calendars, kept per office and calendar revision: an edit of hours or holidays makes a new one."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, WorkingTime]] = {}

    def of(self, session: Session, office: Office) -> WorkingTime:
        """The office's calendar; one statement when it changed since the last call, none otherwise."""
        self.read(session, [office])
        return self._kept[office.id][1]

    def read(self, session: Session, offices: Iterable[Office]) -> None:
        """Has the calendars of these offices at hand; one statement when any changed since the last call, none
        otherwise."""
        changed = {office.id: office for office in offices if not self._knows(office)}
        for office_id, calendar in read_calendars(session, changed.values()).items() if changed else ():
            self._kept[office_id] = calendar.revision, calendar

    def _knows(self, office: Office) -> bool:
        kept = self._kept.get(office.id)
        return kept is not None and kept[0] == office.calendar_revision


def read_calendar(session: Session, office: Office) -> WorkingTime:
    """The calendar as the database has it in this transaction; one statement, nothing kept. Where a day is on several
    lists, that of the office holds, else that of its province or ministry, else the national one."""
    return read_calendars(session, [office])[office.id]


def read_calendars(session: Session, offices: Collection[Office]) -> dict[int, WorkingTime]:
    """The same of several offices, by their ids; one statement, however many they are."""
    levels, areas = zip(*map(area_of, offices), strict=True)
    inherited = select(AreaDay).where(AreaDay.level.in_(sorted(set(levels))), AreaDay.area.in_(sorted(set(areas))))
    theirs = Holiday.office_id.in_(sorted(office.id for office in offices))
    own = select(Holiday).where(or_(Holiday.office_id.is_(None), theirs))
    listed = defaultdict(list)
    for row in _listed(session, own, inherited):
        listed[row.whose].append(row)
    return {
        office.id: _calendar(
            office, (row for whose in (NATION, area_of(office), _own(office)) for row in listed.get(whose, ()))
        )
        for office in offices
    }


def at_work(session: Session, offices: Collection[Office], day: date) -> frozenset[int]:
    """The ids of those offices that work on this day; one statement, however many they are."""
    listed: dict[Whose, ListedDay] = {
        row.whose: row
        for row in _listed(
            session, select(Holiday).where(Holiday.day == day), select(AreaDay).where(AreaDay.day == day)
        )
    }
    return frozenset(
        office.id
        for office in offices
        if _calendar(office, filter(None, map(listed.get, (NATION, area_of(office), _own(office))))).is_working_day(day)
    )


def area_of(office: Office) -> Whose:
    """Whose list of days an office inherits: that of its ministry, or that of the province in which it lies."""
    if office.level == OfficeLevel.MINISTRY:
        return AreaLevel.MINISTRY, office.ministry_key or ""
    return AreaLevel.PROVINCE, office.code[:_PROVINCE_DIGITS]


def _own(office: Office) -> Whose:
    """Whose list the days of the office itself are on."""
    return "office", str(office.id)


def _listed(session: Session, own: Select[Holiday], inherited: Select[AreaDay]) -> list[ListedDay]:
    """The days of these lists, those that hold before others last; one statement."""
    of_office = own.with_only_columns(
        case((Holiday.office_id.is_(None), 0), else_=2).label("rank"),
        literal("office").label("level"),
        cast(Holiday.office_id, String).label("area"),
        *(getattr(Holiday, name) for name in _COLUMNS),
    )
    of_area = inherited.with_only_columns(
        literal(1).label("rank"),
        cast(AreaDay.level, String).label("level"),
        AreaDay.area,
        *(getattr(AreaDay, name) for name in _COLUMNS),
    )
    both = union_all(of_office, of_area).subquery()
    rows = session.execute(select(both).order_by(both.c.rank))
    return [
        ListedDay(NATION if row.rank == 0 else (row.level, row.area), *(getattr(row, name) for name in _COLUMNS))
        for row in rows
    ]


def _calendar(office: Office, rows: Iterable[ListedDay]) -> WorkingTime:
    """``rows``: the national days off, then those that the office inherits, then its own."""
    days = {row.day: row for row in rows}
    weekly = _openings(office.hours)
    earlier = tuple((date.fromisoformat(until), _openings(hours)) for until, hours in office.earlier_hours)
    return WorkingTime(
        weekly=weekly,
        holidays=frozenset(day for day, row in days.items() if not row.works and not row.hours),
        timezone=office.timezone,
        revision=office.calendar_revision,
        earlier=earlier,
        single=tuple(
            (day, _hours_of(row, week_on(day, weekly, earlier))) for day, row in days.items() if row.works or row.hours
        ),
        names={day: Bilingual(row.name_km, row.name_en) for day, row in days.items()},
    )


def week_on(
    day: date, weekly: tuple[Opening, ...], earlier: Sequence[tuple[date, tuple[Opening, ...]]]
) -> tuple[Opening, ...]:
    """The weekly hours that hold on a day."""
    return next((week for until, week in earlier if day < until), weekly)


def _hours_of(row: ListedDay, week: tuple[Opening, ...]) -> Hours:
    """The hours of a day that keeps others, or that is worked although the week or the country does not."""
    written = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.hours or ())
    return written or usual_hours(week, row.day.weekday())


def _openings(hours: list[Any]) -> tuple[Opening, ...]:
    return tuple(
        (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes)) for weekday, opens, closes in hours
    )
