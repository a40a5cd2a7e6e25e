"""A draft as its pages show it: which page comes next, what is on it, and everything once more before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.drafts import fixed_answers
from engine.applications.filing import Filing, open_filing, seen
from engine.applications.lapsing import kept_until
from engine.applications.prerequisites import Prerequisite, prerequisites_of
from engine.applications.submitting import missing_documents
from engine.errors import AlreadySubmitted, NotFound
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.namesakes import office_name
from engine.packages import (
    APPLY,
    Component,
    FieldError,
    Page,
    ServicePackage,
    answer_text,
    gather,
    reckoned,
    understood,
    validate_all,
)
from engine.people.actors import Actor
from engine.queries.citizen.fees_told import FeeTold, fees_told
from engine.queries.citizen.places import DocumentPlace, Upload, places_of, uploads_of
from storage.applications import ApplicationStatus
from storage.people import IdentityStatus, Person


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every page. ``helping``: the applicant's name for whoever helps; ``kept_until``: of a draft."""

    key: str
    service_key: str
    service: Bilingual
    purpose: str
    office_id: int
    office: Bilingual
    status: str
    helping: Bilingual | None
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One page of the form to fill in: page ``number`` of ``count`` and the one before it. ``values`` are shown as they
    were typed, ``answers`` are what they mean: they say which questions are asked."""

    heading: Heading
    page: Page
    values: Mapping[str, Any]
    answers: Mapping[str, Any]
    files: Mapping[str, tuple[Upload, ...]]
    number: int
    count: int
    before: str | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer in words; ``field`` is its address on the page ``page_key``."""

    page_key: str
    field: str
    label: Bilingual
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page."""

    page_key: str
    title: Bilingual
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True)
class DraftToCheck:
    """Everything before it is sent. ``errors`` and ``missing`` (documents) say what still stops it; ``fees`` is
    ``None`` while an answer that decides one is missing; ``shown`` is the mark that sending gives back."""

    heading: Heading
    sections: tuple[Section, ...]
    documents: tuple[DocumentPlace, ...]
    fees: tuple[FeeTold, ...] | None
    errors: Mapping[str, FieldError]
    first_wrong_page: str | None
    missing: tuple[str, ...]
    unmet: tuple[Prerequisite, ...]
    lacks_identity: bool
    illustrative_fee: bool
    shown: str


def _draft(session: Session, house: House, actor: Actor, key: str, now: datetime) -> Filing:
    filing = open_filing(session, house, actor, key, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    return filing


def draft_page(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    page_key: str,
    *,
    typed: Mapping[str, Any] | None = None,
    now: datetime,
) -> DraftPage:
    """One page of a draft with what was answered before, or with what a browser has just posted (``typed``).

    ``NotFound`` for a page that the answers leave out.
    """
    filing = _draft(session, house, actor, key, now)
    answers = filing.application.answers
    pages = filing.form.visible_pages(answers)
    order = [page.key for page in pages]
    if page_key not in order:
        raise NotFound
    place = order.index(page_key)
    page = pages[place]
    fixed = fixed_answers(session, filing, page.components)
    values = answers | (gather(filing.form, page_key, typed) if typed is not None else {}) | fixed
    today = filing.calendar.local_date(now)
    values |= reckoned(filing.form, values, today=today)
    uploads = uploads_of(session, filing.application.id) if any(part.kind.uploads for part in page.components) else {}
    return DraftPage(
        heading=heading_of(session, house, filing, actor),
        page=page,
        values=values,
        answers=understood(filing.form, values, today=today),
        files=uploads,
        number=place + 1,
        count=len(order),
        before=order[place - 1] if place else None,
    )


def draft_to_check(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> DraftToCheck:
    """The whole draft, read once more before it is sent."""
    filing = _draft(session, house, actor, key, now)
    answers = filing.application.answers | fixed_answers(session, filing, filing.form.components())
    _, errors = validate_all(filing.form, answers, today=filing.calendar.local_date(now))
    manifest = filing.package.manifest
    applicant = session.get_one(Person, filing.application.applicant_id)
    return DraftToCheck(
        heading=heading_of(session, house, filing, actor),
        sections=sections_of(filing.package, answers),
        documents=places_of(session, filing),
        fees=fees_told(session, filing, answers, now),
        errors=errors,
        first_wrong_page=filing.form.first_page_with(errors),
        missing=tuple(missing_documents(session, filing.package, filing.application)),
        unmet=tuple(one for one in prerequisites_of(session, house, filing, now=now) if not one.is_met),
        lacks_identity=manifest.is_for_verified and applicant.identity_status != IdentityStatus.VERIFIED,
        illustrative_fee=bool(manifest.illustrative & {"fee", "fees"}),
        shown=seen(filing, now),
    )


def documents_of_draft(
    session: Session, house: House, actor: Actor, key: str, *, now: datetime
) -> tuple[Heading, tuple[DocumentPlace, ...]]:
    """The documents that a draft asks for, with what was uploaded."""
    filing = _draft(session, house, actor, key, now)
    return heading_of(session, house, filing, actor), places_of(session, filing)


def heading_of(session: Session, house: House, filing: Filing, actor: Actor) -> Heading:
    """What stands above the pages of this application."""
    application, manifest = filing.application, filing.package.manifest
    helping = None
    if application.applicant_id != actor.person_id:
        applicant = session.get_one(Person, application.applicant_id)
        helping = Bilingual(applicant.name_km or applicant.name_latin, applicant.name_latin or applicant.name_km)
    return Heading(
        key=application.key,
        service_key=application.service_key,
        service=manifest.title,
        purpose=manifest.purpose,
        office_id=filing.office.id,
        office=office_name(filing.office),
        status=application.status,
        helping=helping,
        kept_until=kept_until(session, house, filing.application),
    )


def sections_of(package: ServicePackage, answers: Mapping[str, Any]) -> tuple[Section, ...]:
    """The answers of an application in words, page by page, in both languages."""
    form = package.forms[APPLY]
    return tuple(
        Section(
            page.key,
            page.title,
            tuple(_shown(page, part, answers) for part in page.visible(answers) if part.kind.is_typed),
        )
        for page in form.visible_pages(answers)
    )


def _shown(page: Page, part: Component, answers: Mapping[str, Any]) -> AnswerShown:
    value = answers.get(part.key)
    said = {language: answer_text(part, value, language) for language in LANGUAGES}
    return AnswerShown(page.key, part.key, part.label, Bilingual(said["km"], said["en"]))
