"""Delivering the outbox: a message is claimed, sent after that commit, and marked; failures come back later."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy.orm import Session

from engine.claiming import Queue, next_attempt, soonest
from engine.connectors import DeliveryFailed, OutgoingMessage
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.messages import Notification, NotificationStatus

ATTEMPTS: Final = 8
OUTBOX: Final = Queue(
    Notification,
    Notification.id,
    Notification.next_attempt_at,
    is_open=lambda _: Notification.status.in_((NotificationStatus.PENDING, NotificationStatus.SENDING)),
    taken={Notification.status: NotificationStatus.SENDING, Notification.attempts: Notification.attempts + 1},
)
log = structlog.get_logger("owso.outbox")


def deliver_due(house: House, *, now: datetime) -> int:
    """Sends what is due, the longest due first; how many left the house."""
    return OUTBOX.work_off(house.database, partial(_deliver, house, now), now=now)


def next_due(session: Session, *, after: datetime | None = None) -> datetime | None:
    """When the next message may leave."""
    return soonest(
        session, Notification.next_attempt_at, Notification.status == NotificationStatus.PENDING, after=after
    )


def _deliver(house: House, now: datetime, claimed: Notification) -> bool:
    message = OutgoingMessage(claimed.idempotency_key, claimed.channel, claimed.address, claimed.subject, claimed.body)
    problem = _send(house, message)
    with house.database.transaction() as session:
        row = session.get_one(Notification, claimed.id, with_for_update=True)
        if (
            problem and row.status == NotificationStatus.SENDING
        ):  # else somebody else was given it meanwhile, and delivered it
            _failed(row, problem, now)
        elif not problem:
            row.status, row.delivered_at, row.last_error = NotificationStatus.DELIVERED, now, ""
    return not problem


def _send(house: House, message: OutgoingMessage) -> str:
    """Why the message did not leave; empty when it did. Of a failure that the gateway did not foresee only the kind is
    kept: its words may name the person."""
    try:
        house.messengers[message.channel].send(message)
    except DeliveryFailed as failure:
        return str(failure)
    except Exception as failure:  # one message that breaks its gateway holds up no other
        log.error("delivery_broke", channel=message.channel, failure=type(failure).__name__)
        return type(failure).__name__
    return ""


def send_again(session: Session, actor: Actor, notification_id: int, *, now: datetime) -> None:
    """An administrator puts a message that failed back into the queue."""
    actor.require(None, ADMINISTRATOR)
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotFound
    if row.status == NotificationStatus.FAILED:
        row.status, row.attempts, row.next_attempt_at = NotificationStatus.PENDING, 0, now


def _failed(row: Notification, reason: str, now: datetime) -> None:
    """Waits longer after each failure; after the last one the message waits for an administrator."""
    row.last_error = reason
    row.status = NotificationStatus.FAILED if row.attempts >= ATTEMPTS else NotificationStatus.PENDING
    row.next_attempt_at = next_attempt(now, row.attempts, row.idempotency_key)
