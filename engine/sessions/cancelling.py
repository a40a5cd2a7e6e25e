"""Sessions that are not held as they were published: cancelled with a reason, or held elsewhere.

Everybody who has a seat is told; who loses one chooses again. The cases are locked before the session, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case import days_ahead, seats
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.errors import NotFound, SessionBegun, SessionCancelled, StalePage
from engine.house import House
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.sessions.publishing import WHO_PUBLISHES, place_given
from storage.sessions import OfficeSession, Seat, SeatStatus, SessionStatus


def cancel(session: Session, house: House, actor: Actor, key: str, reason: str, *, now: datetime) -> int:
    """Cancels a session that has not begun: its seats are lost, and everybody who had one is told why and chooses
    again. How many did; 0 when it was cancelled before. ``NotFound``, ``ReasonMissing``, ``SessionBegun``,
    ``StalePage`` when somebody took a seat at this very moment."""
    row = _owned(session, actor, key)
    why = reason_given(reason)
    if row.status == SessionStatus.CANCELLED:
        return 0
    held = _seated(session, row.id)
    turns = [_turn(session, house, actor, seat, now) for seat in held]
    row = _still(session, row.id, held, now)
    if row.status == SessionStatus.CANCELLED:
        return 0
    row.status, row.reason, row.taken = SessionStatus.CANCELLED, why, 0
    row.cancelled_at, row.cancelled_by_id = now, actor.person_id
    for turn, seat in zip(turns, held, strict=True):
        seat.status = SeatStatus.LOST
        rule = turn.case.published.package.manifest.session(row.session_key)
        if rule is not None:
            turn.record("session_cancelled", data=seats.of_event(rule, row), personal={"reason": why})
        message = house.texts["session_cancelled"]
        seats.tell_of(turn, row, message, key=f"session_cancelled/{seat.id}", reason=why.rstrip(".។ "))
        days_ahead.follow(turn)
    return len(held)


def move(session: Session, house: House, actor: Actor, key: str, place: Bilingual, *, now: datetime) -> int:
    """Another place for a session that has not begun; everybody who has a seat is told. How many were; 0 when it is
    held there already. ``NotFound``, ``PlaceMissing``, ``SessionBegun``, ``SessionCancelled``, ``StalePage``."""
    row = _owned(session, actor, key)
    there = place_given(place)
    held = _seated(session, row.id)
    turns = [_turn(session, house, actor, seat, now) for seat in held]
    row = _still(session, row.id, held, now)
    if row.status == SessionStatus.CANCELLED:
        raise SessionCancelled
    if (row.place_km, row.place_en) == (there.km, there.en):
        return 0
    row.place_km, row.place_en = there.km, there.en
    for turn, seat in zip(turns, held, strict=True):
        rule = turn.case.published.package.manifest.session(row.session_key)
        if rule is not None:
            turn.record("session_moved", data=seats.of_event(rule, row))
        key_of_fact = f"session_moved/{seat.id}/{turn.case.application.event_seq}"
        seats.tell_of(turn, row, house.texts["session_moved"], key=key_of_fact)
    return len(held)


def _owned(session: Session, actor: Actor, key: str) -> OfficeSession:
    row = session.scalar(select(OfficeSession).where(OfficeSession.key == key))
    if row is None or not any(actor.acts_for(group, row.office_id) for group in WHO_PUBLISHES):
        raise NotFound
    return row


def _seated(session: Session, session_id: int) -> list[Seat]:
    held = select(Seat).where(Seat.session_id == session_id, Seat.status == SeatStatus.HELD)
    return list(session.scalars(held.order_by(Seat.application_id).execution_options(populate_existing=True)))


def _turn(session: Session, house: House, actor: Actor, seat: Seat, now: datetime) -> Turn:
    return Turn(session, house, lock_case(session, house, seat.application_id), actor, now)


def _still(session: Session, session_id: int, held: list[Seat], now: datetime) -> OfficeSession:
    """The session, locked, when exactly these seats are still held in it and it has not begun."""
    row = seats.locked(session, [session_id])[session_id]
    if row.starts_at <= now:
        raise SessionBegun
    if list(_ids(_seated(session, session_id))) != list(_ids(held)):
        raise StalePage
    return row


def _ids(held: list[Seat]) -> Iterator[int]:
    return (seat.id for seat in held)
