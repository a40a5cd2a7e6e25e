"""The telephone and e-mail of an account, as its person sees them, and the codes of a change that is going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from engine.errors import NotFound, ProofOver
from engine.people import codes
from engine.people.actors import Actor
from engine.people.contact_changes import PURPOSE, Change
from engine.people.contacts import ContactPoint, proved_contacts
from storage.messages import MessageChannel
from storage.people import Person


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact of the account: whether it was proved, and whether the person can do without it."""

    point: ContactPoint
    is_proved: bool
    may_go: bool


@dataclass(frozen=True, slots=True)
class Contacts:
    """``proved``: where a code can come from that confirms a change. ``has_password``: it is asked before one."""

    lines: tuple[ContactLine, ...]
    proved: tuple[ContactPoint, ...]
    has_password: bool


class Stand(StrEnum):
    """Where a code of a change is: not needed, on its way, given back, or over, so that all begins anew."""

    NONE = "none"
    WAITS = "waits"
    SHOWN = "shown"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code of a change, and where it went."""

    stands: Stand
    point: ContactPoint | None = None


def contacts_of(session: Session, actor: Actor) -> Contacts:
    """What the actor is reached by and signs in with."""
    person = session.get(Person, actor.person_id)
    if person is None:
        raise NotFound
    proved = proved_contacts(person)
    known = (MessageChannel.SMS, person.phone), (MessageChannel.EMAIL, person.email)
    points = [ContactPoint(channel, address) for channel, address in known if address]
    lines = tuple(ContactLine(one, one in proved, any(other != one for other in proved)) for one in points)
    return Contacts(lines, proved, person.password_hash is not None)


def codes_of(session: Session, change: Change, *, now: datetime) -> tuple[CodeLine, CodeLine]:
    """The code to the new contact and the one to a contact that the person has."""
    return _line(session, change.new, now), _line(session, change.old, now)


def _line(session: Session, token: str, now: datetime) -> CodeLine:
    if not token:
        return CodeLine(Stand.NONE)
    point = codes.sent_to(session, token, PURPOSE, now=now)
    if point is None:
        return CodeLine(Stand.OVER)
    try:
        codes.proof(session, token, PURPOSE, now=now)
    except ProofOver:
        return CodeLine(Stand.WAITS, point)
    return CodeLine(Stand.SHOWN, point)
