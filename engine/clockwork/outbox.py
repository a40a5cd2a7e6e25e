"""Delivering the outbox: a row is claimed for a while, sent after that commit, and marked; failures come back later."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from engine.connectors import DeliveryFailed, OutgoingMessage
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.messages import Notification

LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(minutes=1)
ATTEMPTS = 8
BATCH = 200
log = structlog.get_logger("owso.outbox")


def deliver_due(house: House, *, now: datetime) -> int:
    """Sends what is due, oldest first; how many left the house."""
    with house.database.reading() as session:
        due = session.scalars(
            select(Notification.id).where(_claimable(now)).order_by(Notification.id).limit(BATCH)
        ).all()
    return sum(_deliver(house, notification_id, now) for notification_id in due)


def _deliver(house: House, notification_id: int, now: datetime) -> bool:
    with house.database.transaction() as session:
        message = claim(session, notification_id, now=now)
    if message is None:
        return False
    problem = _send(house, message)
    if problem:
        with house.database.transaction() as session:
            _failed(session, notification_id, problem, now)
        return False
    with house.database.transaction() as session:
        row = session.get_one(Notification, notification_id)
        row.status, row.delivered_at, row.lease_until, row.last_error = "delivered", now, None, ""
    return True


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


def claim(session: Session, notification_id: int, *, now: datetime) -> OutgoingMessage | None:
    """Takes a due message for this worker; ``None`` when another worker was quicker."""
    claimed = session.execute(
        update(Notification)
        .where(Notification.id == notification_id, _claimable(now))
        .values(status="sending", lease_until=now + LEASE, attempts=Notification.attempts + 1)
        .returning(
            Notification.idempotency_key,
            Notification.channel,
            Notification.address,
            Notification.subject,
            Notification.body,
        )
    ).one_or_none()
    return None if claimed is None else OutgoingMessage(*claimed)


def send_again(session: Session, actor: Actor, notification_id: int, *, now: datetime) -> None:
    """An administrator puts a message that failed back into the queue."""
    actor.require(None, ADMINISTRATOR)
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotFound
    if row.status == "failed":
        row.status, row.attempts, row.next_attempt_at = "pending", 0, now


def _failed(session: Session, notification_id: int, reason: str, now: datetime) -> None:
    """Waits twice as long after each failure; after the last one the message waits for an administrator."""
    row = session.get_one(Notification, notification_id)
    row.last_error, row.lease_until = reason, None
    row.status = "failed" if row.attempts >= ATTEMPTS else "pending"
    row.next_attempt_at = now + FIRST_RETRY * 2 ** (row.attempts - 1)


def _claimable(now: datetime) -> ColumnElement[bool]:
    waiting = (Notification.status == "pending") & (Notification.next_attempt_at <= now)
    abandoned = (Notification.status == "sending") & (Notification.lease_until < now)
    return or_(waiting, abandoned)
