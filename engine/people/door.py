"""The door: registering, and getting back into an account, by a code that shows whose telephone or mailbox it is.

Whoever asks for a code learns nothing about accounts. Only who gave it back is told which accounts are reached by this
contact, and makes another one or gives one of them a new password. Before that there is no row of a person, so nobody
owns anything by typing somebody's number first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import (
    AccountDisabled,
    BadAnswers,
    ContactFull,
    ContactMissing,
    NoAccountChosen,
    PasswordShared,
    Refused,
    SecondPersonResets,
)
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.people import codes, passwords, security_log, sign_ins
from engine.people.accounts import SignedIn, known_of
from engine.people.actors import Actor, Place
from engine.people.codes import SOMEBODY, Asker, CodeRequest
from engine.people.contacts import MOST_OF_ONE, ContactPoint, is_proved, people_proved, write_proved
from engine.people.names import shortened_name
from engine.people.particulars import contact_given, names_given
from engine.people.telling import tell_everywhere
from storage.codes import CodePurpose
from storage.messages import MessageChannel
from storage.people import IdentityStatus, Membership, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


class Standing(StrEnum):
    """What somebody who shows a contact may do with an account that is reached by it: set a new password; claim one
    that was made at the counter; nothing, because it is an officer's, or disabled."""

    OPEN = "open"
    UNCLAIMED = "unclaimed"
    OFFICER = "officer"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Reached:
    """An account that is reached by a contact, as whoever showed the contact is told of it: the name shortened."""

    person_id: int
    name: Bilingual
    since: datetime
    standing: Standing
    is_verified: bool

    @property
    def is_offered(self) -> bool:
        return self.standing in (Standing.OPEN, Standing.UNCLAIMED)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody who registers says of themselves, as typed."""

    name_km: str
    name_latin: str
    password: str = field(repr=False)
    language: str = "km"


def read_contact(typed: str) -> ContactPoint:
    """What somebody typed as a phone number or an e-mail address; ``ContactMissing``, ``NotAPhone``, ``NotAnEmail``."""
    wrong: dict[str, object] = {}
    email = typed if "@" in typed else ""
    given = contact_given("" if email else typed, email, wrong)
    for fault in wrong.values():
        if isinstance(fault, Refused):
            raise fault
    if given.email is not None:
        return ContactPoint(MessageChannel.EMAIL, given.email)
    if given.phone is None:
        raise ContactMissing
    return ContactPoint(MessageChannel.SMS, given.phone)


def ask(
    session: Session, house: House, point: ContactPoint, language: str, *, asker: Asker = SOMEBODY, now: datetime
) -> str:
    """Sends a code to a contact; the token that belongs to it. The same work and the same answer whether accounts are
    reached by it or not. ``TooManyCodes``."""
    known = language if language in LANGUAGES else "km"
    return codes.ask(session, house, CodeRequest(CodePurpose.DOOR, point, known, asker=asker), now=now)


def reached(session: Session, token: str, *, today: date, now: datetime) -> tuple[Reached, ...]:
    """The accounts that are reached by the contact that was shown, the oldest first. ``ProofOver``."""
    point = codes.proof(session, token, CodePurpose.DOOR, now=now).point
    people = people_proved(session, point)
    officers = _officers(session, people, today)
    return tuple(_seen(person, _standing(person, officers)) for person in people)


def register(session: Session, house: House, token: str, new: NewPerson, *, today: date, now: datetime) -> SignedIn:
    """A new account, not yet verified, with the contact that was shown; once for each code. ``ProofOver``,
    ``ContactFull``; ``BadAnswers`` maps a field to what is wrong with it."""
    point = codes.use_up(session, token, CodePurpose.DOOR, now=now).point
    family = _locked(session, point)
    if len(family) >= MOST_OF_ONE:
        raise ContactFull(most=MOST_OF_ONE)
    wrong: dict[str, object] = {}
    names = names_given(new.name_km, new.name_latin, wrong)
    person = Person(name_km=names.km, name_latin=names.latin, created_at=now)
    person.language = new.language if new.language in LANGUAGES else "km"
    write_proved(person, point, now=now)
    if fault := _fault(house, new.password, person, _without(family, _officers(session, family, today))):
        wrong["password"] = fault
    if wrong:
        raise BadAnswers(wrong)
    person.password_hash = passwords.hashed(house.passwords, new.password)
    session.add(person)
    session.flush()
    return SignedIn(person.id, person.session_epoch)


def may_set_password(session: Session, token: str, person_id: int, *, today: date, now: datetime) -> Reached:
    """The account that was chosen, when whoever showed its contact may give it a new password. ``ProofOver``,
    ``NoAccountChosen`` for one that is not reached by the contact, ``SecondPersonResets``, ``AccountDisabled``."""
    known = {one.person_id: one for one in reached(session, token, today=today, now=now)}
    if person_id not in known:
        raise NoAccountChosen
    return _offered(known[person_id])


def set_password(
    session: Session,
    house: House,
    token: str,
    person_id: int,
    new: str,
    *,
    place: Place,
    today: date,
    now: datetime,
) -> SignedIn:
    """Gives an account that is reached by the contact that was shown a new password, or its first: every sign-in ends,
    the person is told on every contact, and it stands in the security log. A second factor stays. Refuses what
    ``may_set_password`` refuses; ``BadAnswers``."""
    point = codes.use_up(session, token, CodePurpose.DOOR, now=now).point
    family = _locked(session, point)
    officers = _officers(session, family, today)
    person = next((one for one in family if one.id == person_id), None)
    if person is None:
        raise NoAccountChosen
    standing = _offered(_seen(person, _standing(person, officers))).standing
    if fault := _fault(house, new, person, _without(family, officers)):
        raise BadAnswers({"new": fault})
    person.password_hash = passwords.hashed(house.passwords, new)
    sign_ins.end_all(session, person, EndReason.PASSWORD)
    _witness(session, house, person, standing, place=place, now=now)
    return SignedIn(person.id, person.session_epoch)


def password_fault(
    session: Session, house: House, password: str, person: Person, point: ContactPoint, *, today: date
) -> Refused | None:
    """What is wrong with a password for an account that will be reached by this contact; whoever else is, is locked."""
    family = _locked(session, point)
    return _fault(house, password, person, _without(family, _officers(session, family, today)))


def _witness(
    session: Session, house: House, person: Person, standing: Standing, *, place: Place, now: datetime
) -> None:
    """Written down, and told to the person wherever they are reached."""
    if standing == Standing.UNCLAIMED:
        kind, message = SecurityKind.ACCOUNT_CLAIMED, house.texts["account_claimed"]
    else:
        kind, message = SecurityKind.PASSWORD_RESET, house.texts["password_set_by_code"]
    security_log.note(session, kind, Actor(person.id, place=place), person_id=person.id, at=now)
    tell_everywhere(session, person, message, {}, key=f"password/{person.session_epoch}", now=now)


def _fault(house: House, password: str, person: Person, family: Sequence[Person]) -> Refused | None:
    """A password of somebody else who signs in with the same contact would open the account of the older one."""
    if fault := passwords.judge(password, known=known_of(person)):
        return fault
    hashes = [one.password_hash for one in family if one.password_hash is not None and one.id != person.id]
    return PasswordShared() if any(passwords.fits(house.passwords, password, known) for known in hashes) else None


def _without(family: Sequence[Person], officers: frozenset[int]) -> list[Person]:
    """Passwords of officers are not tried: whoever holds their telephone could guess at them here."""
    return [one for one in family if one.id not in officers]


def _locked(session: Session, point: ContactPoint) -> Sequence[Person]:
    """Everybody who is reached by the contact. Whoever else comes to it waits, and then sees whoever came before."""
    rows = select(Person.id).where(is_proved(point)).order_by(Person.id)
    session.execute(rows.with_for_update())
    return people_proved(session, point)


def _offered(found: Reached) -> Reached:
    if found.standing == Standing.OFFICER:
        raise SecondPersonResets
    if found.standing == Standing.DISABLED:
        raise AccountDisabled
    return found


def _officers(session: Session, people: Sequence[Person], today: date) -> frozenset[int]:
    """Those of them who work in an office, today or later."""
    mine = Membership.person_id.in_([person.id for person in people])
    lasting = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    return frozenset(session.scalars(select(Membership.person_id).where(mine, lasting)))


def _standing(person: Person, officers: frozenset[int]) -> Standing:
    if person.disabled_at is not None:
        return Standing.DISABLED
    if person.id in officers:
        return Standing.OFFICER
    return Standing.UNCLAIMED if person.password_hash is None else Standing.OPEN


def _seen(person: Person, standing: Standing) -> Reached:
    verified = person.identity_status == IdentityStatus.VERIFIED
    return Reached(person.id, shortened_name(person), person.created_at, standing, verified)
