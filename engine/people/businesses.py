"""Businesses for which people act: claimed by a verified person, and provisional until an office has compared the names
and the number with the registration paper.

A claim stands in nobody's way: any number may claim one registration number, and one business is verified with it
(``storage.people.ONE_IDENTITY``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import ActsAlready, BadAnswers
from engine.errors.businesses import BusinessNameMissing, NotARegistrationNumber
from engine.khmer import Bilingual
from engine.packages import FieldError
from engine.people import mandates, representatives, security_log
from engine.people.actors import Actor
from engine.people.names import holder
from engine.signs import undrawable
from engine.typed.fault import Fault
from engine.typed.identity import known_identity
from engine.typed.names import khmer_title, latin_title
from storage.mandates import NO_LAST_DAY, Mandate, MandateKind
from storage.people import IdentityStatus, Person, PersonKind
from storage.security_log import SecurityKind

REGISTRATION: Final = "business_registration"
"""The kind of paper that says what a business is."""
LONGEST_NAME: Final = 80
"""Forms of services hold no longer one."""
_LABELS: Final = {
    "name_km": Bilingual("ឈ្មោះអាជីវកម្មជាអក្សរខ្មែរ", "Name of the business in Khmer letters"),
    "name_latin": Bilingual("ឈ្មោះអាជីវកម្មជាអក្សរឡាតាំង", "Name of the business in Latin letters"),
}


@dataclass(frozen=True, slots=True)
class BusinessTyped:
    """What was typed about a business."""

    name_km: str
    name_latin: str
    number: str


@dataclass(frozen=True, slots=True)
class BusinessLine:
    """A business that somebody represents, by which mandate."""

    mandate_id: int
    name: Bilingual
    number: str
    is_verified: bool


def add(session: Session, actor: Actor, typed: BusinessTyped, *, today: date, now: datetime) -> int:
    """The id of a business that the actor represents from now on, by their own word: not verified. ``BadAnswers`` names
    what is wrong; ``HelperNotVerified``, ``TooManyBusinesses``; ``ActsAlready`` for a number that they represent."""
    helper = mandates.require_helper(session, actor)
    mandates.require_few_businesses(session, helper.id, today)
    found = read(typed)
    mine = representatives.businesses_of(session, [helper.id])
    if found.number in {one.id_number for one in mine}:
        raise ActsAlready
    business = Person(
        person_kind=PersonKind.BUSINESS, name_km=found.name_km, name_latin=found.name_latin, id_kind=REGISTRATION,
        id_number=found.number, language=helper.language, created_at=now,
    )  # fmt: skip
    session.add(business)
    session.flush()
    represent(session, helper.id, business.id, now=now)
    security_log.note(session, SecurityKind.BUSINESS_ADDED, actor, person_id=business.id, at=now)
    return business.id


def represent(session: Session, helper_id: int, business_id: int, *, now: datetime) -> None:
    """Writes that somebody represents a business."""
    session.add(
        Mandate(
            helper_id=helper_id, person_id=business_id, mandate_kind=MandateKind.REPRESENTATIVE, made_at=now,
            last_day=NO_LAST_DAY,
        )
    )  # fmt: skip
    session.flush()


def left_alone(session: Session, claim: Person) -> Person | None:
    """The business that is verified with the number of this claim and that nobody represents any more, locked; None
    where there is none."""
    same = Person.id_kind == claim.id_kind, Person.id_number == claim.id_number, Person.id != claim.id
    verified = select(Person).where(*same, Person.identity_status == IdentityStatus.VERIFIED)
    found = session.scalar(verified.with_for_update())
    return None if found is None or representatives.representatives_of(session, found.id) else found


def move_representatives(session: Session, claim_id: int, business_id: int, *, now: datetime) -> None:
    """Whoever represents a claim represents this business instead."""
    people = representatives.representatives_of(session, claim_id)
    mine = Mandate.person_id == claim_id, representatives.is_representative()
    session.execute(update(Mandate).where(*mine).values(ended_at=now))
    for one in people:
        represent(session, one.id, business_id, now=now)


def represented_by(session: Session, actor: Actor) -> tuple[BusinessLine, ...]:
    """The businesses for which the actor acts, the earliest first; one statement."""
    mine = Mandate.helper_id == actor.person_id, representatives.is_representative()
    wanted = select(Mandate.id, Person).join(Person, Person.id == Mandate.person_id).where(*mine).order_by(Mandate.id)
    return tuple(
        BusinessLine(mandate_id, holder(one), one.id_number, one.identity_status == IdentityStatus.VERIFIED)
        for mandate_id, one in session.execute(wanted)
    )


def read(typed: BusinessTyped) -> BusinessTyped:
    """As it is kept: tidy names in both scripts, and the number as papers are compared. ``BadAnswers`` names what is
    wrong, by field."""
    wrong: dict[str, object] = {}
    km, latin = _name("name_km", typed.name_km, wrong), _name("name_latin", typed.name_latin, wrong)
    number = known_identity(typed.number)
    if number is None:
        wrong["number"] = NotARegistrationNumber()
    if wrong:
        raise BadAnswers(wrong)
    return BusinessTyped(km, latin, number or "")


def _name(field: str, typed: str, wrong: dict[str, object]) -> str:
    rule = khmer_title if field == "name_km" else latin_title
    try:
        name = rule(typed, longest=LONGEST_NAME) or ""
        if signs := undrawable(name):
            raise Fault("no_font", signs=" ".join(signs))
    except Fault as fault:
        wrong[field] = FieldError(field, fault.error, _LABELS[field], fault.params)
        return ""
    if not name:
        wrong[field] = BusinessNameMissing()
    return name
