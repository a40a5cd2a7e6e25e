"""Sessions of a demonstration: those that its scenarios name, and some to come, to be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.holding import responsible
from engine.demonstration.told import CannotGoOn, Staff, Told
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.namesakes import office_name
from engine.packages.groups import HEAD
from engine.packages.scenario_sessions import HELD_FOR
from engine.packages.scenarios import ScenarioStep
from engine.sessions import publishing
from engine.sessions.publishing import SessionFacts
from engine.sessions.publishing import key_of as named
from storage.offices import Office
from storage.sessions import OfficeSession, SessionStatus

SEATS: Final = 30
WEEKS_AHEAD: Final = 4
FIRST_AHEAD: Final = timedelta(days=7)


def publish_told(session: Session, house: House, staff: Staff, told: Told, *, now: datetime) -> None:
    """The sessions of the scenario, published by the head of the office to which the case goes for them."""
    package = house.catalog.current(session, told.service, now=now).package
    window = session.get_one(Office, told.office_id)
    for kind, begins in told.scenario.sessions.items():
        rule = package.manifest.session(kind)
        office = responsible(session, window, rule.level, package.ministry.key) if rule else None
        if office is None:
            raise CannotGoOn(f"{told.service}: no office publishes the sessions {kind}")
        for each in begins:
            local = told.moves(each).astimezone(PHNOM_PENH)
            facts = SessionFacts(local.date(), local.time(), (local + HELD_FOR).time(), _place(office), SEATS)
            head = staff[HEAD, office.id][0]
            publishing.publish(session, house, head, office.id, f"{told.service}/{kind}", facts=facts, now=now)


def publish_ahead(session: Session, house: House, staff: Staff, codes: Mapping[str, int], *, now: datetime) -> None:
    """Sessions of the next weeks at every office that publishes some."""
    first = (now + FIRST_AHEAD).astimezone(PHNOM_PENH).date()
    for office_id in codes.values():
        office = session.get_one(Office, office_id)
        calendar = house.calendars.of(session, office)
        day = next(day for day in (first + timedelta(days=n) for n in range(60)) if calendar.is_working_day(day))
        facts = SessionFacts(day, time(8), time(11), _place(office), SEATS, weeks=WEEKS_AHEAD)
        for kind in publishing.kinds_of(session, house, office, now=now):
            head = staff[HEAD, office_id][0]
            publishing.publish(session, house, head, office_id, named(kind), facts=facts, now=now)


def key_of(session: Session, told: Told, kind: str, step: ScenarioStep) -> str:
    """The key of the session that a step of the scenario chooses."""
    if step.session is None:
        raise CannotGoOn(f"{told.service}: the step at {step.at} says no session")
    found = session.scalar(
        select(OfficeSession.key).where(
            OfficeSession.service_key == told.service,
            OfficeSession.session_key == kind,
            OfficeSession.starts_at == told.moves(step.session),
            OfficeSession.status == SessionStatus.OPEN,
        )
    )
    if found is None:
        raise CannotGoOn(f"{told.service}: there is no session {kind} at {step.session}")
    return found


def _place(office: Office) -> Bilingual:
    name = office_name(office)
    return Bilingual(f"សាលប្រជុំ {name.km}", f"Meeting room, {name.en}")
