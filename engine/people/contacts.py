"""Telephones and e-mail addresses of people: a contact counts only once it was proved, and families share one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine import localise
from engine.errors import ContactFull
from engine.typed.emails import known_email
from engine.typed.telephones import known_phone
from storage.messages import MessageChannel
from storage.people import Person

MOST_OF_ONE: Final = 8
"""So many people at most are reached by one contact and sign in with it."""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A telephone (``sms``, as E.164) or an e-mail address (``email``) in its normal form."""

    channel: MessageChannel
    address: str

    @property
    def is_phone(self) -> bool:
        return self.channel == MessageChannel.SMS


def spoken(point: ContactPoint) -> str:
    """As people write it: ``012 345 678``."""
    return localise.phone(point.address) if point.is_phone else point.address


def shortened(point: ContactPoint) -> str:
    """So that whoever has it recognises it and nobody else learns it: ``… 678``, ``d…@example.org``."""
    if point.is_phone:
        return f"… {point.address[-3:]}"
    name, _, place = point.address.partition("@")
    return f"{name[:1]}…@{place}"


def contact_point(typed: str) -> ContactPoint | None:
    """What somebody typed as a telephone or an e-mail address; ``None`` when it is neither."""
    email, phone = known_email(typed), known_phone(typed)
    if email is not None:
        return ContactPoint(MessageChannel.EMAIL, email)
    return None if phone is None else ContactPoint(MessageChannel.SMS, phone)


def is_proved(point: ContactPoint) -> ColumnElement[bool]:
    """Whether a person has shown that this contact is theirs."""
    if point.is_phone:
        return (Person.phone == point.address) & Person.phone_proved_at.is_not(None)
    return (Person.email == point.address) & Person.email_proved_at.is_not(None)


def people_proved(session: Session, point: ContactPoint) -> Sequence[Person]:
    """Everybody who has proved this contact, the oldest account first."""
    return session.scalars(select(Person).where(is_proved(point)).order_by(Person.id).limit(MOST_OF_ONE)).all()


def require_room(session: Session, point: ContactPoint, person_id: int) -> None:
    """``ContactFull`` when as many others as possible have proved this contact."""
    others = select(func.count()).select_from(Person).where(is_proved(point), Person.id != person_id)
    if (session.scalar(others) or 0) >= MOST_OF_ONE:
        raise ContactFull(most=MOST_OF_ONE)


def write_proved(person: Person, point: ContactPoint, *, now: datetime) -> None:
    """The contact is the person's, who has just proved it."""
    if point.is_phone:
        person.phone, person.phone_proved_at = point.address, now
    else:
        person.email, person.email_proved_at = point.address, now


def proved_contacts(person: Person) -> tuple[ContactPoint, ...]:
    """How the person may be reached, the telephone first."""
    phone = person.phone if person.phone_proved_at else None
    email = person.email if person.email_proved_at else None
    known = (MessageChannel.SMS, phone), (MessageChannel.EMAIL, email)
    return tuple(ContactPoint(channel, address) for channel, address in known if address)


def first_contact(session: Session, person_id: int) -> ContactPoint | None:
    """The contact by which somebody is reached first; ``None`` for who has proved none."""
    return next(iter(proved_contacts(session.get_one(Person, person_id))), None)
