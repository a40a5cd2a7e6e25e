"""Drafts: an application that its applicant prepares, page by page, and can leave and come back to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.applications.beginning import desk_of, new_draft, reopened, require_begun
from engine.applications.filing import Filing, open_filing, touch
from engine.applications.lapsing import remove_draft
from engine.catalog.published import Published
from engine.errors import AlreadySubmitted, AlreadyVerified, CertificateNeeded, NotFound
from engine.errors.businesses import AtTheCounterOnly
from engine.house import House
from engine.packages import APPLY, Component, FieldError, Form, came_up, gather, prefilled, validate_page
from engine.packages.register_rules import NEW
from engine.people.actors import Actor
from engine.people.identities import account_facts
from engine.people.representatives import is_business
from storage.applications import Application, ApplicationStatus, Channel, Document
from storage.continuations import Continuation
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
    the office does not offer the service today or nobody applies for it; ``CertificateNeeded`` where one begins from a
    certificate only; ``AlreadyVerified`` for a verified account's verification, ``AtTheCounterOnly``
    for that of a business; ``QuotaReached``.
    """
    desk = desk_of(session, actor, office_id, applicant_id)
    published = house.catalog.current(session, service_key, now=now, office_id=office_id)
    require_begun(session, house, desk, published, now=now)
    if NEW not in published.package.manifest.kinds:
        raise CertificateNeeded
    found = _unfinished(session, desk.applicant, published, desk.channel)
    if found is not None:
        return reopened(session, desk, found, now=now)
    answers = prefilled(published.package.forms[APPLY], account_facts(desk.applicant))
    return new_draft(session, desk, published, answers, now=now).key


def save_page(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    page_key: str,
    *,
    raw: Mapping[str, Any],
    shown: Collection[str] | None = None,
    now: datetime,
) -> PageSaved:
    """Keeps what was answered on one page of a draft; ``raw`` is what the browser posted.

    Nothing typed right is lost because something else on the page was wrong. ``shown`` are the questions that stood on
    the page: one that these answers brought up is asked before the next page. ``NotFound`` for an unknown page.
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
    if shown is not None:
        errors = came_up(page.visible(answers | clean), shown, errors)
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


def _unfinished(session: Session, applicant: Person, published: Published, channel: Channel) -> Application | None:
    """The draft that is there already and begins from no certificate; for an account's verification also the one that
    runs."""
    continues = exists().where(Continuation.application_id == Application.id)
    mine = select(Application).where(
        Application.applicant_id == applicant.id, Application.service_key == published.service_key, ~continues
    )
    if published.package.manifest.purpose == "account":
        if is_business(applicant):
            raise AtTheCounterOnly
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
