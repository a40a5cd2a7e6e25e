"""Drafts that nobody comes back to: their people are told in time, then they are removed with everything in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from engine.applications.forgetting import forget_after
from engine.case.messages import day_told
from engine.claiming import one_by_one
from engine.house import House
from engine.namesakes import office_name
from engine.people.telling import tell
from storage.applications import Application, ApplicationStatus, Document
from storage.drafts import Draft
from storage.offices import Office
from storage.people import AccessLog, Person

REMINDED_BEFORE: Final = timedelta(days=7)
"""How long before the day a person is told; nobody loses a draft sooner than that after being told."""
BATCH: Final = 100
SENT_TOGETHER: Final = 200
log = structlog.get_logger("owso.drafts")


def touch_draft(session: Session, application: Application, *, now: datetime) -> None:
    """Somebody works on a draft: it is kept anew from now on."""
    draft = session.get(Draft, application.id)
    if draft is None:
        session.add(Draft(application_id=application.id, touched_at=now))
        session.flush()  # a transaction that works on it twice finds the row
        return
    draft.touched_at, draft.reminded_at = max(draft.touched_at, now), None


def kept_until(session: Session, house: House, application: Application) -> datetime | None:
    """Until when a draft is kept when nobody works on it; ``None`` for what is no draft any more."""
    if application.status != ApplicationStatus.DRAFT:
        return None
    draft = session.get(Draft, application.id)
    return _end(house, draft) if draft else application.created_at + house.drafts_kept


def remove_draft(session: Session, house: House, application: Application) -> None:
    """Takes a draft away with its documents, rows and files."""
    files = select(Document.sha256).where(Document.application_id == application.id)
    forget_after(session, house, session.scalars(files).all())
    for rows in (Document, AccessLog):  # somebody at the counter may have looked at what they had scanned
        session.execute(delete(rows).where(rows.application_id == application.id))
    session.delete(application)  # and with it its row in ``draft``


def lapse_due(house: House, *, now: datetime) -> int:
    """Tells whose draft will be removed soon, and removes those whose day has come, at most a batch of each; how many
    were removed."""
    last_touch = now - house.drafts_kept
    if _let_go_of_sent(house, last_touch + REMINDED_BEFORE) == SENT_TOGETHER:
        return 0  # more of them stand before the drafts of people
    _each(house, _remind, Draft.reminded_at.is_(None) & (Draft.touched_at <= last_touch + REMINDED_BEFORE), now)
    told = Draft.reminded_at.is_not(None) & (Draft.reminded_at <= now - REMINDED_BEFORE)
    return _each(house, _remove, told & (Draft.touched_at <= last_touch), now)


def _let_go_of_sent(house: House, until: datetime) -> int:
    """Takes the rows away of drafts that were sent, once those of their age are looked at, at most so many together;
    how many. Nothing that was sent becomes a draft again, so nothing is locked."""
    sent = (
        select(Draft.application_id)
        .join(Application, Application.id == Draft.application_id)
        .where(Draft.touched_at <= until, Application.status != ApplicationStatus.DRAFT)
        .order_by(Draft.touched_at)
        .limit(SENT_TOGETHER)
    )
    with house.database.reading() as session:
        found = session.scalars(sent).all()
    if found:
        with house.database.transaction() as session:
            session.execute(delete(Draft).where(Draft.application_id.in_(found)))
    return len(found)


def _each(
    house: House,
    act: Callable[[Session, House, Application, Draft, datetime], bool],
    due: ColumnElement[bool],
    now: datetime,
) -> int:
    """Each draft in its own transaction, looked at again under its lock: another worker, or its applicant, may have
    been quicker."""

    def lapse(session: Session, application_id: int) -> bool:
        application = session.scalars(
            select(Application).where(Application.id == application_id).with_for_update()
        ).one_or_none()
        draft = session.scalar(select(Draft).where(Draft.application_id == application_id, due))
        if application is None or draft is None:
            return False
        if application.status != ApplicationStatus.DRAFT:
            session.delete(draft)  # it was sent meanwhile
            return False
        return act(session, house, application, draft, now)

    rows = select(Draft.application_id).where(due).order_by(Draft.touched_at)
    return one_by_one(house.database, rows, Draft.application_id, lapse, most=BATCH, broke=_not_lapsed)


def _not_lapsed(application_id: int, failure: Exception) -> None:
    log.error("draft_not_lapsed", application=application_id, failure=type(failure).__name__)


def _remind(session: Session, house: House, application: Application, draft: Draft, now: datetime) -> bool:
    draft.reminded_at = now
    person, office = session.get_one(Person, application.applicant_id), session.get_one(Office, application.office_id)
    language, english = person.language, person.language == "en"
    title = house.catalog.of(session, application.definition_id).package.manifest.title
    facts = {
        "service": title(language),
        "office": office_name(office)(language),
        "applicant": person.name_latin if english else person.name_km,
        **day_told(_end(house, draft), language),
    }
    # Not tied to the application, which goes while the message stays.
    key = f"{application.id}/draft_kept_until/{draft.touched_at.isoformat()}"
    tell(session, person, house.texts["draft_kept_until"], facts, key=key, now=now)
    return True


def _remove(session: Session, house: House, application: Application, _draft: Draft, _now: datetime) -> bool:
    remove_draft(session, house, application)
    return True


def _end(house: House, draft: Draft) -> datetime:
    ends = draft.touched_at + house.drafts_kept
    return max(ends, draft.reminded_at + REMINDED_BEFORE) if draft.reminded_at else ends
