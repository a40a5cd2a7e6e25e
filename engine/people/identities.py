"""Who somebody is, as their papers say: claimed, verified at the counter or with an application, and what forms are
filled from.

What people say about themselves is a claim, and any number may claim one number. One account is verified with it: the
database says so (``storage.people.ONE_IDENTITY``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import (
    AlreadyVerified,
    BadAnswers,
    NotAllowed,
    NotFound,
    PersonKnown,
    PersonKnownSince,
    VerifiedOtherwise,
)
from engine.errors.businesses import BusinessKnown
from engine.house import House
from engine.namesakes import office_name
from engine.packages import Form
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from engine.people.particulars import contact_given, names_given
from engine.people.representatives import is_business
from engine.typed.identity import number_of_paper
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.people import ONE_IDENTITY, IdentityStatus, Person

VERIFICATION: Final = "interior.account_verification"
"""The service whose form asks who somebody is."""
_ON_SQLITE: Final = "person.id_kind, person.id_number"
_VERIFIED: Final = Rows(
    Person,
    which=lambda rows: rows.where(
        Person.id_kind == given("kind", String()),
        Person.id_number == given("number", String()),
        Person.identity_status == IdentityStatus.VERIFIED,
    ),
)


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

    Needs no phone and no e-mail; those that they name count once they were proved, and families share one.
    ``PersonKnown`` when somebody is verified with the identity document; whoever only claims it stands in nobody's way.
    """
    actor.require(office_id, FRONT_OFFICE)
    _require_free(session, identity.id_kind, number_of(identity), None)
    person = Person(created_at=now)
    _write_identity(person, identity)
    session.add(person)
    session.flush()
    mark_verified(session, person, office_id, now=now)
    return person.id


def verify_at_counter(
    session: Session, actor: Actor, office_id: int, person_id: int, identity: Identity, *, now: datetime
) -> None:
    """The front office has seen the papers of somebody with an account: the account is verified with them.

    Doing it twice with the same document is harmless; ``AlreadyVerified`` with another one, because what a verified
    account says is not written over. ``NotAllowed`` for one's own account, ``PersonKnown`` for a document that another
    account is verified with.
    """
    actor.require(office_id, FRONT_OFFICE)
    if person_id == actor.person_id:
        raise NotAllowed
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or is_business(person):
        raise NotFound
    if person.identity_status == IdentityStatus.VERIFIED:
        if (person.id_kind, person.id_number) == (identity.id_kind, number_of(identity)):
            return
        raise AlreadyVerified
    _require_free(session, identity.id_kind, number_of(identity), person.id)
    _write_identity(person, identity)
    session.flush()
    mark_verified(session, person, office_id, now=now)


def claim_identity(session: Session, identity: Identity, person_id: int | None, *, now: datetime) -> Person:
    """Somebody as they say at the counter, before it is decided whose the paper is: new, or with an account, which is
    locked. ``AlreadyVerified`` for an account that is verified, ``NotFound`` for a business."""
    person = Person(created_at=now)
    if person_id is not None:
        person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if is_business(person):
        raise NotFound
    if person.identity_status == IdentityStatus.VERIFIED:
        raise AlreadyVerified
    _write_identity(person, identity)
    session.add(person)
    session.flush()
    return person


def verify_claim(session: Session, person: Person, said: Mapping[str, Any], office_id: int, *, now: datetime) -> bool:
    """What an application ``said`` about its applicant was found right: the account is verified with that, whatever it
    said elsewhere since. Whether it was not so before.

    An account that was verified meanwhile stays as it is; ``VerifiedOtherwise`` when that was with another document.
    ``PersonKnown`` when another account is verified with this one.
    """
    _lock(session, person)
    if person.identity_status == IdentityStatus.VERIFIED:
        number = number_of_paper(said.get("id_kind", ""), said.get("id_number"))
        if number and (person.id_kind, person.id_number) != (said.get("id_kind", ""), number):
            raise VerifiedOtherwise
        return False
    take_over(person, said)
    mark_verified(session, person, office_id, now=now)
    return True


def take_back(session: Session, person: Person) -> None:
    """An account is no longer verified: the paper of its number is somebody else's. What it says stays, as a claim."""
    person.identity_status = IdentityStatus.REFUSED
    person.verified_at = person.verified_office_id = None
    session.flush()


def end_claim(session: Session, person: Person, status: IdentityStatus) -> None:
    """A claim is over, and the account not verified by it. One that was verified otherwise meanwhile stays so."""
    _lock(session, person)
    if person.identity_status != IdentityStatus.VERIFIED:
        person.identity_status = status


def mark_verified(session: Session, person: Person, office_id: int, *, now: datetime) -> None:
    """The account is verified with the number that it says. ``PersonKnown`` when another one is, also where that
    happened at the same moment: the database lets one of them through."""
    kind, number = person.id_kind, person.id_number
    _require_free(session, kind, number, person.id)
    try:
        with session.begin_nested():
            person.identity_status = IdentityStatus.VERIFIED
            person.verified_at, person.verified_office_id = now, office_id
            session.flush()
    except IntegrityError as taken:
        if not any(name in str(taken.orig) for name in (ONE_IDENTITY, _ON_SQLITE)):
            raise
        raise _known(session, kind, number) from taken


def number_of(identity: Identity) -> str:
    """Its number as it is kept and compared."""
    return number_of_paper(identity.id_kind, identity.id_number)


def verified_with(session: Session, kind: str, number: str) -> Person | None:
    """Who is verified with this paper; nobody for an empty number."""
    if not number:
        return None
    return next((person for (person,) in load(session, _VERIFIED, kind=kind, number=number)), None)


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


def said_about_oneself(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says about the account, under the names of ``account_facts``."""
    return {
        part.prefill: answers[part.key]
        for part in form.components()
        if part.prefill and answers.get(part.key) is not None
    }


def take_over(person: Person, facts: Mapping[str, Any]) -> None:
    """Writes what an applicant said about themselves (names as in ``account_facts``) into their account. Phone and
    e-mail are how people sign in and stay as they are."""
    born_on = facts.get("birth_date")
    person.born_on = date.fromisoformat(born_on) if born_on else person.born_on
    for name in ("name_km", "name_latin", "sex", "id_kind", "address"):
        if facts.get(name):
            setattr(person, name, facts[name])
    if facts.get("id_number"):
        person.id_number = number_of_paper(person.id_kind, facts["id_number"])


def _write_identity(person: Person, identity: Identity) -> None:
    wrong: dict[str, object] = {}
    contact = contact_given(identity.phone, identity.email, wrong)
    names = names_given(identity.name_km, identity.name_latin, wrong)
    if wrong:
        raise BadAnswers(wrong)
    if not proved_contacts(person):  # until they prove it, it is only what they say
        person.phone, person.email = contact.phone, contact.email
    person.name_km, person.name_latin = names.km, names.latin
    person.sex, person.born_on = identity.sex, identity.born_on
    person.id_kind, person.id_number = identity.id_kind, number_of(identity)
    person.address = dict(identity.address)


def _lock(session: Session, person: Person) -> None:
    """The row as it is now, held until the end: whether it is verified may have changed since it was read."""
    session.flush()
    session.refresh(person, with_for_update=True)


def _require_free(session: Session, kind: str, number: str, person_id: int | None) -> None:
    """One document, one verified account. What others claim does not count."""
    holder = verified_with(session, kind, number)
    if holder is not None and holder.id != person_id:
        raise _known(session, kind, number)


def _known(session: Session, kind: str, number: str) -> PersonKnown:
    """That somebody is verified with the document: where and since when, as far as it is known, and not who."""
    holder = verified_with(session, kind, number)
    if holder and is_business(holder):
        return BusinessKnown()
    office = session.get(Office, holder.verified_office_id) if holder and holder.verified_office_id else None
    if holder is None or office is None or holder.verified_at is None:
        return PersonKnown()
    return PersonKnownSince(day=holder.verified_at, office=office_name(office))
