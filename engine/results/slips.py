"""The slip that says "we have received it": what somebody without a printer or a phone takes home from the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import localise
from engine.case import promising
from engine.case.kept_apart import is_apart
from engine.case.readers import works_on
from engine.documents import receipts
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage
from engine.packages.groups import CASE_WORKERS
from engine.people.actors import Actor
from engine.people.names import holder
from engine.working_time import promises
from storage.applications import Application
from storage.clocks import Clock, ClockKind
from storage.offices import Office
from storage.people import Person
from storage.processes import OPEN_TASK, TaskKind, UserTask
from storage.sessions import OfficeSession, Seat, SeatStatus


@dataclass(frozen=True, slots=True)
class Slip:
    """The PDF under the name it is saved with, and the reference of its application."""

    filename: str
    content: bytes
    reference: str


def tracking_url(house: House, code: str) -> str:
    """The public page that follows the application with this tracking code; what the QR on papers shows."""
    return f"{house.base_url}/track/{code}"


def slip(
    session: Session,
    house: House,
    actor: Actor,
    application_key: str,
    *,
    size: str = "a5",
    help_phone: str = "",
    now: datetime,
) -> Slip:
    """The acknowledgement of an application that was sent, for the applicant and for officers of its office.

    ``size`` is one of ``receipts.PAPERS``. ``NotFound`` for every other, for everybody else, and while it is a draft.
    """
    if size not in receipts.PAPERS:
        raise NotFound
    application, office, applicant = _read(session, actor, application_key)
    promised = promises.day_shown(application, now)
    package = house.catalog.of(session, application.definition_id).package
    paper = receipts.Acknowledgement(
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        tracking_url=tracking_url(house, application.tracking_code or ""),
        service=package.manifest.title,
        office=office_name(office),
        applicant=holder(applicant),
        received_at=application.submitted_at or now,  # it was sent: ``_read`` refuses a draft
        promised_on=None if promised is None else localise.local(promised),
        promised_after=_promised_after(session, package, application),
        fee=application.fee_total,
        help_phone=help_phone,
        appointments=_appointments(session, package, application),
    )
    content = receipts.acknowledgement(paper, fonts=house.fonts, paper=receipts.PAPERS[size])
    return Slip(f"{application.reference}.pdf", content, paper.reference)


def _read(session: Session, actor: Actor, application_key: str) -> tuple[Application, Office, Person]:
    found = session.execute(
        select(Application, Office, Person)
        .join(Office, Office.id == Application.office_id)
        .join(Person, Person.id == Application.applicant_id)
        .where(Application.key == application_key)
    ).one_or_none()
    if found is None or found[0].submitted_at is None:
        raise NotFound
    application, office, applicant = found
    here = any(actor.acts_for(group, office.id) for group in CASE_WORKERS)
    here = here and (application.filed_by_id == actor.person_id or not is_apart(session, application, actor))
    if actor.person_id != applicant.id and not here and not works_on(session, application, actor):
        raise NotFound
    return application, office, applicant


def _appointments(
    session: Session, package: ServicePackage, application: Application
) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """When and where the applicant comes; one statement, none for a service without sessions."""
    if not package.manifest.sessions:
        return ()
    rows = session.scalars(
        select(OfficeSession)
        .join(Seat, Seat.session_id == OfficeSession.id)
        .where(Seat.application_id == application.id, Seat.status == SeatStatus.HELD)
        .order_by(OfficeSession.starts_at)
    )
    rules = {rule.key: rule.title for rule in package.manifest.sessions}
    return tuple((rules[row.session_key], _when_and_where(row)) for row in rows if row.session_key in rules)


def _when_and_where(row: OfficeSession) -> Bilingual:
    said = (
        f"{localise.day(row.starts_at, language)}, {localise.clock_time(row.starts_at, language)} · {place}"
        for language, place in (("km", row.place_km), ("en", row.place_en))
    )
    return Bilingual(*said)


def _promised_after(session: Session, package: ServicePackage, application: Application) -> Bilingual | None:
    """How the day is told that cannot be told yet."""
    waits = _is_incomplete(session, package, application) or _is_unpaid(session, application)
    return promising.counted_from(package, application) if waits else None


def _is_incomplete(session: Session, package: ServicePackage, application: Application) -> bool:
    """Whether the days of the office are still to begin, when the papers are found complete."""
    if package.manifest.clock.starts != "complete" or application.decided_at is not None:
        return False
    begun = select(Clock.id).where(Clock.application_id == application.id, Clock.kind != ClockKind.TASK)
    return session.scalar(begun.limit(1)) is None


def _is_unpaid(session: Session, application: Application) -> bool:
    unpaid = select(UserTask.id).where(
        UserTask.application_id == application.id,
        UserTask.kind == TaskKind.PAYMENT,
        UserTask.status.in_(OPEN_TASK),
    )
    return session.scalar(unpaid.limit(1)) is not None
