"""Officers are told every month that the report of an office is ready: on which working day, and until it is stopped.

The administrator of the office says so. What is told is an address that asks to sign in: no number goes by mail, and
who may not read the report any more is told nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.errors.report_subscriptions import (
    EmailNotProved,
    NoSuchWorkingDay,
    SubscribedAlready,
    WatchesNothingThere,
)
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, GOVERNOR, HEAD
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.members import members
from engine.people.names import holder
from engine.references import new_key
from engine.working_time.calendar import WorkingTime
from storage.offices import Office
from storage.people import Person
from storage.report_subscriptions import LATEST_DAY, ReportSubscription
from storage.security_log import SecurityKind

MOST_DAYS: Final = LATEST_DAY
WHO_IS_TOLD: Final = (ADMINISTRATOR, HEAD, GOVERNOR)
"""Members of these groups of the office, or of all offices."""


def subscribe(
    session: Session, house: House, actor: Actor, office_code: str, person_id: int, *, day: int | None, now: datetime
) -> str:
    """From now on an officer is told of the report of an office on that working day of each month; the key.
    ``NotFound`` for an office or a person that there is not, ``NotAllowed`` for whoever does not administer the office;
    ``NoSuchWorkingDay``, ``WatchesNothingThere``, ``EmailNotProved``, ``SubscribedAlready``."""
    office = session.scalar(select(Office).where(Office.code == office_code))
    person = session.get(Person, person_id)
    if office is None or person is None:
        raise NotFound
    actor.require(office.id, ADMINISTRATOR)
    if day is None or not 1 <= day <= LATEST_DAY:
        raise NoSuchWorkingDay(latest=LATEST_DAY)
    calendar = house.calendars.of(session, office)
    _require_reached(session, person, office, calendar.local_date(now))
    row = ReportSubscription(
        key=new_key(), person_id=person_id, office_id=office.id, working_day=day,
        next_at=next_moment(calendar, day, after=now), made_at=now, made_by_id=actor.person_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as there:
        raise SubscribedAlready(name=holder(person)) from there
    data = {"office": office.code, "day": day}
    security_log.note(session, SecurityKind.REPORT_SUBSCRIBED, actor, person_id=person_id, data=data, at=now)
    return row.key


def _require_reached(session: Session, person: Person, office: Office, today: date) -> None:
    if not may_be_told(session, person.id, office.id, today=today):
        raise WatchesNothingThere(name=holder(person))
    if not person.email or person.email_proved_at is None:
        raise EmailNotProved(name=holder(person))


def stop(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """They are told no more; twice is harmless. ``NotFound``, ``NotAllowed`` as above; whoever is told may stop it
    themselves."""
    row = session.scalar(select(ReportSubscription).where(ReportSubscription.key == key).with_for_update())
    if row is None:
        raise NotFound
    if row.person_id != actor.person_id:
        actor.require(row.office_id, ADMINISTRATOR)
    if row.ended_at is None:
        end(session, row, actor, now=now)


def end(session: Session, row: ReportSubscription, actor: Actor, *, now: datetime) -> None:
    """A locked subscription is over, and the log says by whom."""
    row.ended_at, row.ended_by_id, row.next_at = now, actor.person_id, None
    session.flush()
    data = {"office": session.get_one(Office, row.office_id).code}
    security_log.note(session, SecurityKind.REPORT_UNSUBSCRIBED, actor, person_id=row.person_id, data=data, at=now)


def may_be_told(session: Session, person_id: int, office_id: int, *, today: date) -> bool:
    """Whether somebody watches an office today."""
    watches = members(WHO_IS_TOLD, office_id, today).subquery()
    return bool(session.scalar(select(exists().where(watches.c.person_id == person_id))))


def next_moment(calendar: WorkingTime, working_day: int, *, after: datetime) -> datetime:
    """When the office opens on that working day of this month, or of the first month in which that is still to come."""
    first = calendar.local_date(after).replace(day=1)
    while True:
        moment = _opening(calendar, first, working_day)
        if moment > after:
            return moment
        first = (first + timedelta(days=32)).replace(day=1)


def _opening(calendar: WorkingTime, day: date, working_day: int) -> datetime:
    """A month that has fewer working days than that is told of on a day of the next."""
    left = working_day
    while True:
        openings = calendar.openings(day)
        left -= bool(openings)
        if openings and not left:
            return openings[0][0]
        day += timedelta(days=1)
