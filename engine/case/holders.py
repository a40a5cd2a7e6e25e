"""Who holds a certificate: its applicant, or whoever it was made out to, such as the new owner of a business.

Somebody whom a certificate names by an identity number holds it with a verified account of that number. Where only
names are known, nobody is taken for the holder from afar: the front office, with the paper in hand, serves whoever has
both names.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from storage.applications import Application, Certificate
from storage.people import IdentityStatus, Person, PersonKind


def held_by(person_id: int) -> ColumnElement[bool]:
    """Whether somebody holds a certificate, in a statement that joins certificates with their applications."""
    number = select(Person.id_number).where(Person.id == person_id, _is_verified()).scalar_subquery()
    of_applicant = and_(Certificate.owner_latin == "", Application.applicant_id == person_id)
    return or_(of_applicant, and_(Certificate.owner_id_number != "", Certificate.owner_id_number == number))


def holds(session: Session, certificate: Certificate, person_id: int | None) -> bool:
    """Whether somebody holds this certificate; one statement."""
    if person_id is None:
        return False
    rows = select(Certificate.id).join(Application, Application.id == Certificate.application_id)
    return session.scalar(rows.where(Certificate.id == certificate.id, held_by(person_id))) is not None


def holds_with_paper(certificate: Certificate, person: Person) -> bool:
    """Whether the certificate was made out to the names of somebody, and to no identity number."""
    if not certificate.owner_latin or certificate.owner_id_number:
        return False
    names = (certificate.owner_km, certificate.owner_latin.casefold())
    return names == (person.name_km, person.name_latin.casefold())


def holder_of(session: Session, certificate: Certificate, application: Application) -> Person | None:
    """The account of whoever holds it; None where the holder has none."""
    if not certificate.owner_latin:
        return session.get(Person, application.applicant_id)
    if not certificate.owner_id_number:
        return None
    whose = select(Person).where(Person.id_number == certificate.owner_id_number, _is_verified())
    return session.scalars(whose.order_by(Person.id).limit(1)).first()


def _is_verified() -> ColumnElement[bool]:
    """A human being: the number of a business may be that of somebody's card, and says nothing about it."""
    individual = Person.person_kind == PersonKind.INDIVIDUAL
    return and_(Person.identity_status == IdentityStatus.VERIFIED, Person.id_number != "", individual)
