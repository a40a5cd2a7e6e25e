"""Which messages a worker takes, and on which way each goes: many in one transaction, of a person in their order.

Whoever takes messages of a person holds that person's row until the claim is kept, and nobody takes a message of a
person of whom another one is still on its way, or one that was due earlier waits elsewhere: two workers never hand
over what was written first at last.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from engine.claiming import LEASE
from engine.clockwork.turns_of_messages import Turns
from engine.clockwork.ways import RECORDING, next_way
from engine.house import House
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.people import Person

TOGETHER: Final = 100
"""So many are claimed in one transaction, and no more than ``IN_TURN`` for each that its sender takes side by side."""
IN_TURN: Final = 4
"""So many one after the other are handed over before the lease ends, however long the sender takes over each."""
MOST_UNSURE: Final = 2
"""A message of which nobody knows whether it left is handed over once more, and then no more."""
LOOKED_THROUGH: Final = 1_000
"""More than all workers together hold at any moment."""
NO_WAY: Final = "nobody reaches this person"
Place: TypeAlias = tuple[datetime, int]
"""Where a message stands among those that wait."""
TOO_LATE: Final = "the code in it is worth nothing any more"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a worker took, to be handed over, and how many others it settled: they have to wait for their turn, are only
    read in the account, or do not go any more."""

    rows: Sequence[Notification]
    settled: int


def claim(session: Session, house: House, *, now: datetime) -> Claimed:
    """The messages that are due and free, at most so many, each with the way that it takes, for this worker alone until
    the lease ends."""
    most = min(TOGETHER, IN_TURN * house.pace.at_once)
    urgent = _due(session, Notification.is_first(), most, now)
    others = Notification.waits() & ~Notification.is_urgent & ~_another_goes(now)
    usual = _due(session, others, most - len(urgent), now)
    named = {row.person_id for row in (*urgent, *usual) if row.person_id is not None}
    people = _held(session, named)  # kept in hand, so that nothing below reads them again
    mine = [*urgent, *_in_turn(session, usual, people.keys(), now)]
    turns = Turns(session, named, now)
    taken = [row for row in mine if _claim(session, house, row, turns, now)]
    return Claimed(taken, len(mine) - len(taken))


def take_out_secret(row: Notification) -> None:
    """Nobody reads in the outbox what only the person was to know, once it has left or will not leave any more."""
    if row.secret_until is not None:
        row.body = row.short_body = ""


def _due(session: Session, which: ColumnElement[bool], most: int, now: datetime) -> list[Notification]:
    """Locked, but for those that another worker is about to claim."""
    rows = select(Notification).where(which, Notification.next_attempt_at <= now)
    in_order = rows.order_by(Notification.next_attempt_at, Notification.id).limit(most)
    return list(session.scalars(in_order.with_for_update(skip_locked=True, of=Notification))) if most > 0 else []


def _held(session: Session, people: Collection[int]) -> dict[int, Person]:
    """Those of them of whom no other worker is about to claim a message, locked against others who would."""
    wanted = select(Person).where(Person.id.in_(sorted(people))).order_by(Person.id)
    return {one.id: one for one in session.scalars(wanted.with_for_update(key_share=True, skip_locked=True))}


def _another_goes(now: datetime) -> ColumnElement[bool]:
    """Some worker has a message of the same person in its hands: asked with the search, since those of one person may
    be more than are claimed at once, and would hide everybody's behind them."""
    other = aliased(Notification)
    return exists().where(other.person_id == Notification.person_id, other.goes(), other.next_attempt_at > now)


def _with_one_on_its_way(session: Session, people: Collection[int], now: datetime) -> set[int | None]:
    """Those of them of whom some worker has a message in its hands."""
    goes = Notification.goes() & (Notification.next_attempt_at > now)
    return set(session.scalars(select(Notification.person_id).where(goes, Notification.person_id.in_(sorted(people)))))


def _in_turn(
    session: Session, found: Sequence[Notification], people: Collection[int], now: datetime
) -> list[Notification]:
    """Those of them that may go: of no person, or of these of whom no other worker has one, or holds one that was due
    earlier. Asked when the people are held, from when on nobody else takes any of theirs."""
    if not found:
        return []
    free = set(people) - _with_one_on_its_way(session, people, now)
    last = _place(found[-1])
    before = _held_before(session, found, now)
    return [
        row
        for row in found
        if row.person_id is None or (row.person_id in free and _place(row) <= before.get(row.person_id, last))
    ]


def _held_before(session: Session, found: Sequence[Notification], now: datetime) -> dict[int | None, Place]:
    """Of each person the first message that is due and was not found, since another worker holds it. What stands before
    the last that was found is looked through once more; nearly all of it was found, so that it is never long."""
    due = Notification.waits() & ~_another_goes(now) & (Notification.next_attempt_at <= found[-1].next_attempt_at)
    rows = select(Notification.next_attempt_at, Notification.id, Notification.person_id).where(due)
    in_order = rows.order_by(Notification.next_attempt_at, Notification.id).limit(LOOKED_THROUGH)
    ours = {row.id for row in found}
    before: dict[int | None, Place] = {}
    for moment, row_id, person_id in session.execute(in_order):
        if row_id not in ours:
            before.setdefault(person_id, (moment, row_id))
    return before


def _place(row: Notification) -> Place:
    return row.next_attempt_at, row.id


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
