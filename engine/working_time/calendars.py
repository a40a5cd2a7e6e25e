"""The working-time calendar of each office, from its hours and holidays in the database."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.working_time.calendar import WorkingTime
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
    """The calendar as the database has it in this transaction; one statement, nothing kept."""
    rows = session.execute(
        select(Holiday.day, Holiday.office_id, Holiday.works).where(
            or_(Holiday.office_id.is_(None), Holiday.office_id == office.id)
        )
    ).all()
    closed = {row.day for row in rows if not row.works}
    opened = {row.day for row in rows if row.works and row.office_id == office.id}
    return WorkingTime(
        weekly=tuple(_interval(entry) for entry in office.hours),
        holidays=frozenset(closed - opened),
        timezone=office.timezone,
    )


def _interval(entry: list[Any]) -> tuple[int, time, time]:
    weekday, opens, closes = entry
    return int(weekday), time.fromisoformat(opens), time.fromisoformat(closes)
