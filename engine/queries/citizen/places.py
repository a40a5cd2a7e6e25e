"""Where the documents of an application go, and what lies there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.case.continuations import with_facts
from engine.khmer import Bilingual
from engine.packages import ServicePackage
from storage.applications import Document
from storage.base import Id
from storage.loading import Rows, given, load


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is there."""

    key: str
    filename: str
    size: int
    media_type: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where a document goes: what it is, what is accepted, whether it is needed, and what lies there."""

    key: str
    label: Bilingual
    hint: Bilingual | None
    accepts: tuple[str, ...]
    required: bool
    uploads: tuple[Upload, ...]


_NEWEST: Final = Rows(
    Document,
    which=lambda rows: rows.where(
        Document.application_id == given("application_id", Id), Document.replaced_at.is_(None)
    ).order_by(Document.id),
)


def uploads_of(session: Session, application_id: int) -> dict[str, tuple[Upload, ...]]:
    """The files of an application that were not replaced, by the place they lie in; one statement."""
    rows = (row for (row,) in load(session, _NEWEST, application_id=application_id))
    found: dict[str, tuple[Upload, ...]] = {}
    for row in rows:
        upload = Upload(row.key, row.filename, row.size, row.media_type, row.uploaded_at)
        found[row.document_key] = (*found.get(row.document_key, ()), upload)
    return found


def places_of(session: Session, filing: Filing) -> tuple[DocumentPlace, ...]:
    """The documents of the service, with what lies in each place."""
    answers = with_facts(session, filing.package, filing.application)
    return document_places(filing.package, answers, uploads_of(session, filing.application.id))


def document_places(
    package: ServicePackage, answers: Mapping[str, Any], uploads: Mapping[str, tuple[Upload, ...]]
) -> tuple[DocumentPlace, ...]:
    """The documents that the package asks of these answers and facts, with what lies in each place; those of a later
    task only once they are there."""
    later = package.asked_later
    return tuple(
        DocumentPlace(
            key=rule.key,
            label=package.texts.documents[rule.key].label,
            hint=package.texts.documents[rule.key].hint,
            accepts=rule.accepts,
            required=rule.is_required(answers),
            uploads=uploads.get(rule.key, ()),
        )
        for rule in package.manifest.documents
        if rule.key not in later or rule.key in uploads
    )
