"""What senders say became of a message: they report it, or are asked."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from engine.claiming import Queue, Soonest, next_attempt, soonest
from engine.clockwork import outbox
from engine.connectors import DeliveryFailed, Fate, Informed, Reported
from engine.errors import NotFound
from engine.house import House
from storage.messages import Notification, NotificationStatus

TIMES_ASKED: Final = 13
"""Some two days; what is not known by then is never told."""
NOT_DELIVERED: Final = "the sender could not deliver it"
QUESTIONS: Final = Queue(
    Notification,
    Notification.id,
    Notification.ask_at,
    is_open=lambda _: Notification.status == NotificationStatus.SENT,
    taken={Notification.times_asked: Notification.times_asked + 1},
)


def take_report(
    session: Session, house: House, sender: str, number: int, sending: int, *, signature: str, word: str, now: datetime
) -> None:
    """A sender reports about one sending of a message. ``NotFound`` for an address that we never gave; what comes
    twice, late, or about a message that is no longer there changes nothing."""
    reporter = house.messengers.get(sender)
    if not isinstance(reporter, Reported) or not reporter.vouches(number, sending, signature):
        raise NotFound
    row = session.get(Notification, number, with_for_update=True)
    if row is None:
        return
    fate = reporter.reported(word)
    is_newest = row.sender == sender and row.sendings == sending
    if fate == Fate.DELIVERED or (is_newest and row.status in (*outbox.WAITING, NotificationStatus.SENT)):
        _settle(session, house, row, fate, now)


def ask_due(house: House, *, now: datetime) -> int:
    """Asks senders about messages that they took; of how many the fate is known now."""
    return QUESTIONS.work_off(house.database, partial(_ask, house, now), now=now, outage=DeliveryFailed)


def next_due(after: datetime | None = None) -> Soonest:
    """When the next sender is to be asked."""
    return soonest(Notification.ask_at, Notification.status == NotificationStatus.SENT, after=after)


def _ask(house: House, now: datetime, claimed: Notification) -> bool:
    sender = house.messengers.get(claimed.sender)
    fate = sender.fate(claimed.reference) if isinstance(sender, Informed) else Fate.UNKNOWN
    with house.database.transaction() as session:
        row = session.get_one(Notification, claimed.id, with_for_update=True)
        if row.status != NotificationStatus.SENT or row.sendings != claimed.sendings:
            return False
        again = isinstance(sender, Informed) and row.times_asked < TIMES_ASKED
        row.ask_at = next_attempt(now, row.times_asked, row.idempotency_key) if again else None
        _settle(session, house, row, fate, now)
    return fate != Fate.UNKNOWN


def _settle(session: Session, house: House, row: Notification, fate: Fate, now: datetime) -> None:
    if fate == Fate.DELIVERED and row.status != NotificationStatus.DELIVERED:
        row.status, row.delivered_at, row.ask_at, row.last_error = NotificationStatus.DELIVERED, now, None, ""
        row.left_at = row.left_at or now
    elif fate == Fate.FAILED:
        outbox.give_up(session, house, row, NOT_DELIVERED, now=now)
