"""Accounts: opened for somebody, signed in to, the password and the language of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import (
    AccountExists,
    BadAnswers,
    ContactMissing,
    NotFound,
    WrongSignIn,
)
from engine.house import House
from engine.khmer import LANGUAGES
from engine.people import passwords, security_log, sign_ins
from engine.people.actors import Actor, Place
from engine.people.contacts import MOST_OF_ONE, contact_point, people_proved
from engine.people.particulars import contact_given, names_given
from storage.people import Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason

LIKE_A_FAMILY: Final = 0.3
"""So many of the contacts that nobody has answer as if two people shared them; of those as many as if a third did."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose browser it is now, and the epoch of sign-ins that it belongs to."""

    person_id: int
    epoch: int


def sign_in(session: Session, house: House, login: str, password: str, *, now: datetime) -> SignedIn:  # noqa: ARG001
    """The person behind a proved phone number or e-mail and a password; where several people share it, the one whose
    password it is, and nobody where it is that of two. ``WrongSignIn`` says neither which was wrong nor, by its time,
    whether there is an account or it is disabled. Changes nothing."""
    point = contact_point(login)
    known = [] if point is None else [one for one in people_proved(session, point) if one.password_hash is not None]
    if not known:
        for _ in range(_as_of_a_family(house, login if point is None else point.address)):
            passwords.waste(house.passwords, password)
        raise WrongSignIn
    right = [one for one in known if passwords.fits(house.passwords, password, one.password_hash or "")]
    if len(right) != 1 or right[0].disabled_at is not None:  # two with one password: a code asks which of them it is
        raise WrongSignIn
    return SignedIn(right[0].id, right[0].session_epoch)


def note_failure(session: Session, login: str, fingerprint: str, place: Place, *, now: datetime) -> None:
    """Writes into the security log that signing in failed: whose account it was, or the ``fingerprint`` of a login that
    nobody has."""
    person = person_of_login(session, login)
    security_log.note(
        session,
        SecurityKind.SIGN_IN_FAILED,
        Actor(None, place=place),
        person_id=None if person is None else person.id,
        data={"login": fingerprint} if person is None else {},
        at=now,
    )


def open_account(
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
    """A new account, not yet verified, of somebody whose phone or e-mail the caller knows to be theirs: of officers and
    of invented people. Whoever registers shows it themselves (``engine.people.door``). ``BadAnswers`` maps a field to a
    ``Refused``; ``AccountExists`` where somebody is reached there already."""
    wrong: dict[str, object] = {}
    contact = contact_given(phone, email, wrong)
    if not contact.phone and not contact.email and not wrong:
        wrong["phone"] = ContactMissing()
    names = names_given(name_km, name_latin, wrong)
    known = tuple(filter(None, (contact.phone, contact.email, names.km, names.latin)))
    if fault := passwords.judge(password, known=known):
        wrong["password"] = fault
    if wrong:
        raise BadAnswers(wrong)
    for typed in (contact.phone, contact.email):
        if typed and person_of_login(session, typed) is not None:
            raise AccountExists
    person = Person(
        phone=contact.phone,
        phone_proved_at=now if contact.phone else None,
        email=contact.email,
        email_proved_at=now if contact.email else None,
        password_hash=passwords.hashed(house.passwords, password),
        name_km=names.km,
        name_latin=names.latin,
        language=language if language in LANGUAGES else "km",
        created_at=now,
    )
    session.add(person)
    session.flush()
    return SignedIn(person.id, person.session_epoch)


def change_language(session: Session, actor: Actor, language: str) -> None:
    """The language in which messages reach the person; an unknown one changes nothing."""
    if language in LANGUAGES:
        _myself(session, actor).language = language


def change_password(session: Session, house: House, actor: Actor, old: str, new: str, *, now: datetime) -> SignedIn:
    """Gives the person a new password and ends all sign-ins. ``BadAnswers`` names the field that was wrong."""
    person = _myself(session, actor)
    if person.password_hash is None or not passwords.fits(house.passwords, old, person.password_hash):
        raise BadAnswers({"old": WrongSignIn()})
    if fault := passwords.judge(new, known=known_of(person)):
        raise BadAnswers({"new": fault})
    person.password_hash = passwords.hashed(house.passwords, new)
    sign_ins.end_all(session, person, EndReason.PASSWORD)
    security_log.note(session, SecurityKind.PASSWORD_CHANGED, actor, person_id=person.id, at=now)
    return SignedIn(person.id, person.session_epoch)


def person_of_login(session: Session, login: str) -> Person | None:
    """Who signs in with this phone number or e-mail: of several who share it the oldest account."""
    point = contact_point(login)
    return None if point is None else next(iter(people_proved(session, point)), None)


def known_of(person: Person) -> tuple[str, ...]:
    """What others know of somebody, of which no password is made."""
    return tuple(filter(None, (person.phone, person.email, person.name_km, person.name_latin)))


def _as_of_a_family(house: House, address: str) -> int:
    """How many passwords are looked at where there is none: some contacts that nobody has answer as slowly as those
    that a family shares, always the same ones."""
    drawn = house.safety.sealing.chance(f"passwords looked at/{address}")
    return 1 + sum(drawn < LIKE_A_FAMILY**others for others in range(1, MOST_OF_ONE))


def _myself(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id, with_for_update=True)
    if person is None:
        raise NotFound
    return person
