"""Who somebody is, as their papers say: registered or verified at the counter, and what forms are filled from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AlreadyVerified, BadAnswers, NotAllowed, NotFound, PersonKnown
from engine.house import House
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.people.contacts import proved_contacts
from engine.people.particulars import contact_given, names_given
from engine.typed.signs import compact
from storage.people import IdentityStatus, Person


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
    ``PersonKnown`` when somebody is verified with the identity document.
    """
    actor.require(office_id, FRONT_OFFICE)
    _require_unknown(session, identity, None)
    person = Person(created_at=now)
    _write_identity(person, identity)
    person.identity_status = IdentityStatus.VERIFIED
    session.add(person)
    session.flush()
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
    session.flush()


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
    if not proved_contacts(person):  # until they prove it, it is only what they say
        person.phone, person.email = contact.phone, contact.email
    person.name_km, person.name_latin = names.km, names.latin
    person.sex, person.born_on = identity.sex, identity.born_on
    person.id_kind, person.id_number = identity.id_kind, _id_number(identity)
    person.address = dict(identity.address)


def _id_number(identity: Identity) -> str:
    return compact(identity.id_number)


def _require_unknown(session: Session, identity: Identity, person_id: int | None) -> None:
    """One document, one verified account: whoever only claims it stands in nobody's way."""
    if not _id_number(identity):
        return
    known = select(Person.id).where(
        Person.id_kind == identity.id_kind,
        Person.id_number == _id_number(identity),
        Person.identity_status == IdentityStatus.VERIFIED,
    )
    if session.scalar(known.where(Person.id != (person_id or 0)).limit(1)) is not None:
        raise PersonKnown
