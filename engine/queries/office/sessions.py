"""The sessions that an office publishes: what is to come, who sits there, and how many wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.readers import readable
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.queries.shared.pages import Page, page_of
from engine.queries.shared.people import person_name
from engine.sessions.publishing import WHO_PUBLISHES, Kind, key_of, kinds_of
from engine.sessions.waiting import lost_seats, waiting_tasks
from storage.applications import Application
from storage.offices import Office
from storage.people import Person
from storage.sessions import OfficeSession, Seat, SeatStatus

PAGE_SIZE: Final = 25


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in the list of its office."""

    key: str
    service: Bilingual
    title: Bilingual
    office: Bilingual
    starts_at: datetime
    ends_at: datetime
    place: Bilingual
    seats: int
    taken: int
    status: str


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind of session that an office may publish, and how many applicants wait for one."""

    key: str
    service: Bilingual
    title: Bilingual
    waiting: int


@dataclass(frozen=True, slots=True)
class PublishingOffice:
    """An office of the actor with the kinds that it publishes."""

    id: int
    name: Bilingual
    kinds: tuple[KindShown, ...]


@dataclass(frozen=True, slots=True)
class Seated:
    """Who has a seat: the applicant, how they are reached, how many seats. ``may_read``: the case is the reader's to
    read."""

    key: str
    may_read: bool
    reference: str
    applicant: Bilingual
    phone: str
    seats: int
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session with those who sit in it; ``reason``: why it was cancelled; ``is_to_come``: it can still be cancelled
    or held elsewhere."""

    line: SessionLine
    reason: str
    is_to_come: bool
    seated: tuple[Seated, ...]


def publishing_offices(session: Session, house: House, actor: Actor, *, now: datetime) -> tuple[PublishingOffice, ...]:
    """The offices for which the actor publishes sessions, those without any kind left out."""
    mine = actor.offices(*WHO_PUBLISHES)
    wanted = select(Office).order_by(Office.code)
    offices = session.scalars(wanted if mine is None else wanted.where(Office.id.in_(sorted(mine)))).all()
    found = (
        PublishingOffice(office.id, office_name(office), _kinds(session, house, office, now)) for office in offices
    )
    return tuple(one for one in found if one.kinds)


def session_lines(
    session: Session, house: House, actor: Actor, number: int, *, past: bool, size: int = PAGE_SIZE, now: datetime
) -> Page[SessionLine]:
    """The sessions of the actor's offices: those to come, the next first, or those that are over, the newest first."""
    mine = actor.offices(*WHO_PUBLISHES)
    order = OfficeSession.starts_at.desc() if past else OfficeSession.starts_at
    wanted = select(OfficeSession, Office).join(Office, Office.id == OfficeSession.office_id)
    wanted = wanted.where(OfficeSession.starts_at <= now if past else OfficeSession.starts_at > now)
    if mine is not None:
        wanted = wanted.where(OfficeSession.office_id.in_(sorted(mine)))
    titles = _titles(session, house, now)
    return page_of(
        session,
        wanted.order_by(order, OfficeSession.id),
        lambda row: _line(row[0], row[1], titles),
        number,
        size=size,
    )


def session_page(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> SessionPage:
    """One session and who sits in it; ``NotFound`` for one of another office."""
    row = session.execute(
        select(OfficeSession, Office).join(Office, Office.id == OfficeSession.office_id).where(OfficeSession.key == key)
    ).one_or_none()
    if row is None or not any(actor.acts_for(group, row[1].id) for group in WHO_PUBLISHES):
        raise NotFound
    held, office = row
    return SessionPage(
        line=_line(held, office, _titles(session, house, now)),
        reason=held.reason,
        is_to_come=held.starts_at > now,
        seated=_seated(session, actor, held),
    )


def _kinds(session: Session, house: House, office: Office, now: datetime) -> tuple[KindShown, ...]:
    return tuple(_kind(session, house, office, kind) for kind in kinds_of(session, house, office, now=now))


def _kind(session: Session, house: House, office: Office, kind: Kind) -> KindShown:
    waiting = waiting_tasks(session, house, office, kind.rule, service_key=kind.published.service_key)
    lost = lost_seats(session, office, kind.rule, service_key=kind.published.service_key)
    return KindShown(
        key_of(kind),
        kind.published.package.manifest.title,
        kind.rule.title,
        len({task.application_id for task in waiting} | {seat.application_id for seat in lost}),
    )


def _titles(session: Session, house: House, now: datetime) -> dict[tuple[str, str], tuple[Bilingual, Bilingual]]:
    """What services and their kinds of sessions are called in the versions of today."""
    return {
        (published.service_key, rule.key): (published.package.manifest.title, rule.title)
        for published in house.catalog.all_current(session, now=now)
        for rule in published.package.manifest.sessions
    }


def _line(
    row: OfficeSession, office: Office, titles: dict[tuple[str, str], tuple[Bilingual, Bilingual]]
) -> SessionLine:
    unknown = Bilingual(row.service_key, row.service_key), Bilingual(row.session_key, row.session_key)
    service, title = titles.get((row.service_key, row.session_key), unknown)
    return SessionLine(
        key=row.key,
        service=service,
        title=title,
        office=office_name(office),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=Bilingual(row.place_km, row.place_en),
        seats=row.seats,
        taken=row.taken,
        status=row.status,
    )


def _seated(session: Session, actor: Actor, row: OfficeSession) -> tuple[Seated, ...]:
    rows = session.execute(
        select(Seat, Application, Person, readable(actor))
        .join(Application, Application.id == Seat.application_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(Seat.session_id == row.id, Seat.status == SeatStatus.HELD)
        .order_by(Seat.id)
    ).all()
    return tuple(
        Seated(
            key=application.key,
            may_read=may_read,
            reference=application.reference or "",
            applicant=person_name(person.name_km, person.name_latin),
            phone=person.phone or "",
            seats=seat.seats,
            chosen_at=seat.chosen_at,
        )
        for seat, application, person, may_read in rows
    )
