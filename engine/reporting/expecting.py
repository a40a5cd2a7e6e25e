"""When an open case is expected to be done, by what is kept of its office (``engine.reporting.measuring``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from engine.reporting.comparing import Correction, Sample, expect
from engine.reporting.courses import days_from, moment_of
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from storage.expected_dates import DateRecord, OfficeLoad, StepHistory


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case whose promise runs or waits: the ledger of its clock, and the steps at which it is, by their elements,
    with the moments at which it came there."""

    service_key: str
    office_id: int
    ledger: tuple[clocks.Interval, ...]
    steps: tuple[tuple[str, datetime], ...]

    @property
    def from_beginning(self) -> tuple[str, datetime]:
        """The step that every case has behind it: its promise began."""
        return "", self.ledger[0].started_at


@dataclass(frozen=True, slots=True)
class Expected:
    """From when days count (``based_at``), how many comparable cases took and how many are told; and the moments at
    which those days are over, empty while the promise stands still."""

    based_at: datetime
    half: int
    most: int
    told_half: int
    told_most: int
    half_at: datetime | None
    most_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of some offices."""

    samples: Mapping[tuple[str, int, str], Sequence[Sample]] = field(default_factory=dict)
    loads: Mapping[int, int] = field(default_factory=dict)
    corrections: Mapping[tuple[str, int], Correction] = field(default_factory=dict)

    def expected(self, case: OpenCase, calendar: WorkingTime, *, now: datetime) -> Expected | None:
        """When the case will be done: by the step that says the latest of those at which it is; by its beginning where
        none says anything. None where too few comparable cases are known."""
        found = [each for each in (self._from(step, case, calendar, now) for step in case.steps) if each]
        if not found:
            found = [each for each in (self._from(case.from_beginning, case, calendar, now),) if each]
        return max(
            found, key=lambda each: (each.most_at is not None, each.most_at or now, each.told_most), default=None
        )

    def _from(
        self, step: tuple[str, datetime], case: OpenCase, calendar: WorkingTime, now: datetime
    ) -> Expected | None:
        element, at = step
        at = max(at, case.ledger[0].started_at)
        elapsed = days_from(case.ledger, at, now, calendar)
        taken = self.samples.get((case.service_key, case.office_id, element), ())
        found = expect(taken, self.loads.get(case.office_id, 0), elapsed)
        if found is None:
            return None
        correction = self.corrections.get((case.service_key, case.office_id), Correction())
        half, most = (max(days, elapsed) for days in correction.told(found.half, found.most))
        half_at, most_at = (moment_of(case.ledger, at, days, calendar, now=now) for days in (half, most))
        return Expected(at, found.half, found.most, half, most, half_at, most_at)


def read_known(session: Session, cases: Collection[OpenCase]) -> Known:
    """What is kept of the offices and steps of these cases; three statements, however many they are."""
    offices = sorted({case.office_id for case in cases})
    wanted = {(case.service_key, case.office_id, element) for case in cases for element, _ in (*case.steps, ("", None))}
    if not wanted:
        return Known()
    key = tuple_(StepHistory.service_key, StepHistory.office_id, StepHistory.element_id)
    rows = session.execute(
        select(StepHistory.service_key, StepHistory.office_id, StepHistory.element_id, StepHistory.samples).where(
            key.in_(sorted(wanted))
        )
    )
    loads = select(OfficeLoad.office_id, OfficeLoad.load).where(OfficeLoad.office_id.in_(offices))
    records = session.scalars(select(DateRecord).where(DateRecord.office_id.in_(offices)))
    return Known(
        {(service, office, element): _read(taken) for service, office, element, taken in rows},
        {row.office_id: row.load for row in session.execute(loads)},
        {(row.service_key, row.office_id): Correction(row.longer_half, row.longer_most) for row in records},
    )


def _read(taken: Sequence[Any]) -> Sequence[Sample]:
    return [Sample(days, load) for days, load in taken]
