"""The account of a person: whether it is verified, what they applied for, what we told them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.people.names import holder
from engine.people.representatives import is_business, representatives_of
from engine.queries.public.services import ACCOUNT_VERIFICATION
from engine.queries.shared.held import Held, held_by
from engine.queries.shared.pages import Page, page_of
from engine.working_time import promises
from engine.working_time.terms import Term
from storage.applications import Application, ApplicationStatus
from storage.messages import Notification, NotificationStatus
from storage.offices import Office
from storage.people import Person

APPLICATIONS_A_PAGE = 10
MESSAGES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application in the list of its applicant; ``stage`` is ``None`` for a draft. ``promised_at`` is never a day
    that has passed: then it ``is_overdue``, until a new day is told."""

    key: str
    reference: str | None
    service: Bilingual
    office: Bilingual
    status: str
    outcome: str
    stage: Bilingual | None
    waits_for_applicant: bool
    promised_at: datetime | None
    is_overdue: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Verification:
    """The newest verification of an account: still a draft, running with its promised day, or ended."""

    key: str
    status: str
    reference: str | None
    promised_at: datetime | None
    is_overdue: bool
    waits_for_applicant: bool
    office: Bilingual


@dataclass(frozen=True, slots=True)
class MessageShown:
    """Something we told the person, on which way, and what became of it."""

    at: datetime
    subject: str
    body: str
    channel: str
    status: str


@dataclass(frozen=True, slots=True)
class BusinessShown:
    """The number on its registration paper, and who acts for it, the earliest first."""

    number: str
    representatives: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything on the first page of an account; ``verification_term`` is how long a verification may take.
    ``business``: what is known of it, where it is the account of one."""

    name: Bilingual
    phone: str | None
    email: str | None
    language: str
    identity_status: str
    verification: Verification | None
    verification_term: Term | None
    applications: Page[ApplicationLine]
    certificates: tuple[Held, ...]
    messages: tuple[MessageShown, ...]
    business: BusinessShown | None


def account_page(session: Session, house: House, actor: Actor, page: int = 1, *, now: datetime) -> AccountPage:
    """The account of the actor with one page of applications (drafts first, then the newest)."""
    person = session.get(Person, actor.person_id)
    if person is None:
        raise NotFound
    return AccountPage(
        name=Bilingual(person.name_km or person.name_latin, person.name_latin or person.name_km),
        phone=person.phone,
        email=person.email,
        language=person.language,
        identity_status=person.identity_status,
        verification=_verification(session, person.id, now),
        verification_term=_term(session, house, now),
        applications=_applications(session, house, person.id, page, now),
        certificates=held_by(session, house, person.id, now=now),
        messages=messages_of(session, actor, size=3).items,
        business=_business(session, person),
    )


def messages_of(session: Session, actor: Actor, page: int = 1, *, size: int = MESSAGES_A_PAGE) -> Page[MessageShown]:
    """What we told the person, newest first; one that was written for SMS and e-mail alike is one message."""
    once = (
        select(func.min(Notification.id))
        .where(Notification.person_id == actor.person_id)
        .group_by(Notification.created_at, Notification.subject, Notification.body)
    )
    told = select(Notification).where(Notification.id.in_(once))
    newest_first = told.order_by(Notification.created_at.desc(), Notification.id.desc())
    return page_of(session, newest_first, _message, page, size=size)


def _business(session: Session, person: Person) -> BusinessShown | None:
    if not is_business(person):
        return None
    return BusinessShown(person.id_number, tuple(map(holder, representatives_of(session, person.id))))


def _message(row: Any) -> MessageShown:
    found: Notification = row[0]
    is_leaving = found.status == NotificationStatus.SENDING
    status = NotificationStatus.PENDING if is_leaving else found.status
    return MessageShown(found.created_at, found.subject, found.body, found.channel, status)


def _verification(session: Session, person_id: int, now: datetime) -> Verification | None:
    row = session.execute(
        _with_office(person_id)
        .where(Application.service_key == ACCOUNT_VERIFICATION)
        .order_by(Application.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    application, office = row
    return Verification(
        application.key,
        application.status,
        application.reference,
        promises.day_shown(application, now),
        promises.is_overdue(application, now),
        application.waits_for_applicant,
        office_name(office),
    )


def _term(session: Session, house: House, now: datetime) -> Term | None:
    try:
        manifest = house.catalog.current(session, ACCOUNT_VERIFICATION, now=now).package.manifest
    except NotFound:
        return None
    return manifest.promised.of({})


def _applications(session: Session, house: House, person_id: int, page: int, now: datetime) -> Page[ApplicationLine]:
    statement = (
        _with_office(person_id)
        .where(Application.service_key != ACCOUNT_VERIFICATION)
        .order_by(
            Application.status == ApplicationStatus.ENDED,
            Application.status != ApplicationStatus.DRAFT,
            Application.id.desc(),
        )
    )

    def read(row: Any) -> ApplicationLine:
        return _line(session, house, row[0], row[1], now)

    return page_of(session, statement, read, page, size=APPLICATIONS_A_PAGE)


def _with_office(person_id: int) -> Select[Application, Office]:
    return (
        select(Application, Office)
        .join(Office, Office.id == Application.office_id)
        .where(Application.applicant_id == person_id)
    )


def _line(session: Session, house: House, application: Application, office: Office, now: datetime) -> ApplicationLine:
    """A row in words. Packages are kept by the catalogue, so naming the service and stage costs no statement."""
    package = house.catalog.of(session, application.definition_id).package
    stage = None if application.status == ApplicationStatus.DRAFT else package.texts.stages.get(application.stage)
    return ApplicationLine(
        key=application.key,
        reference=application.reference,
        service=package.manifest.title,
        office=office_name(office),
        status=application.status,
        outcome=application.outcome,
        stage=stage,
        waits_for_applicant=application.waits_for_applicant,
        promised_at=promises.day_shown(application, now),
        is_overdue=promises.is_overdue(application, now),
        changed_at=application.ended_at or application.submitted_at or application.created_at,
    )
