"""Drafts: an application that its applicant prepares, page by page, and can leave and come back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.filing import Filing, open_filing, require_offered, touch
from engine.applications.lapsing import remove_draft, touch_draft
from engine.applications.quotas import require_few_drafts
from engine.catalog.published import Published
from engine.errors import AlreadySubmitted, AlreadyVerified, NotAllowed, NotFound, ServiceNotOffered
from engine.house import House
from engine.packages import APPLY, Component, FieldError, Form, gather, prefilled, validate_page
from engine.packages.groups import FRONT_OFFICE
from engine.people.accounts import account_facts
from engine.people.actors import Actor
from engine.references import new_key
from storage.applications import Application, ApplicationStatus, Channel, Document
from storage.offices import Office
from storage.people import IdentityStatus, Person


@dataclass(frozen=True, slots=True)
class PageSaved:
    """What became of a page: the answers that were right are kept, ``errors`` names the others by HTML field, and
    ``typed`` is the whole page as it was typed. ``next_page`` is the page after it, ``None`` after the last."""

    errors: Mapping[str, FieldError]
    typed: Mapping[str, Any]
    next_page: str | None


def start_draft(
    session: Session,
    house: House,
    actor: Actor,
    service_key: str,
    office_id: int,
    *,
    applicant_id: int | None = None,
    now: datetime,
) -> str:
    """The key of a draft at this office, with what the account knows already filled in.

    Somebody has one draft of a service at a time: starting again opens it, at the office chosen last. With
    ``applicant_id`` the front office of that office starts it for somebody at the counter. ``ServiceNotOffered`` when
    the office does not offer the service today or nobody applies for it; ``AlreadyVerified`` for a verified account's
    verification; ``QuotaReached``.
    """
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    applicant, channel = _applicant(session, actor, office, applicant_id)
    published = house.catalog.current(session, service_key, now=now)
    require_offered(session, office.id, service_key, house.calendars.of(session, office).local_date(now))
    if not published.package.is_applied_for:
        raise ServiceNotOffered
    found = _unfinished(session, applicant, published, channel)
    if found is not None:
        if found.status == ApplicationStatus.DRAFT:
            found.office_id = office.id
            touch_draft(session, found, now=now)
        return found.key
    require_few_drafts(session, applicant.id, channel)
    filed_by_id = actor.person_id if channel == Channel.COUNTER else None
    draft = _new_draft(published, applicant, office, filed_by_id, now)
    session.add(draft)
    session.flush()
    touch_draft(session, draft, now=now)
    return draft.key


def save_page(
    session: Session, house: House, actor: Actor, key: str, page_key: str, *, raw: Mapping[str, Any], now: datetime
) -> PageSaved:
    """Keeps what was answered on one page of a draft; ``raw`` is what the browser posted.

    Nothing typed right is lost because something else on the page was wrong. ``NotFound`` for an unknown page.
    """
    filing = open_filing(session, house, actor, key, lock=True, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    form, answers = filing.form, filing.application.answers
    page = form.page(page_key)
    if page is None:
        raise NotFound
    typed = gather(form, page_key, raw) | fixed_answers(session, filing, page.components)
    today = filing.calendar.local_date(now)
    clean, errors = validate_page(form, page_key, typed, answers=answers, today=today)
    kept = {name: value for name, value in answers.items() if name not in typed or name in clean}
    filing.application.definition_id = filing.published.definition_id
    touch(filing.application, kept | clean)
    session.flush()
    return PageSaved(errors, typed, _page_after(form, page_key, kept | clean))


def fixed_answers(session: Session, filing: Filing, components: Iterable[Component]) -> dict[str, Any]:
    """The answers to these questions that nobody types: read-only ones come from the account, files from the
    documents."""
    asked = list(components)
    fixed: dict[str, Any] = {}
    of_account = [part for part in asked if part.readonly and part.computed is None]
    if of_account:
        facts = account_facts(session.get_one(Person, filing.application.applicant_id))
        fixed |= {part.key: facts.get(part.prefill or "") for part in of_account}
    files: dict[str, list[str]] = {part.key: [] for part in asked if part.kind.uploads}
    if files:
        rows = session.execute(
            select(Document.document_key, Document.key)
            .where(Document.application_id == filing.application.id, Document.replaced_at.is_(None))
            .where(Document.document_key.in_(files))
            .order_by(Document.id)
        )
        for document_key, key in rows:
            files[document_key].append(key)
    return fixed | files


def discard_draft(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """Deletes a draft with its documents, rows and files. ``AlreadySubmitted`` when it was sent: then it can be
    withdrawn."""
    filing = open_filing(session, house, actor, key, lock=True, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    remove_draft(session, house, filing.application)


def _new_draft(
    published: Published, applicant: Person, office: Office, filed_by_id: int | None, now: datetime
) -> Application:
    """Nothing answered yet but what the account knows; filed at the counter where somebody files it."""
    return Application(
        key=new_key(),
        service_key=published.service_key,
        definition_id=published.definition_id,
        office_id=office.id,
        applicant_id=applicant.id,
        filed_by_id=filed_by_id,
        channel=Channel.ONLINE if filed_by_id is None else Channel.COUNTER,
        answers=prefilled(published.package.forms[APPLY], account_facts(applicant)),
        created_at=now,
    )


def _applicant(session: Session, actor: Actor, office: Office, applicant_id: int | None) -> tuple[Person, Channel]:
    """Who applies and through which channel. The lock keeps a double click from making two drafts."""
    if applicant_id in (None, actor.person_id):
        applicant, channel = session.get(Person, actor.person_id, with_for_update=True), Channel.ONLINE
    else:
        actor.require(office.id, FRONT_OFFICE)
        applicant, channel = session.get(Person, applicant_id, with_for_update=True), Channel.COUNTER
    if applicant is None:
        raise NotAllowed
    return applicant, channel


def _unfinished(session: Session, applicant: Person, published: Published, channel: Channel) -> Application | None:
    """The draft that is there already; for an account's verification also the one that runs."""
    mine = select(Application).where(
        Application.applicant_id == applicant.id, Application.service_key == published.service_key
    )
    if published.package.manifest.purpose == "account":
        if applicant.identity_status == IdentityStatus.VERIFIED:
            raise AlreadyVerified
        return session.scalar(mine.where(Application.status != ApplicationStatus.ENDED).limit(1))
    return session.scalar(
        mine.where(Application.status == ApplicationStatus.DRAFT, Application.channel == channel).limit(1)
    )


def _page_after(form: Form, page_key: str, answers: Mapping[str, Any]) -> str | None:
    order = [page.key for page in form.pages]
    later = order[order.index(page_key) + 1 :]
    return next((page.key for page in form.visible_pages(answers) if page.key in later), None)
