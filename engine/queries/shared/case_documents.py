"""The documents of a case, as officers read them: the newest of each, and what lay in its place before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages import APPLY, ServicePackage
from storage.applications import Document
from storage.base import Id
from storage.loading import Rows, given, load

_DOCUMENTS: Final = Rows(
    Document,
    which=lambda rows: rows.where(Document.application_id == given("application_id", Id)).order_by(Document.id),
)


@dataclass(frozen=True, slots=True)
class EarlierUpload:
    """An upload that a newer one replaced after the application was sent."""

    key: str
    filename: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """The newest upload of a document. ``earlier``: how many uploads it replaced; ``before``: those that can still be
    opened, the newest first."""

    key: str
    document_key: str
    label: Bilingual
    filename: str
    media_type: str
    size: int
    uploaded_at: datetime
    earlier: int
    before: tuple[EarlierUpload, ...] = ()

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_paper(self) -> bool:
        """Whether its pages can be shown one by one."""
        return self.media_type == "application/pdf"


def documents(session: Session, application_id: int, package: ServicePackage) -> tuple[DocumentShown, ...]:
    """The documents in the order of the manifest; one statement."""
    rows = [row for (row,) in load(session, _DOCUMENTS, application_id=application_id)]
    order = [rule.key for rule in package.manifest.documents]
    newest = sorted(
        (row for row in rows if row.replaced_at is None),
        key=lambda row: order.index(row.document_key) if row.document_key in order else len(order),
    )
    return tuple(
        DocumentShown(
            row.key,
            row.document_key,
            document_label(package, row.document_key),
            row.filename,
            row.media_type,
            row.size,
            row.uploaded_at,
            sum(old.document_key == row.document_key for old in rows if old.replaced_at is not None),
            _before(row, rows),
        )
        for row in newest
    )


def _before(newest: Document, rows: Sequence[Document]) -> tuple[EarlierUpload, ...]:
    """What lay in its place before; of what was replaced in a draft the file is gone."""
    same = (row for row in rows if row.document_key == newest.document_key and row.replaced_at is not None and row.size)
    return tuple(EarlierUpload(row.key, row.filename, row.uploaded_at) for row in sorted(same, key=lambda row: -row.id))


def document_label(package: ServicePackage, document_key: str) -> Bilingual:
    """What a document is called: by the manifest, or by the question of the form that it answers."""
    texts = package.texts.documents.get(document_key)
    if texts is not None:
        return texts.label
    asked = next((part for form in package.forms.values() if (part := form.component(document_key))), None)
    return asked.label if asked else question_label(package, document_key)


def question_label(package: ServicePackage, key: str) -> Bilingual:
    """What is asked there, by the form of the application."""
    component = package.forms[APPLY].component(key)
    return component.label if component else Bilingual(key, key)
