"""The seats that a case has in sessions: taken, given up, lost with a session, and told in messages.

Whoever changes a seat holds the case, then the sessions, in this order and sessions by their ids. The database counts
the seats that are taken and refuses more than there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.holding import responsible
from engine.case.messages import tell_about
from engine.case.opening import Case
from engine.case.session_words import when_and_where
from engine.case.turn import Turn
from engine.errors import NotFound, SessionCancelled, SessionFull, SessionOver, TooFewSeats
from engine.house import House
from engine.packages import SessionRule, routing_variables, told_by
from engine.packages.texts import MessageTexts
from storage.offices import Office
from storage.sessions import CURRENT_SEAT, OfficeSession, Seat, SeatStatus, SessionStatus


def publisher(session: Session, case: Case, rule: SessionRule) -> Office | None:
    """The office whose sessions the applicant of a case chooses from; None while it is not open."""
    return responsible(session, case.office, rule.level, case.published.package.ministry.key)


def open_sessions(
    session: Session, house: House, office: Office, rule: SessionRule, service_key: str, *, now: datetime
) -> Sequence[OfficeSession]:
    """The sessions of an office that can still be chosen, those without a free seat too, in the order of their days."""
    rows = session.scalars(
        select(OfficeSession)
        .where(
            OfficeSession.office_id == office.id,
            OfficeSession.service_key == service_key,
            OfficeSession.session_key == rule.key,
            OfficeSession.status == SessionStatus.OPEN,
            OfficeSession.starts_at > now,
        )
        .order_by(OfficeSession.starts_at, OfficeSession.id)
    ).all()
    calendar = house.calendars.of(session, office)
    return [row for row in rows if now < rule.open_until(row.starts_at, calendar)]


def has_choice(turn: Turn, session_key: str | None) -> bool:
    """Whether there is a session of this kind with seats enough for the case."""
    rule = turn.case.published.package.manifest.session(session_key)
    office = publisher(turn.session, turn.case, rule) if rule else None
    if rule is None or office is None:
        return False
    found = open_sessions(turn.session, turn.house, office, rule, turn.case.published.service_key, now=turn.now)
    needed = rule.seats_for(turn.case.application.answers)
    return any(row.taken + needed <= row.seats for row in found)


def locked(session: Session, ids: Iterable[int]) -> Mapping[int, OfficeSession]:
    """These sessions, locked, by their ids."""
    wanted = select(OfficeSession).where(OfficeSession.id.in_(sorted(set(ids)))).order_by(OfficeSession.id)
    rows = session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def current(session: Session, application_id: int, session_key: str) -> Seat | None:
    """The seat of an application in a session of this kind: held, or lost with its session."""
    mine = Seat.application_id == application_id, Seat.session_key == session_key, Seat.status.in_(CURRENT_SEAT)
    return session.scalar(select(Seat).where(*mine))


def take(turn: Turn, rule: SessionRule, row: OfficeSession) -> Seat:
    """Takes the seats of the case in a locked session, in the place of those that it had in another one, locked too.
    ``NotFound`` for a session of another office or kind, ``SessionCancelled``, ``SessionOver``, ``SessionFull``,
    ``TooFewSeats``."""
    case, needed = turn.case, rule.seats_for(turn.case.application.answers)
    office = publisher(turn.session, case, rule)
    wanted = (office.id if office else None, case.published.service_key, rule.key)
    if office is None or wanted != (row.office_id, row.service_key, row.session_key):
        raise NotFound
    if row.status != SessionStatus.OPEN:
        raise SessionCancelled
    until = rule.open_until(row.starts_at, turn.house.calendars.of(turn.session, office))
    if turn.now >= until:
        raise SessionOver(until=until)
    if row.taken >= row.seats:
        raise SessionFull
    if row.taken + needed > row.seats:
        raise TooFewSeats(left=row.seats - row.taken, needed=needed)
    give_up(turn, current(turn.session, case.application.id, rule.key))
    row.taken += needed
    seat = Seat(
        session_id=row.id,
        application_id=case.application.id,
        session_key=rule.key,
        seats=needed,
        chosen_at=turn.now,
        chosen_by_id=turn.actor.person_id,
    )
    turn.session.add(seat)
    turn.session.flush()
    return seat


def give_up(turn: Turn, seat: Seat | None) -> None:
    """Frees a seat; that of a session which has begun stays counted there: somebody sat on it."""
    if seat is None:
        return
    row = turn.session.get_one(OfficeSession, seat.session_id)
    if seat.status == SeatStatus.HELD and row.starts_at > turn.now:
        row.taken -= seat.seats
    seat.status, seat.left_at = SeatStatus.LEFT, turn.now
    turn.session.flush()


def give_up_all(turn: Turn) -> None:
    """A case that is over needs no seat in a session to come; neither one from an earlier version of the service, where
    that of the case has no sessions any more."""
    if turn.case.is_seatless:
        return
    mine = Seat.application_id == turn.case.application.id, Seat.status.in_(CURRENT_SEAT)
    seats = turn.session.scalars(select(Seat).where(*mine).order_by(Seat.session_id)).all()
    rows = locked(turn.session, [seat.session_id for seat in seats])
    for seat in seats:
        if rows[seat.session_id].starts_at > turn.now:
            give_up(turn, seat)


def seen_by_diagram(turn: Turn, rule: SessionRule, row: OfficeSession) -> dict[str, object]:
    """The variables of the diagram that take something from this session."""
    seen = told_by(row.starts_at, row.ends_at, turn.case.calendar)
    return routing_variables(turn.case.published.package, rule.answers, seen)


def of_event(rule: SessionRule, row: OfficeSession) -> dict[str, str]:
    """What the history says of a session: which kind, when and where."""
    return {
        "session": rule.key,
        "session_km": rule.title.km,
        "session_en": rule.title.en,
        "begins": row.starts_at.isoformat(),
        "place_km": row.place_km,
        "place_en": row.place_en,
    }


def tell_of(turn: Turn, row: OfficeSession, message: MessageTexts, *, key: str, reason: str = "") -> None:
    """Tells the applicant something about a session, with its day, time and place."""
    person = turn.case.applicant
    facts = when_and_where(row, person.language)
    tell_about(turn, person, message, key=f"{turn.case.application.id}/{key}", reason=reason, **facts)
