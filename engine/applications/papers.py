"""Papers that came several at once: they lie in a tray of the draft until somebody says what each of them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.applications import uploads
from engine.applications.filing import Filing, open_filing
from engine.applications.uploads import Place, Upload, keep_upload, place_of, remove_document
from engine.documents.intake import MEDIA_TYPES
from engine.errors import AlreadySubmitted, NotFound, Refused, WrongFileType
from engine.errors.counter import OneFileHere
from engine.house import House
from engine.people.actors import Actor
from storage.applications import TRAY, Application, ApplicationStatus, Document

REMOVE: Final = "_remove"
"""Said instead of a kind: this file is not needed."""
_ANY: Final = Place(TRAY, tuple(MEDIA_TYPES), several=True)


@dataclass(frozen=True, slots=True)
class Laid:
    """A file in the tray by its key, and whether it did not lie there before."""

    key: str
    is_new: bool


def put_in_tray(
    session: Session, house: House, actor: Actor, application_key: str, *, upload: Upload, now: datetime
) -> str:
    """Keeps a file of a draft of which nobody has said what it is, and gives its key. The same file once more stays
    one. Refusals as of ``uploads.add_document``."""
    filing = open_filing(session, house, actor, application_key, lock=True, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    return lay(session, house, actor, filing.application, upload=upload, now=now).key


def lay(
    session: Session, house: House, actor: Actor, application: Application, *, upload: Upload, now: datetime
) -> Laid:
    """The same for a draft that is locked already."""
    digest = sha256(upload.content).hexdigest()
    known = session.scalar(_in_tray(application.id).where(Document.sha256 == digest).limit(1))
    if known is not None:
        return Laid(known.key, is_new=False)
    return Laid(keep_upload(session, house, actor, application, _ANY, upload=upload, now=now), is_new=True)


def unsorted(session: Session, application_id: int) -> tuple[str, ...]:
    """The keys of the files in the tray, the earliest first; one statement."""
    return tuple(document.key for document in session.scalars(_in_tray(application_id)))


def sort_papers(
    session: Session, house: House, actor: Actor, application_key: str, said: Mapping[str, str], *, now: datetime
) -> dict[str, Refused]:
    """Lays files from the tray where they belong: ``said`` gives the document that each of them is, by its key, or
    ``REMOVE``. What cannot lie there stays in the tray; why, by the file's key. A file that lies elsewhere by now, or
    was taken away, stays there."""
    filing = open_filing(session, house, actor, application_key, lock=True, now=now)
    if filing.application.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    refused: dict[str, Refused] = {}
    laid: set[str] = set()
    for document in _named(session, filing, said):
        kind = said[document.key]
        try:
            if kind == REMOVE:
                remove_document(session, house, actor, document.key, now=now)
            else:
                _lay_there(session, house, filing, document, kind=kind, laid=laid, now=now)
        except (OneFileHere, WrongFileType, NotFound) as wrong:
            refused[document.key] = wrong
    session.flush()
    return refused


def _named(session: Session, filing: Filing, keys: Iterable[str]) -> list[Document]:
    wanted = set(keys)
    return [document for document in session.scalars(_in_tray(filing.application.id)) if document.key in wanted]


def _lay_there(
    session: Session, house: House, filing: Filing, document: Document, *, kind: str, laid: set[str], now: datetime
) -> None:
    """``laid``: the places that were given a file before; where one may lie, the next stays in the tray."""
    place = place_of(filing, kind)
    if document.media_type not in {MEDIA_TYPES[ending] for ending in place.accepts}:
        raise WrongFileType(accepted=", ".join(ending.upper() for ending in place.accepts))
    if not place.several:
        if place.key in laid:
            raise OneFileHere
        uploads.replace(session, house, filing.application, place.key, now)
    document.document_key = place.key
    laid.add(place.key)
    session.flush()


def _in_tray(application_id: int) -> Select[Document]:
    """The files of a draft of which nobody said what they are."""
    here = Document.application_id == application_id, Document.document_key == TRAY, Document.replaced_at.is_(None)
    return select(Document).where(*here).order_by(Document.id)
