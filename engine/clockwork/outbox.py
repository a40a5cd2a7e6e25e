"""Sending the outbox: messages are claimed many at a time, handed to their senders after that commit, and marked.

The senders get them side by side, each person's one after the other. What failed comes back later; a sender that
refuses a message, or fails too often, is given up for the next way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.claiming import FIRST, Soonest, next_attempt, soonest
from engine.clockwork import claiming_messages, handing_over
from engine.clockwork.handing_over import HandedOver
from engine.clockwork.ways import RECORDING, has_another, sender_of
from engine.connectors import DeliveryFailed, Informed, MessageRefused, PerhapsSent
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.messages import Notification, NotificationStatus

ATTEMPTS: Final = 8
ATTEMPTS_BEFORE_THE_NEXT: Final = 3
"""So often a sender fails before another one has its turn, where there is another."""
LONGEST_PAUSE: Final = timedelta(hours=12)
WAITING: Final = (NotificationStatus.PENDING, NotificationStatus.SENDING)
log = structlog.get_logger("owso.outbox")


def deliver_due(house: House, *, now: datetime) -> int:
    """Sends what is due, what is urgent before all else, then the longest due; how many were dealt with: they left, are
    recorded, or have to wait for a later moment. At most as many as are claimed at once: the next sweep follows right
    away. What cannot be written down is raised when everything else was."""
    since = monotonic()
    with house.database.transaction() as session:
        claimed = claiming_messages.claim(session, house, now=now)
    failures = [
        failure
        for together in handing_over.hand_over(house, claimed.rows, since=since)
        for failure in _written_down(house, together, now)
    ]
    if failures:
        raise failures[0]
    return claimed.settled + len(claimed.rows)


def next_due(after: datetime | None = None) -> Soonest:
    """When the next message may leave."""
    return soonest(Notification.next_attempt_at, Notification.waits(), after=after)


def send_again(session: Session, actor: Actor, notification_id: int, *, now: datetime) -> None:
    """An administrator puts a message that failed back into the queue, with every way before it."""
    actor.require(None, ADMINISTRATOR)
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotFound
    if row.status == NotificationStatus.FAILED and row.secret_until is None:
        row.status, row.attempts, row.next_attempt_at = NotificationStatus.PENDING, 0, now
        row.passed, row.times_unsure, row.held_until = [], 0, now


def give_up(session: Session, house: House, row: Notification, reason: str, *, now: datetime) -> None:
    """The sender that had the message is given up: the next way has its turn, else the message has failed."""
    row.last_error, row.ask_at, row.reference = reason, None, ""
    row.status = NotificationStatus.PENDING if has_another(session, house, row) else NotificationStatus.FAILED
    row.passed, row.attempts, row.next_attempt_at = [*row.passed, row.sender], 0, now


def _written_down(house: House, together: Sequence[HandedOver], now: datetime) -> list[Exception]:
    """Why not, of what could not be: what left and is not written down leaves once more, so that each message is tried
    by itself when it failed with others, and stops no other."""
    try:
        _mark(house, together, now)
    except Exception:  # said for the message that it comes from, if it comes again
        return [failure for each in together if (failure := _tried_again(house, each, now)) is not None]
    return []


def _tried_again(house: House, each: HandedOver, now: datetime) -> Exception | None:
    try:
        _mark(house, [each], now)
    except Exception as failure:
        log.error("not_written_down", row=each.claimed.id, failure=type(failure).__name__)
        return failure
    return None


def _mark(house: House, together: Sequence[HandedOver], now: datetime) -> None:
    """Writes down what became of messages that were handed over. Another worker may have one meanwhile, where this one
    was slow: then a failure is none any more."""
    ids = [each.claimed.id for each in together]
    rows = select(Notification).where(Notification.id.in_(ids)).order_by(Notification.id).with_for_update()
    with house.database.transaction() as session:
        found = {row.id: row for row in session.scalars(rows)}
        for each in together:
            row = found[each.claimed.id]
            is_ours = (row.status, row.sendings) == (NotificationStatus.SENDING, each.claimed.sendings)
            if each.is_left and is_ours:
                _given_back(row)
            elif each.failure is not None and is_ours:
                _failed(session, house, row, each.failure, now)
            elif each.failure is None and not each.is_left:
                _left(house, row, each.claimed, each.reference, now)


def _given_back(row: Notification) -> None:
    """As if it had not been claimed. It was due, and so it is again, before what was written after it."""
    row.status, row.next_attempt_at = NotificationStatus.PENDING, row.created_at
    row.attempts, row.sendings = row.attempts - 1, row.sendings - 1


def _left(house: House, row: Notification, claimed: Notification, reference: str, now: datetime) -> None:
    """Written down once; a report that was quicker than the answer stands."""
    same = row.sendings == claimed.sendings
    if row.status == NotificationStatus.SENDING or (row.status == NotificationStatus.PENDING and not same):
        row.status = NotificationStatus.RECORDED if claimed.sender == RECORDING else NotificationStatus.SENT
        row.left_at, row.last_error = now, ""
        claiming_messages.take_out_secret(row)
    if same and row.status in (NotificationStatus.SENT, NotificationStatus.DELIVERED):
        row.left_at, row.reference = row.left_at or now, reference
        if reference and isinstance(sender_of(house, claimed.sender), Informed):
            row.ask_at, row.times_asked = now + FIRST, 0


def _failed(session: Session, house: House, row: Notification, failure: DeliveryFailed, now: datetime) -> None:
    """Waits longer after each failure; after the last one the message waits for an administrator."""
    row.last_error = str(failure)
    row.times_unsure += isinstance(failure, PerhapsSent)
    attempts = ATTEMPTS_BEFORE_THE_NEXT if has_another(session, house, row) else ATTEMPTS
    if row.times_unsure >= claiming_messages.MOST_UNSURE:
        row.status = NotificationStatus.FAILED
    elif isinstance(failure, MessageRefused) or row.attempts >= attempts:
        give_up(session, house, row, row.last_error, now=now)
    else:
        row.status = NotificationStatus.PENDING
        wanted = now + min(timedelta(seconds=failure.again_in), LONGEST_PAUSE)
        row.next_attempt_at = max(wanted, next_attempt(now, row.attempts, row.idempotency_key))
