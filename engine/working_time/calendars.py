"""The working-time calendar of each office, from its hours and holidays in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.working_time.calendar import Hours, Opening, WorkingTime, usual_hours
from storage.offices import Holiday, Office


class Calendars:
    """Computed calendars, kept per office and calendar revision: an edit of hours or holidays makes a new one."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, WorkingTime]] = {}

    def of(self, session: Session, office: Office) -> WorkingTime:
        """The office's calendar; one statement when it changed since the last call, none otherwise."""
        kept = self._kept.get(office.id)
        if kept is not None and kept[0] == office.calendar_revision:
            return kept[1]
        calendar = read_calendar(session, office)
        self._kept[office.id] = (office.calendar_revision, calendar)
        return calendar


def read_calendar(session: Session, office: Office) -> WorkingTime:
    """The calendar as the database has it in this transaction; one statement, nothing kept. Where a day is on the list
    of the office and on the national one, that of the office holds."""
    rows = session.scalars(
        select(Holiday)
        .where(or_(Holiday.office_id.is_(None), Holiday.office_id == office.id))
        .order_by(Holiday.office_id.is_not(None))
    )
    return _calendar(office, rows)


def at_work(session: Session, offices: Collection[Office], day: date) -> frozenset[int]:
    """The ids of those offices that work on this day; one statement, however many they are."""
    listed: dict[int | None, Holiday] = {
        row.office_id: row for row in session.scalars(select(Holiday).where(Holiday.day == day))
    }
    return frozenset(
        office.id
        for office in offices
        if _calendar(office, filter(None, (listed.get(None), listed.get(office.id)))).is_working_day(day)
    )


def _calendar(office: Office, rows: Iterable[Holiday]) -> WorkingTime:
    """``rows``: the national days off, then those of the office."""
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


def _hours_of(row: Holiday, week: tuple[Opening, ...]) -> Hours:
    """The hours of a day that keeps others, or that is worked although the week or the country does not."""
    written = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.hours or ())
    return written or usual_hours(week, row.day.weekday())


def _openings(hours: list[Any]) -> tuple[Opening, ...]:
    return tuple(
        (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes)) for weekday, opens, closes in hours
    )
