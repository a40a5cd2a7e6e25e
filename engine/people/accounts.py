"""Accounts: registering online, signing in, the password and the language of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import (
    AccountExists,
    BadAnswers,
    ContactMissing,
    NotFound,
    PasswordTooShort,
    WrongSignIn,
)
from engine.house import House
from engine.khmer import LANGUAGES
from engine.people import security_log, sign_ins
from engine.people.actors import Actor, Place
from engine.people.particulars import contact_given, names_given
from engine.typed.emails import known_email
from engine.typed.telephones import known_phone
from storage.people import Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 200
"""Hashing is slow on purpose; nobody may make it slower with a book."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose browser it is now, and the epoch of sign-ins that it belongs to."""

    person_id: int
    epoch: int


def sign_in(session: Session, house: House, login: str, password: str, *, now: datetime) -> SignedIn:  # noqa: ARG001
    """The person behind a phone number or e-mail and a password. ``WrongSignIn`` says neither which of them was wrong
    nor, by its time, whether the account exists or is disabled. Changes nothing."""
    person = _by_login(session, login)
    if person is None or person.password_hash is None:
        house.passwords.hash(password[:LONGEST_PASSWORD])
        raise WrongSignIn
    right = house.passwords.verify(password[:LONGEST_PASSWORD], person.password_hash)
    if not right or person.disabled_at is not None:
        raise WrongSignIn
    return SignedIn(person.id, person.session_epoch)


def note_failure(session: Session, login: str, fingerprint: str, place: Place, *, now: datetime) -> None:
    """Writes into the security log that signing in failed: whose account it was, or the ``fingerprint`` of a login that
    nobody has."""
    person = _by_login(session, login)
    security_log.note(
        session,
        SecurityKind.SIGN_IN_FAILED,
        Actor(None, place=place),
        person_id=None if person is None else person.id,
        data={"login": fingerprint} if person is None else {},
        at=now,
    )


def register(
    session: Session,
    house: House,
    *,
    phone: str,
    email: str,
    password: str,
    name_km: str = "",
    name_latin: str = "",
    language: str = "km",
    now: datetime,
) -> SignedIn:
    """A new account, not yet verified, reached by phone or e-mail. ``BadAnswers`` maps a field to a ``Refused``."""
    wrong: dict[str, object] = {}
    contact = contact_given(phone, email, wrong)
    if not contact.phone and not contact.email and not wrong:
        wrong["phone"] = ContactMissing()
    names = names_given(name_km, name_latin, wrong)
    if len(password) < SHORTEST_PASSWORD:
        wrong["password"] = PasswordTooShort(shortest=SHORTEST_PASSWORD)
    if wrong:
        raise BadAnswers(wrong)
    person = Person(
        phone=contact.phone,
        email=contact.email,
        password_hash=house.passwords.hash(password[:LONGEST_PASSWORD]),
        name_km=names.km,
        name_latin=names.latin,
        language=language if language in LANGUAGES else "km",
        created_at=now,
    )
    add_person(session, person)
    return SignedIn(person.id, person.session_epoch)


def change_language(session: Session, actor: Actor, language: str) -> None:
    """The language in which messages reach the person; an unknown one changes nothing."""
    if language in LANGUAGES:
        _myself(session, actor).language = language


def change_password(session: Session, house: House, actor: Actor, old: str, new: str, *, now: datetime) -> SignedIn:
    """Gives the person a new password and ends all sign-ins. ``BadAnswers`` names the field that was wrong."""
    person = _myself(session, actor)
    if person.password_hash is None or not house.passwords.verify(old[:LONGEST_PASSWORD], person.password_hash):
        raise BadAnswers({"old": WrongSignIn()})
    if len(new) < SHORTEST_PASSWORD:
        raise BadAnswers({"new": PasswordTooShort(shortest=SHORTEST_PASSWORD)})
    person.password_hash = house.passwords.hash(new[:LONGEST_PASSWORD])
    sign_ins.end_all(session, person, EndReason.PASSWORD)
    security_log.note(session, SecurityKind.PASSWORD_CHANGED, actor, person_id=person.id, at=now)
    return SignedIn(person.id, person.session_epoch)


def _by_login(session: Session, login: str) -> Person | None:
    email, phone = known_email(login), known_phone(login)
    if email is None and phone is None:
        return None
    return session.scalar(select(Person).where(Person.email == email if email else Person.phone == phone))


def _myself(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id, with_for_update=True)
    if person is None:
        raise NotFound
    return person


def add_person(session: Session, person: Person) -> None:
    session.add(person)
    write_person(session)


def write_person(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as taken:
        raise AccountExists from taken
