"""Sending the outbox: a message is claimed, handed to a sender after that commit, and marked.

What failed comes back later; a sender that refuses it, or fails too often, is given up for the next way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import case
from sqlalchemy.orm import Session

from engine.claiming import FIRST, Queue, next_attempt, soonest
from engine.clockwork import turns_of_messages
from engine.clockwork.ways import RECORDING, has_another, next_way, sender_of
from engine.connectors import DeliveryFailed, Informed, MessageRefused, OutgoingMessage, PerhapsSent, SenderAway
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.messages import MessageChannel, Notification, NotificationStatus

ATTEMPTS: Final = 8
ATTEMPTS_BEFORE_THE_NEXT: Final = 3
"""So often a sender fails before another one has its turn, where there is another."""
LONGEST_PAUSE: Final = timedelta(hours=12)
MOST_UNSURE: Final = 2
"""A message of which nobody knows whether it left is handed over once more, and then no more."""
AT_ONCE: Final = 50
"""So many leave in one sweep, so that timers are not kept waiting by a slow sender; the next sweep follows at once."""
NO_WAY: Final = "nobody reaches this person"
TOO_LATE: Final = "the code in it is worth nothing any more"
WAITING: Final = (NotificationStatus.PENDING, NotificationStatus.SENDING)
OUTBOX: Final = Queue(
    Notification,
    Notification.id,
    Notification.next_attempt_at,
    is_open=lambda _: Notification.status.in_(WAITING),
    taken={
        Notification.status: NotificationStatus.SENDING,
        Notification.attempts: Notification.attempts + 1,
        Notification.sendings: Notification.sendings + 1,
        Notification.times_unsure: Notification.times_unsure
        + case((Notification.status == NotificationStatus.SENDING, 1), else_=0),  # its worker died over it
    },
    batch=AT_ONCE,
)
log = structlog.get_logger("owso.outbox")


def deliver_due(house: House, *, now: datetime) -> int:
    """Sends what is due, the longest due first; how many were taken by a sender or recorded."""
    silent: dict[str, str] = {}
    act, claim = partial(_send, house, now, silent), partial(_claim, house)
    return OUTBOX.work_off(house.database, act, now=now, claim=claim)


def next_due(session: Session, *, after: datetime | None = None) -> datetime | None:
    """When the next message may leave."""
    return soonest(
        session, Notification.next_attempt_at, Notification.status == NotificationStatus.PENDING, after=after
    )


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


def _claim(house: House, session: Session, row_id: int, *, now: datetime) -> Notification | None:
    """The message with the way that it takes, unless it has to wait for its turn or is only read in the account."""
    row = OUTBOX.claim(session, row_id, now=now)
    if row is None:
        return None
    if row.secret_until is not None and now >= row.secret_until:
        row.status, row.last_error = NotificationStatus.FAILED, TOO_LATE
        take_out_secret(row)
        return None
    way = next_way(session, house, row)
    if way is None or row.times_unsure >= MOST_UNSURE:
        row.status, row.last_error = NotificationStatus.FAILED, row.last_error or NO_WAY
        return None
    held = None if way.sender == RECORDING else turns_of_messages.held_until(session, house, row, way, now=now)
    if held is not None:
        row.status, row.next_attempt_at, row.held_until = NotificationStatus.PENDING, held, held
        row.attempts, row.sendings = row.attempts - 1, row.sendings - 1
        return None
    if row.sender != way.sender:
        row.attempts = 1
    row.sender, row.channel, row.address = way.sender, way.channel, way.address
    if way.channel != MessageChannel.PORTAL:
        return row
    row.status, row.left_at = NotificationStatus.RECORDED, now
    return None


def _send(house: House, now: datetime, silent: dict[str, str], claimed: Notification) -> bool:
    try:
        reference = _hand_over(house, claimed, silent)
    except DeliveryFailed as failure:
        with house.database.transaction() as session:
            row = session.get_one(Notification, claimed.id, with_for_update=True)
            if (row.status, row.sendings) == (NotificationStatus.SENDING, claimed.sendings):
                _failed(session, house, row, failure, now)  # else somebody else has it meanwhile
        return False
    with house.database.transaction() as session:
        _left(house, session.get_one(Notification, claimed.id, with_for_update=True), claimed, reference, now)
    return True


def _hand_over(house: House, claimed: Notification, silent: dict[str, str]) -> str:
    """The number that the sender gives it. A sender that is away is not asked again in this sweep: the messages behind
    would only wait for the same silence. Of a failure that nobody foresaw only the kind is kept: its words may name the
    person."""
    if claimed.sender in silent:
        raise SenderAway(silent[claimed.sender])
    short = claimed.short_body if claimed.channel == MessageChannel.SMS else ""
    message = OutgoingMessage(
        claimed.idempotency_key, claimed.channel, claimed.address, claimed.subject, short or claimed.body,
        claimed.id, claimed.sendings,
    )  # fmt: skip
    try:
        return sender_of(house, claimed.sender).send(message)
    except SenderAway as failure:
        silent[claimed.sender] = str(failure)
        raise
    except DeliveryFailed:
        raise
    except Exception as failure:  # one message that breaks its sender holds up no other
        log.error("delivery_broke", sender=claimed.sender, failure=type(failure).__name__)
        raise DeliveryFailed(type(failure).__name__) from failure


def _left(house: House, row: Notification, claimed: Notification, reference: str, now: datetime) -> None:
    """Written down once; a report that was quicker than the answer stands."""
    same = row.sendings == claimed.sendings
    if row.status == NotificationStatus.SENDING or (row.status == NotificationStatus.PENDING and not same):
        row.status = NotificationStatus.RECORDED if claimed.sender == RECORDING else NotificationStatus.SENT
        row.left_at, row.last_error = now, ""
        take_out_secret(row)
    if same and row.status in (NotificationStatus.SENT, NotificationStatus.DELIVERED):
        row.left_at, row.reference = row.left_at or now, reference
        if reference and isinstance(sender_of(house, claimed.sender), Informed):
            row.ask_at, row.times_asked = now + FIRST, 0


def take_out_secret(row: Notification) -> None:
    """Nobody reads in the outbox what only the person was to know, once it has left or will not leave any more."""
    if row.secret_until is not None:
        row.body = row.short_body = ""


def _failed(session: Session, house: House, row: Notification, failure: DeliveryFailed, now: datetime) -> None:
    """Waits longer after each failure; after the last one the message waits for an administrator."""
    row.last_error = str(failure)
    row.times_unsure += isinstance(failure, PerhapsSent)
    attempts = ATTEMPTS_BEFORE_THE_NEXT if has_another(session, house, row) else ATTEMPTS
    if row.times_unsure >= MOST_UNSURE:
        row.status = NotificationStatus.FAILED
    elif isinstance(failure, MessageRefused) or row.attempts >= attempts:
        give_up(session, house, row, row.last_error, now=now)
    else:
        row.status = NotificationStatus.PENDING
        wanted = now + min(timedelta(seconds=failure.again_in), LONGEST_PAUSE)
        row.next_attempt_at = max(wanted, next_attempt(now, row.attempts, row.idempotency_key))
