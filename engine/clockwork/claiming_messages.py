"""Which messages a worker takes, and on which way each goes: many in one transaction, of a person in their order.

Whoever takes messages of a person holds that person's row until the claim is kept, and nobody takes a message of a
person of whom another one is still on its way: two workers never hand over what was written first at last.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.claiming import LEASE
from engine.clockwork.turns_of_messages import Turns
from engine.clockwork.ways import RECORDING, next_way
from engine.house import House
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.people import Person

TOGETHER: Final = 100
"""So many are claimed in one transaction."""
MOST_UNSURE: Final = 2
"""A message of which nobody knows whether it left is handed over once more, and then no more."""
NO_WAY: Final = "nobody reaches this person"
TOO_LATE: Final = "the code in it is worth nothing any more"


def claim(session: Session, house: House, *, now: datetime) -> list[Notification]:
    """The messages that are due and free, at most so many, each with the way that it takes, for this worker alone until
    the lease ends. Those that have to wait for their turn, or are only read in the account, are settled here."""
    due = _due(session, Notification.is_first(), TOGETHER, now)
    due += _due(session, Notification.waits() & ~Notification.is_urgent, TOGETHER - len(due), now)
    named = {row.person_id for row in due if row.person_id is not None}
    people = _held(session, named)  # kept in hand, so that nothing below reads them again
    free = people.keys() - _with_one_on_its_way(session, people, now)
    mine = [row for row in due if row.is_urgent or row.person_id is None or row.person_id in free]
    turns = Turns(session, named, now)
    return [row for row in mine if _claim(session, house, row, turns, now)]


def take_out_secret(row: Notification) -> None:
    """Nobody reads in the outbox what only the person was to know, once it has left or will not leave any more."""
    if row.secret_until is not None:
        row.body = row.short_body = ""


def _due(session: Session, which: ColumnElement[bool], most: int, now: datetime) -> list[Notification]:
    """Locked, but for those that another worker is about to claim."""
    rows = select(Notification).where(which, Notification.next_attempt_at <= now)
    in_order = rows.order_by(Notification.next_attempt_at, Notification.id).limit(most)
    return list(session.scalars(in_order.with_for_update(skip_locked=True))) if most > 0 else []


def _held(session: Session, people: Collection[int]) -> dict[int, Person]:
    """Those of them of whom no other worker is about to claim a message, locked against others who would."""
    wanted = select(Person).where(Person.id.in_(sorted(people))).order_by(Person.id)
    return {one.id: one for one in session.scalars(wanted.with_for_update(key_share=True, skip_locked=True))}


def _with_one_on_its_way(session: Session, people: Collection[int], now: datetime) -> set[int | None]:
    """Those of them of whom some worker has a message in its hands."""
    goes = Notification.goes() & (Notification.next_attempt_at > now)
    return set(session.scalars(select(Notification.person_id).where(goes, Notification.person_id.in_(sorted(people)))))


def _give_up(row: Notification, reason: str) -> None:
    row.status, row.last_error = NotificationStatus.FAILED, reason


def _claim(session: Session, house: House, row: Notification, turns: Turns, now: datetime) -> bool:
    """Whether the message goes now; on which way then stands in it."""
    row.times_unsure += row.status == NotificationStatus.SENDING  # its worker died over it
    if row.secret_until is not None and now >= row.secret_until:
        _give_up(row, TOO_LATE)
        take_out_secret(row)
        return False
    way = next_way(session, house, row)
    if way is None or row.times_unsure >= MOST_UNSURE:
        _give_up(row, row.last_error or NO_WAY)
        return False
    held = None if way.sender == RECORDING else turns.held_until(house, row, way)
    if held is not None:
        row.status, row.next_attempt_at, row.held_until = NotificationStatus.PENDING, held, held
        return False
    row.attempts = row.attempts + 1 if row.sender == way.sender else 1
    row.sendings += 1
    row.sender, row.channel, row.address = way.sender, way.channel, way.address
    if way.channel == MessageChannel.PORTAL:
        row.status, row.left_at = NotificationStatus.RECORDED, now
        return False
    row.status, row.next_attempt_at = NotificationStatus.SENDING, now + LEASE
    return True
