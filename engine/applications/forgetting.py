"""Files of drafts that nobody needs any more leave the file store; what another row names stays."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.house import House
from storage.applications import Certificate, Document, Handover
from storage.bank_slips import BankSlip
from storage.database import afterwards

log = structlog.get_logger("owso.files")


def keep_after(session: Session, house: House, content: bytes) -> None:
    """Has the bytes of a row written once more when the row is there: somebody may have forgotten the same bytes just
    before. Nothing happens where they lie already."""
    afterwards(session, partial(_keep, house, content))


def forget_after(session: Session, house: House, digests: Collection[str]) -> None:
    """Takes these files away as soon as this transaction is kept, unless another row names them then."""
    afterwards(session, partial(_forget, house, tuple(dict.fromkeys(digests))))


def _keep(house: House, content: bytes) -> None:
    try:
        house.files.put(content)
    except OSError as failure:  # the row's own writing had succeeded: only the second look failed
        log.error("file_not_looked_at", failure=type(failure).__name__)


def _forget(house: House, digests: Collection[str]) -> None:
    """Put aside first, then asked for: whoever keeps the same bytes meanwhile either has a row by now, or writes them
    anew after it."""
    for digest in digests:
        try:
            with house.files.put_aside(digest) as aside, house.database.reading() as session:
                aside.is_needed = _is_named(session, digest)
        except Exception as failure:  # the draft is gone all the same; the file stays
            log.error("file_not_forgotten", failure=type(failure).__name__)


def _is_named(session: Session, digest: str) -> bool:
    named = (
        exists().where(Document.sha256 == digest, Document.size > 0),
        exists().where(Certificate.sha256 == digest),
        exists().where(Handover.signature_sha256 == digest),
        exists().where(BankSlip.sha256 == digest),
    )
    return any(session.scalar(select(each)) for each in named)
