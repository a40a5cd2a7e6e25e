"""Publishing sessions: an office says on which days, at what time and where it has how many seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.errors import (
    DaysClosed,
    DaysUnclear,
    NotFound,
    PlaceMissing,
    SeatsUnclear,
    SessionEndsEarly,
    SessionInThePast,
    WeeksUnclear,
)
from engine.house import House
from engine.khmer import Bilingual, tidy
from engine.packages import SessionRule
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.references import new_key
from engine.sessions.waiting import ask_anew, lost_seats, most_free, tell_losers, without_choice
from engine.working_time.calendar import WorkingTime
from storage.offices import Office, OfficeService
from storage.processes import UserTask
from storage.sessions import OfficeSession, Seat, SessionStatus

WHO_PUBLISHES: Final = (FRONT_OFFICE, HEAD)
MOST_SEATS: Final = 1_000
MOST_WEEKS: Final = 26
MOST_DAYS: Final = 20
LONGEST_PLACE: Final = 200


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """When and where, by the clock of the office. ``days``: on how many working days, one after the other, it is held
    (``ends`` is on the last); ``weeks``: in how many weeks it is held anew."""

    day: date
    begins: time
    ends: time
    place: Bilingual
    seats: int
    weeks: int = 1
    days: int = 1


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of session that an office publishes: of which service, by which rule."""

    published: Published
    rule: SessionRule


@dataclass(frozen=True, slots=True)
class Made:
    """How many sessions were published, and the days left out because the office is closed on them."""

    count: int
    closed: tuple[date, ...]


def kinds_of(session: Session, house: House, office: Office, *, now: datetime) -> tuple[Kind, ...]:
    """The kinds of sessions that an office publishes: those of its services, and those of its level for the cases that
    come to it from below."""
    today = house.calendars.of(session, office).local_date(now)
    offered = set(
        session.scalars(
            select(OfficeService.service_key).where(
                OfficeService.office_id == office.id,
                OfficeService.is_offered(today),
            )
        )
    )
    return tuple(
        Kind(published, rule)
        for published in house.catalog.all_current(session, now=now, office_id=office.id)
        for rule in published.package.manifest.sessions
        if _is_published_at(office, published, rule, offered)
    )


def publish(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    kind: str,
    *,
    facts: SessionFacts,
    now: datetime,
) -> Made:
    """Publishes a session, or one in each of several weeks; ``kind`` is ``service/session``. What is published already
    is left as it is, so that two clicks make one. Days on which the office is closed are left out of several weeks.

    ``NotFound`` for a kind that is not this office's, ``PlaceMissing``, ``SeatsUnclear``, ``WeeksUnclear``,
    ``DaysUnclear``, ``SessionEndsEarly``, ``SessionInThePast``, ``DaysClosed`` when no day is left.
    """
    actor.require(office_id, *WHO_PUBLISHES)
    office = session.get_one(Office, office_id, with_for_update={"key_share": True})
    chosen = next((one for one in kinds_of(session, house, office, now=now) if key_of(one) == kind), None)
    if chosen is None:
        raise NotFound
    _require_sense(facts)
    calendar = house.calendars.of(session, office)
    days = [facts.day + timedelta(weeks=week) for week in range(facts.weeks)]
    closed = tuple(day for day in days if not calendar.is_working_day(day))
    if len(closed) == len(days):
        raise DaysClosed(day=closed[0])
    if _moment(facts.day, facts.begins, calendar) <= now:
        raise SessionInThePast
    waited, lost = _waiting(session, house, office, chosen, now)
    made = 0
    for day in (day for day in days if day not in closed):
        row = _drawn_up(office, chosen, facts, day, calendar)
        if not _is_there(session, row):
            row.published_at, row.published_by_id = now, actor.person_id
            session.add(row)
            session.flush()
            made += 1
    if made:
        ask_anew(session, house, actor, waited, now=now)
        tell_losers(session, house, actor, lost, now=now)
    return Made(made, closed)


def _waiting(
    session: Session, house: House, office: Office, kind: Kind, now: datetime
) -> tuple[Sequence[UserTask], Sequence[Seat]]:
    """Who has nothing to choose: those who were asked, and those who lost their seat."""
    rule, service = kind.rule, kind.published.service_key
    most = most_free(session, house, office, rule, service_key=service, now=now)
    waited = without_choice(session, house, office, rule, service_key=service, most=most)
    return waited, [seat for seat in lost_seats(session, office, rule, service_key=service) if seat.seats > most]


def _drawn_up(office: Office, kind: Kind, facts: SessionFacts, day: date, calendar: WorkingTime) -> OfficeSession:
    """A session of this kind on this day, not kept yet."""
    place = place_given(facts.place)
    return OfficeSession(
        key=new_key(),
        office_id=office.id,
        service_key=kind.published.service_key,
        session_key=kind.rule.key,
        starts_at=_moment(day, facts.begins, calendar),
        ends_at=_moment(_last_day(day, facts.days, calendar), facts.ends, calendar),
        place_km=place.km,
        place_en=place.en,
        seats=facts.seats,
    )


def key_of(kind: Kind) -> str:
    """How a kind is named on pages: ``service/session``."""
    return f"{kind.published.service_key}/{kind.rule.key}"


def place_given(typed: Bilingual) -> Bilingual:
    """The place as it is kept: where one language is empty, in the words of the other. ``PlaceMissing``."""
    km, en = (tidy(words)[:LONGEST_PLACE] for words in (typed.km, typed.en))
    if not km and not en:
        raise PlaceMissing
    return Bilingual(km or en, en or km)


def _is_published_at(office: Office, published: Published, rule: SessionRule, offered: set[str]) -> bool:
    if office.ministry_key not in (None, published.package.manifest.ministry):
        return False
    if not rule.level:
        return published.service_key in offered
    return office.level == rule.level


def _require_sense(facts: SessionFacts) -> None:
    if not 1 <= facts.seats <= MOST_SEATS:
        raise SeatsUnclear(most=MOST_SEATS)
    if not 1 <= facts.weeks <= MOST_WEEKS:
        raise WeeksUnclear(most=MOST_WEEKS)
    if not 1 <= facts.days <= MOST_DAYS:
        raise DaysUnclear(most=MOST_DAYS)
    place_given(facts.place)
    if facts.days == 1 and facts.ends <= facts.begins:
        raise SessionEndsEarly


def _last_day(day: date, days: int, calendar: WorkingTime) -> date:
    for _ in range(days - 1):
        day += timedelta(days=1)
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
    return day


def _is_there(session: Session, row: OfficeSession) -> bool:
    same = select(OfficeSession.id).where(
        OfficeSession.office_id == row.office_id,
        OfficeSession.service_key == row.service_key,
        OfficeSession.session_key == row.session_key,
        OfficeSession.starts_at == row.starts_at,
        OfficeSession.place_km == row.place_km,
        OfficeSession.status == SessionStatus.OPEN,
    )
    return session.scalar(same.limit(1)) is not None


def _moment(day: date, clock: time, calendar: WorkingTime) -> datetime:
    return datetime.combine(day, clock, calendar.zone).astimezone(UTC)
