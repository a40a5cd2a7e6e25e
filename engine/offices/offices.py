"""The hours of offices and their days off.

Every change of the calendar moves the promises that run under it, a little later (``engine.offices.recomputing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import (
    BadAnswers,
    DayListed,
    HoursAlreadyWorked,
    HoursContradict,
    NotFound,
    OfficeNeverOpens,
    StalePage,
)
from engine.khmer import Bilingual
from engine.offices import recomputing, weeks
from engine.offices.day_checks import check_hours, checked_name, day_in_words, note_calendar, stored_hours
from engine.offices.recomputing import Changed
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.working_time.calendar import NoWorkingTime, Opening, WorkingTime, public_holidays
from storage.offices import Holiday, Office


def set_hours(
    session: Session,
    actor: Actor,
    office_code: str,
    weekly: Sequence[Opening],
    *,
    revision: int,
    from_day: date | None = None,
    now: datetime,
) -> Changed:
    """The weekly hours of an office from a day on, tomorrow unless it is given; the days before keep theirs.

    ``revision`` is that of the calendar the page was drawn from. ``BadAnswers`` for hours that contradict each other
    and for a day that has begun: what was worked is not rewritten."""
    office = _locked(session, office_code)
    actor.require(office.id, ADMINISTRATOR)
    tomorrow = now.astimezone(ZoneInfo(office.timezone)).date() + timedelta(days=1)
    begins = from_day or tomorrow
    hours, earlier = weeks.changed_from(begins, weeks.stored(weekly), office.hours, office.earlier_hours)
    if (hours, earlier) == (office.hours, office.earlier_hours):
        return Changed()
    if office.calendar_revision != revision:
        raise StalePage
    if begins < tomorrow:
        raise BadAnswers({"from_day": HoursAlreadyWorked()})
    try:
        WorkingTime(weekly=tuple(weekly))
    except NoWorkingTime as refused:
        raise BadAnswers({"hours": HoursContradict() if weekly else OfficeNeverOpens()}) from refused
    was, office.hours, office.earlier_hours = office.hours, hours, earlier
    changed = {"was": was, "is": hours, "first": begins.isoformat()}
    note_calendar(session, actor, office_code, "hours", changed, now=now)
    return recomputing.begin(session, [office], actor, now=now)


def add_holiday(
    session: Session,
    actor: Actor,
    office_code: str | None,
    day: date,
    *,
    name: Bilingual,
    works: bool = False,
    hours: Sequence[tuple[time, time]] = (),
    now: datetime,
) -> Changed:
    """A day off of one office, or of the whole country when ``office_code`` is None.

    With ``works`` the office opens on that day although its week or the country does not; ``hours`` are those of that
    day alone, a half day for instance. The same day twice with the same name changes nothing; with another it is
    refused.
    """
    offices = _locked_offices(session, actor, office_code)
    office_id = offices[0].id if office_code is not None else None
    name = checked_name(name, day, national=office_code is None, works=works)
    written = stored_hours(hours)
    check_hours(day, hours)
    there = session.scalar(select(Holiday).where(Holiday.day == day, Holiday.office_id.is_not_distinct_from(office_id)))
    if there is not None:
        if (there.name_km, there.name_en, there.works, there.hours or []) == (name.km, name.en, works, written):
            return Changed()
        raise BadAnswers({"day": DayListed()})
    session.add(
        Holiday(office_id=office_id, day=day, name_km=name.km, name_en=name.en, works=works, hours=written or None)
    )
    added = {"is": day_in_words(day, name, works=works, hours=written)}
    note_calendar(session, actor, office_code, "days_off", added, now=now)
    return recomputing.begin(session, offices, actor, day=day, national=office_code is None, now=now)


def remove_holiday(session: Session, actor: Actor, holiday_id: int, *, now: datetime) -> Changed:
    """Takes a day off the list. One that is gone already, by a second click, changes nothing."""
    found = session.execute(
        select(Holiday, Office.code).outerjoin(Office, Office.id == Holiday.office_id).where(Holiday.id == holiday_id)
    ).one_or_none()
    if found is None:
        return Changed()
    holiday, office_code = found
    offices, day = _locked_offices(session, actor, office_code), holiday.day
    name = Bilingual(holiday.name_km, holiday.name_en)
    removed = {"was": day_in_words(day, name, works=holiday.works, hours=holiday.hours or ())}
    session.delete(holiday)
    note_calendar(session, actor, office_code, "days_off", removed, now=now)
    return recomputing.begin(session, offices, actor, day=day, national=office_code is None, now=now)


def seed_national_holidays(session: Session, actor: Actor, year: int, *, now: datetime) -> Changed:
    """Puts the public holidays of a year on the national list; days that are on it keep the name they have."""
    offices = _locked_offices(session, actor, None)
    missing = missing_holidays(session, year)
    if not missing:
        return Changed()
    session.add_all(Holiday(day=day, name_km=name.km, name_en=name.en) for day, name in missing.items())
    added = {"is": {"days": [day.isoformat() for day in missing]}}
    note_calendar(session, actor, None, "days_off", added, now=now)
    return recomputing.begin(session, offices, actor, national=True, now=now)


def missing_holidays(session: Session, year: int) -> dict[date, Bilingual]:
    """The public holidays of a year that are not on the national list yet, in their order."""
    listed = set(session.scalars(select(Holiday.day).where(Holiday.office_id.is_(None))))
    return {day: name for day, name in sorted(public_holidays(year).items()) if day not in listed}


def _locked_offices(session: Session, actor: Actor, office_code: str | None) -> Sequence[Office]:
    """The offices whose calendar a day belongs to: the one with this code, or all. Two editors wait for each other."""
    if office_code is not None:
        office = _locked(session, office_code)
        actor.require(office.id, ADMINISTRATOR)
        return [office]
    actor.require(None, ADMINISTRATOR)
    every = select(Office).order_by(Office.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(every).all()


def _locked(session: Session, office_code: str) -> Office:
    office = session.scalar(
        select(Office)
        .where(Office.code == office_code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if office is None:
        raise NotFound
    return office
