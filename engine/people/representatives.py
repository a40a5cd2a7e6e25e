"""Representatives: who acts for which business. A business has neither password nor contact of its own: what it is told
reaches those who represent it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from engine.errors.businesses import LastRepresentative
from storage.applications import Application, ApplicationStatus
from storage.mandates import Mandate, MandateKind
from storage.people import Person, PersonKind


def is_representative() -> ColumnElement[bool]:
    """Over mandates: those of representatives that nobody has ended."""
    return (Mandate.mandate_kind == MandateKind.REPRESENTATIVE) & Mandate.ended_at.is_(None)


def representatives_of(session: Session, business_id: int) -> Sequence[Person]:
    """Who acts for this business, the earliest first; nobody whose account is disabled. One statement."""
    return session.scalars(_acting_for(business_id).order_by(Mandate.id)).all()


def businesses_of(session: Session, people: Collection[int]) -> Sequence[Person]:
    """The businesses that any of these people represent, the earliest first; one statement."""
    wanted = select(Mandate.person_id).where(Mandate.helper_id.in_(sorted(people)), is_representative())
    return session.scalars(select(Person).where(Person.id.in_(wanted)).order_by(Person.id)).all()


def has_represented(session: Session, person_id: int | None, business_id: int) -> bool:
    """Whether somebody represents this business, or ever did; one statement."""
    known = Mandate.helper_id == person_id, Mandate.person_id == business_id
    return session.scalar(select(Mandate.id).where(*known).limit(1)) is not None


def require_another(session: Session, business_id: int, helper_id: int) -> None:
    """Raises ``LastRepresentative`` when nobody but this one represents the business and a case of it is open. The
    business is locked: of two who leave at the same moment the second finds that the first has left."""
    session.get_one(Person, business_id, with_for_update=True)
    if session.scalar(_acting_for(business_id).where(Person.id != helper_id).limit(1)) is not None:
        return
    running = Application.applicant_id == business_id, Application.status == ApplicationStatus.RUNNING
    if session.scalar(select(Application.id).where(*running).limit(1)) is not None:
        raise LastRepresentative


def is_business(person: Person) -> bool:
    """Whether it is a business, and nobody signs in as it."""
    return person.person_kind == PersonKind.BUSINESS


def _acting_for(business_id: int) -> Select[Person]:
    return (
        select(Person)
        .join(Mandate, Mandate.helper_id == Person.id)
        .where(Mandate.person_id == business_id, is_representative(), Person.disabled_at.is_(None))
    )
