"""What an applicant changed after sending: each answer before and after, as the history of the case has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import asking
from storage.asking import Question
from storage.events import CaseEvent

_SENT: Final = Question(
    select(CaseEvent.seq, CaseEvent.at, CaseEvent.kind, CaseEvent.data, CaseEvent.personal)
    .where(CaseEvent.application_id == bindparam("application_id"), CaseEvent.kind.in_(("submitted", "resubmitted")))
    .order_by(CaseEvent.seq)
)


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that was changed at an event: what it was and what it became, as they are kept. Neither is known
    (``is_known``) when the personal data of the history was erased."""

    key: str
    was: Any
    became: Any
    is_known: bool
    at: datetime
    event_seq: int


def changes_of(session: Session, application_id: int) -> tuple[Change, ...]:
    """Every change of an answer since the application was sent, in order; one statement."""
    return tuple(_changes(asking.rows(session, _SENT, application_id=application_id)))


def _changes(rows: Iterable[Any]) -> Iterable[Change]:
    values: dict[str, Any] = {}
    is_whole = True
    for row in rows:
        is_whole = is_whole and row.personal is not None
        came: dict[str, Any] = row.personal or {}
        if row.kind == "resubmitted":
            for key in row.data.get("fields", ()):
                yield Change(key, values.get(key), came.get(key), is_whole, row.at, row.seq)
        values |= came
