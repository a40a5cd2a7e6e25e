"""Telling a person something: a row of the outbox, written in the transaction of the fact that it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine.packages.texts import MessageTexts
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.people import Person


def tell(
    session: Session,
    person: Person,
    message: MessageTexts,
    facts: Mapping[str, str],
    *,
    key: str,
    now: datetime,
    application_id: int | None = None,
    urgent: bool = False,
) -> None:
    """Puts the message into the outbox, to go at any hour where it is urgent; on which way it goes is decided when it
    leaves (``engine.clockwork.ways``).

    ``key`` names the fact: a second row with the same key is refused by the database. Somebody with neither phone nor
    e-mail finds the message at the counter and in the account, so it is recorded at once.
    """
    title, body = message.filled(person.language, facts)
    address = person.phone or person.email or ""
    channel = MessageChannel.SMS if person.phone else MessageChannel.EMAIL if person.email else MessageChannel.PORTAL
    session.add(
        Notification(
            idempotency_key=f"{key}/{person.id}/{channel}",
            application_id=application_id,
            person_id=person.id,
            channel=channel,
            address=address,
            language=person.language,
            subject=title,
            body=body,
            short_body=message.short(person.language, facts),
            is_urgent=urgent,
            status=NotificationStatus.PENDING if address else NotificationStatus.RECORDED,
            next_attempt_at=now,
            created_at=now,
            left_at=None if address else now,
        )
    )
