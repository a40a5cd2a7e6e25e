"""Documents that applicants hand in: what is accepted, where they lie, and who may open them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.corrections import asked_of
from engine.applications.filing import Filing, is_kept_away, may_file, open_filing
from engine.applications.forgetting import forget_after, keep_after
from engine.applications.quotas import require_room
from engine.case.access_log import note_access
from engine.case.readers import may_read
from engine.case.rivals import may_compare
from engine.documents import intake
from engine.documents.intake import MEDIA_TYPES
from engine.errors import AlreadySubmitted, DocumentRefused, NotFound, WrongFileType
from engine.house import House
from engine.khmer import tidy
from engine.people.actors import Actor
from engine.references import new_key
from storage.applications import Application, ApplicationStatus, Document

LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent and has been looked at: what it is, and why it is refused, if it is."""

    filename: str
    content: bytes
    ending: str
    refusal: DocumentRefused | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document goes: under which key, which file types it accepts, whether several files may lie there."""

    key: str
    accepts: tuple[str, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document as somebody may look at it."""

    filename: str
    media_type: str
    content: bytes


def examined(filename: str, content: bytes) -> Upload:
    """Looks at a file that was sent. It takes time for a large one: look before the transaction that keeps it."""
    try:
        file = intake.examined(content)
    except DocumentRefused as refusal:
        return Upload(filename, content, intake.kept_as(content), refusal)
    return Upload(filename, file.content, file.ending, None)


def add_document(
    session: Session,
    house: House,
    actor: Actor,
    application_key: str,
    document_key: str,
    *,
    upload: Upload,
    now: datetime,
) -> str:
    """Keeps an uploaded document of a draft, or one that was asked for again, and gives its key.

    The type is read from the content, whatever the name says; a newer upload replaces an older one. Refusals:
    ``WrongFileType``, ``DocumentTooLarge``, ``PictureTooLarge``, ``DocumentUnsafe``, ``DocumentBroken``,
    ``QuotaReached``.
    """
    filing = open_filing(session, house, actor, application_key, lock=True, now=now)
    place = place_of(filing, document_key)
    if filing.application.status != ApplicationStatus.DRAFT:
        _require_asked(session, filing.application, document_key)
    return keep_upload(session, house, actor, filing.application, place, upload=upload, now=now)


def keep_upload(
    session: Session,
    house: House,
    actor: Actor,
    application: Application,
    place: Place,
    *,
    upload: Upload,
    now: datetime,
) -> str:
    """Keeps an upload in its place of a locked application, and gives its key; refusals as of ``add_document``."""
    ending = accepted(upload, place.accepts)
    if not place.several:
        replace(session, house, application, place.key, now)
    require_room(session, actor, application, len(upload.content), now=now)
    digest = house.files.put(upload.content)
    keep_after(session, house, upload.content)
    document = Document(
        key=new_key(),
        application_id=application.id,
        document_key=place.key,
        filename=clean_name(upload.filename, ending),
        media_type=MEDIA_TYPES[ending],
        size=len(upload.content),
        sha256=digest,
        uploaded_at=now,
        uploaded_by_id=actor.doer_id,
    )
    session.add(document)
    session.flush()
    return document.key


def remove_document(session: Session, house: House, actor: Actor, document_key: str, *, now: datetime) -> str:
    """Takes a document off a draft, and its file away; gives the application's key. Harmless when it was taken off
    already."""
    row = session.execute(
        select(Document, Application.key)
        .join(Application, Application.id == Document.application_id)
        .where(Document.key == document_key)
    ).one_or_none()
    if row is None:
        raise NotFound
    document, application_key = row
    filing = open_filing(session, house, actor, application_key, lock=True, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    document.replaced_at = document.replaced_at or now
    _forget(session, house, [document])
    return filing.application.key


def read_document(session: Session, house: House, actor: Actor, document_key: str, *, now: datetime) -> OpenedDocument:
    """The document, for its applicant and, once it was sent, for the officers who read the case or compare it with
    another claim on the same number. An officer's look is written down, so this needs a writing transaction.
    ``NotFound`` for everybody else."""
    row = session.execute(
        select(Document, Application)
        .join(Application, Application.id == Document.application_id)
        .where(Document.key == document_key)
    ).one_or_none()
    if row is None:
        raise NotFound
    document, application = row
    files = may_file(application, actor) and not is_kept_away(session, application, actor)
    if not (files or _reads_papers(session, application, actor)):
        raise NotFound
    if not document.size:
        raise NotFound
    note_access(session, actor, application.id, "document", detail=document.filename, now=now)
    return OpenedDocument(document.filename, document.media_type, house.files.get(document.sha256))


def _reads_papers(session: Session, application: Application, actor: Actor) -> bool:
    if application.status == ApplicationStatus.DRAFT:
        return False
    return may_read(session, application, actor) or may_compare(session, application, actor)


def accepted(upload: Upload, accepts: Sequence[str]) -> str:
    """The file type (``pdf``, ``jpg``, ``png``) of a harmless file of one of these types; refuses every other."""
    if upload.ending not in accepts:
        raise WrongFileType(accepted=", ".join(kind.upper() for kind in accepts))
    if upload.refusal is not None:
        raise upload.refusal
    return upload.ending


def clean_name(filename: str, ending: str) -> str:
    """A name that is safe to show and to save: no folders, no control signs, the ending that the content has."""
    base = re.split(r"[/\\]", tidy(filename))[-1].rpartition(".")[0] or "document"
    kept = "".join(sign if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc") else "_" for sign in base)
    return f"{re.sub('_+', '_', kept).strip('_')[:LONGEST_NAME] or 'document'}.{ending}"


def place_of(filing: Filing, document_key: str) -> Place:
    """Where a document of this key goes in an application; ``NotFound`` for a key that nothing of it has."""
    rule = filing.package.manifest.document(document_key)
    if rule is not None:
        return Place(rule.key, rule.accepts)
    component = filing.form.component(document_key)
    if component is None or not component.kind.uploads:
        raise NotFound
    return Place(component.key, component.accepts or tuple(MEDIA_TYPES), component.several)


def _require_asked(session: Session, application: Application, document_key: str) -> None:
    """After submitting, a document comes only while the case waits for it, or where none lay before."""
    asked = asked_of(session, application.id)
    if asked is None:
        raise AlreadySubmitted
    older = session.scalar(
        select(Document.id)
        .where(Document.application_id == application.id, Document.document_key == document_key)
        .where(Document.replaced_at.is_(None), Document.uploaded_at <= asked.task.ready_at)
        .limit(1)
    )
    if older is not None and not asked.allows_document(document_key):
        raise AlreadySubmitted


def replace(session: Session, house: House, application: Application, document_key: str, now: datetime) -> None:
    """What lay in this place gives way: of a draft without its file, later it stays to be read beside the new one."""
    older = session.scalars(
        select(Document).where(
            Document.application_id == application.id,
            Document.document_key == document_key,
            Document.replaced_at.is_(None),
        )
    ).all()
    for document in older:
        document.replaced_at = now
    if application.status == ApplicationStatus.DRAFT:
        _forget(session, house, older)


def _forget(session: Session, house: House, documents: Sequence[Document]) -> None:
    """Nobody has read these outside the draft: the rows stay, of no octets, and the files go."""
    forget_after(session, house, [document.sha256 for document in documents])
    for document in documents:
        document.size = 0
    session.flush()
