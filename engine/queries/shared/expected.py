"""When a case is expected to be done, as pages say it, and how often such dates held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement

from engine.localise import PHNOM_PENH
from storage.applications import Application
from storage.expected_dates import DateRecord, ExpectedDate

FEWEST_KNOWN: Final = 20
"""Of so many dates it must be known whether they held before that is said."""
OF_CASE: Final[ColumnElement[bool]] = ExpectedDate.application_id == Application.id
OF_RECORD: Final[ColumnElement[bool]] = (DateRecord.service_key == ExpectedDate.service_key) & (
    DateRecord.office_id == ExpectedDate.office_id
)


@dataclass(frozen=True, slots=True)
class ExpectedShown:
    """Half of comparable cases were done by ``half_at``, nine of ten by ``most_at``. ``is_late``: it will probably miss
    its promise; ``is_told``: and its people were told. Of the last ``known`` dates for nine of ten, ``held`` held; none
    where too few are known."""

    half_at: datetime
    most_at: datetime
    is_late: bool
    is_told: bool
    known: int = 0
    held: int = 0

    @property
    def is_one_day(self) -> bool:
        """Whether half and nine of ten were done by the same day."""
        return _day(self.half_at) == _day(self.most_at)

    def helps(self, promised: datetime) -> bool:
        """Whether it says something good to whoever was promised a day, and contradicts it in nothing."""
        return not self.is_late and _day(self.half_at) < _day(promised) and _day(self.most_at) <= _day(promised)


def expected_shown(
    row: ExpectedDate | None,
    record: DateRecord | None,
    application: Application,
    elements: Iterable[str],
    now: datetime,
) -> ExpectedShown | None:
    """What a page says. Nothing while the promise stands still or is over, nor where the case has come to other steps
    (``elements``, the open ones of officers) since it was looked at."""
    if row is None or row.half_at is None or row.most_at is None or row.most_at < now:
        return None
    runs = application.decided_at is None and application.ended_at is None and application.promised_at is not None
    if not runs or row.elements != " ".join(sorted(set(elements))):
        return None
    is_known = record is not None and record.told >= FEWEST_KNOWN
    return ExpectedShown(
        max(row.half_at, now),
        row.most_at,
        row.late_since is not None,
        row.told_at is not None,
        record.told if record is not None and is_known else 0,
        record.most if record is not None and is_known else 0,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(PHNOM_PENH).date()
