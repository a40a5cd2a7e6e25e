"""Accounts: signing in, registering online, and registering somebody whom a counter officer helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import (
    AccountExists,
    AlreadyVerified,
    BadAnswers,
    ContactMissing,
    NotAllowed,
    NotFound,
    PasswordTooShort,
    PersonKnown,
    WrongSignIn,
)
from engine.house import House
from engine.khmer import LANGUAGES
from engine.packages.groups import FRONT_OFFICE
from engine.people import security_log, sign_ins
from engine.people.actors import Actor, Place
from engine.people.particulars import contact_given, names_given
from engine.typed.emails import known_email
from engine.typed.signs import compact
from engine.typed.telephones import known_phone
from storage.people import IdentityStatus, Person
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


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as their papers say; phone and e-mail (as typed) only where they have them."""

    name_km: str
    name_latin: str = ""
    sex: str = ""
    born_on: date | None = None
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: Mapping[str, Any] = field(default_factory=dict)


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
    _add(session, person)
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


def register_at_counter(
    session: Session,
    house: House,  # noqa: ARG001
    actor: Actor,
    office_id: int,
    identity: Identity,
    *,
    now: datetime,
) -> int:
    """The id of a new person whose papers the front office has seen, so verified at once; no password.

    Needs no phone and no e-mail. ``AccountExists`` when one of them belongs to somebody already, ``PersonKnown`` when
    the identity document does.
    """
    actor.require(office_id, FRONT_OFFICE)
    _require_unknown(session, identity, None)
    person = Person(created_at=now)
    _write_identity(person, identity)
    person.identity_status = IdentityStatus.VERIFIED
    _add(session, person)
    return person.id


def verify_at_counter(session: Session, actor: Actor, office_id: int, person_id: int, identity: Identity) -> None:
    """The front office has seen the papers of somebody with an account: the account is verified with them.

    Doing it twice with the same document is harmless; ``AlreadyVerified`` with another one, because what a verified
    account says is not written over. ``NotAllowed`` for one's own account, ``PersonKnown`` for a document that another
    account was verified with.
    """
    actor.require(office_id, FRONT_OFFICE)
    if person_id == actor.person_id:
        raise NotAllowed
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if person.identity_status == IdentityStatus.VERIFIED:
        if (person.id_kind, person.id_number) == (identity.id_kind, _id_number(identity)):
            return
        raise AlreadyVerified
    _require_unknown(session, identity, person.id)
    _write_identity(person, identity)
    person.identity_status = IdentityStatus.VERIFIED
    _flush(session)


def account_facts(person: Person) -> dict[str, Any]:
    """What forms can be filled from, under the names that a form's ``prefill`` uses."""
    facts = {
        "name_km": person.name_km,
        "name_latin": person.name_latin,
        "sex": person.sex,
        "birth_date": person.born_on.isoformat() if person.born_on else None,
        "id_kind": person.id_kind,
        "id_number": person.id_number,
        "phone": person.phone,
        "email": person.email,
        "address": dict(person.address) or None,
    }
    return {name: value for name, value in facts.items() if value}


def take_over(person: Person, facts: Mapping[str, Any]) -> None:
    """Writes what an applicant said about themselves (names as in ``account_facts``) into their account. Phone and
    e-mail are how people sign in and stay as they are."""
    born_on = facts.get("birth_date")
    person.born_on = date.fromisoformat(born_on) if born_on else person.born_on
    for name in ("name_km", "name_latin", "sex", "id_kind", "id_number", "address"):
        if facts.get(name):
            setattr(person, name, facts[name])


def _write_identity(person: Person, identity: Identity) -> None:
    wrong: dict[str, object] = {}
    contact = contact_given(identity.phone, identity.email, wrong)
    names = names_given(identity.name_km, identity.name_latin, wrong)
    if wrong:
        raise BadAnswers(wrong)
    if person.password_hash is None:  # somebody who signs in keeps what they sign in with
        person.phone, person.email = contact.phone, contact.email
    person.name_km, person.name_latin = names.km, names.latin
    person.sex, person.born_on = identity.sex, identity.born_on
    person.id_kind, person.id_number = identity.id_kind, _id_number(identity)
    person.address = dict(identity.address)


def _id_number(identity: Identity) -> str:
    return compact(identity.id_number)


def _require_unknown(session: Session, identity: Identity, person_id: int | None) -> None:
    """One document, one account: whoever is known is looked up, not registered again."""
    if not _id_number(identity):
        return
    known = select(Person.id).where(Person.id_kind == identity.id_kind, Person.id_number == _id_number(identity))
    if session.scalar(known.where(Person.id != (person_id or 0)).limit(1)) is not None:
        raise PersonKnown


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


def _add(session: Session, person: Person) -> None:
    session.add(person)
    _flush(session)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as taken:
        raise AccountExists from taken
