"""What an application has appointments for: when, where, and until when they can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import SessionRule
from storage.applications import Application, ApplicationStatus
from storage.offices import Office
from storage.sessions import CURRENT_SEAT, OfficeSession, Seat, SeatStatus

A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AppointmentShown:
    """A session that was chosen, of which ``kind``; ``is_lost``: the office cancelled it for the ``reason``, and
    another one is to be chosen; ``has_begun``: its time has come. ``is_theirs``: the applicant chooses it, and not an
    officer. ``changeable_until``: the last minute in which it can be changed, None when it cannot be."""

    kind: str
    title: Bilingual
    session_key: str
    starts_at: datetime
    ends_at: datetime
    place: Bilingual
    office: Bilingual
    seats: int
    is_lost: bool
    has_begun: bool
    is_theirs: bool
    reason: str
    changeable_until: datetime | None


def appointments_of(
    session: Session, house: House, application: Application, published: Published, *, now: datetime
) -> tuple[AppointmentShown, ...]:
    """The appointments of an application, the next one first; one statement, none for a service without sessions."""
    rules = {rule.key: rule for rule in published.package.manifest.sessions}
    if not rules:
        return ()
    rows = session.execute(
        select(Seat, OfficeSession, Office)
        .join(OfficeSession, OfficeSession.id == Seat.session_id)
        .join(Office, Office.id == OfficeSession.office_id)
        .where(Seat.application_id == application.id, Seat.status.in_(CURRENT_SEAT))
        .order_by(OfficeSession.starts_at)
    ).all()
    theirs = {task.session for task in published.package.tasks.values() if task.is_chosen_by_applicant}
    runs = application.status == ApplicationStatus.RUNNING
    return tuple(
        AppointmentShown(
            kind=seat.session_key,
            title=rules[seat.session_key].title,
            session_key=row.key,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=Bilingual(row.place_km, row.place_en),
            office=office_name(office),
            seats=seat.seats,
            is_lost=seat.status == SeatStatus.LOST,
            has_begun=row.starts_at <= now,
            is_theirs=seat.session_key in theirs,
            reason=row.reason,
            changeable_until=_until(session, house, rules[seat.session_key], row, office, now=now) if runs else None,
        )
        for seat, row, office in rows
        if seat.session_key in rules
    )


def last_minute(session: Session, house: House, rule: SessionRule, row: OfficeSession, office: Office) -> datetime:
    """The last minute in which a session can be chosen."""
    return rule.open_until(row.starts_at, house.calendars.of(session, office)) - A_MINUTE


def _until(
    session: Session, house: House, rule: SessionRule, row: OfficeSession, office: Office, *, now: datetime
) -> datetime | None:
    until = last_minute(session, house, rule, row, office) if rule.changeable is not None else None
    return until if until is not None and now < until + A_MINUTE else None
