"""Telling people: a message is a row of the outbox, written in the same transaction as the fact it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine.packages.texts import MessageTexts
from engine.people.contacts import ContactPoint, proved_contacts
from engine.people.message_words import in_effect
from engine.people.representatives import is_business
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
    leaves: bool = True,
) -> None:
    """Puts the message into the outbox, to go at any hour where it is urgent; on which way it goes is decided when it
    leaves (``engine.clockwork.ways``); of a business those of its representatives are looked for then.

    ``key`` names the fact: a second row with the same key is refused by the database. Somebody who has proved neither
    telephone nor e-mail finds the message at the counter and in the account, so it is recorded at once; and so is one
    that does not leave, since its officer hears of the fact by the bell (decision 79).
    """
    message = in_effect(session, message, now=now)
    title, body = message.filled(person.language, facts)
    reached = next(iter(proved_contacts(person)), None) if leaves else None
    waits = reached is not None or (leaves and is_business(person))
    channel = reached.channel if reached else MessageChannel.PORTAL
    session.add(
        Notification(
            idempotency_key=f"{key}/{person.id}/{channel}",
            application_id=application_id,
            person_id=person.id,
            channel=channel,
            address=reached.address if reached else "",
            language=person.language,
            subject=title,
            body=body,
            short_body=message.short(person.language, facts),
            is_urgent=urgent,
            status=NotificationStatus.PENDING if waits else NotificationStatus.RECORDED,
            next_attempt_at=now,
            created_at=now,
            left_at=None if waits else now,
        )
    )


def tell_contact(
    session: Session,
    point: ContactPoint,
    message: MessageTexts,
    facts: Mapping[str, str],
    *,
    key: str,
    language: str,
    until: datetime | None = None,
    person_id: int | None = None,
    now: datetime,
) -> None:
    """Puts a message to a telephone or mailbox into the outbox, whoever has it: it goes there and nowhere else, at any
    hour. ``until``: it holds a secret that is worth nothing from then on; its words are taken out of the outbox as soon
    as it has left, and it is not sent later than that."""
    message = in_effect(session, message, now=now)
    title, body = message.filled(language, facts)
    session.add(
        Notification(
            idempotency_key=key,
            person_id=person_id,
            channel=point.channel,
            address=point.address,
            is_direct=True,
            secret_until=until,
            language=language,
            subject=title,
            body=body,
            short_body=message.short(language, facts),
            is_urgent=True,
            next_attempt_at=now,
            created_at=now,
        )
    )


def tell_officer(
    session: Session,
    officer: Person,
    address: tuple[MessageChannel, str],
    title: str,
    body: str,
    *,
    key: str,
    now: datetime,
) -> None:
    """Puts a message to an officer into the outbox, to go to the address that they chose for their work and nowhere
    else. Not urgent: it waits for the end of quiet hours, and is one of those that an hour may bring."""
    channel, where = address
    session.add(
        Notification(
            idempotency_key=key,
            person_id=officer.id,
            channel=channel,
            address=where,
            is_direct=True,
            language=officer.language,
            subject=title,
            body=body,
            next_attempt_at=now,
            created_at=now,
        )
    )


def tell_everywhere(
    session: Session, person: Person, message: MessageTexts, facts: Mapping[str, str], *, key: str, now: datetime
) -> None:
    """Puts the message into the outbox once for each contact that the person has proved, so that whoever holds only one
    of them cannot keep it from them. Somebody who has proved none finds it in the account."""
    contacts = proved_contacts(person)
    for point in contacts:
        tell_contact(
            session,
            point,
            message,
            facts,
            key=f"{key}/{person.id}/{point.channel}",
            language=person.language,
            person_id=person.id,
            now=now,
        )
    if not contacts:
        tell(session, person, message, facts, key=key, now=now)
