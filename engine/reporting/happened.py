"""What became of the dates and promises that were told at the offices of this database: counted, case by case."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.reporting.proving import Held
from storage.clocks import Clock, ClockStatus
from storage.expected_dates import ExpectedDate
from storage.offices import Office


@dataclass(frozen=True, slots=True)
class Here:
    """An office by its code: how the first dates of its cases held, as far as that is known, and how many promises were
    kept of those that have ended."""

    code: str
    dates: Held
    kept: int
    ended: int


def held_here(session: Session) -> tuple[Here, ...]:
    """Every office at which something has ended, by its code; two statements."""
    dates = select(
        Office.code,
        func.count(),
        func.sum(case((ExpectedDate.took <= ExpectedDate.told_half, 1), else_=0)),
        func.sum(case((ExpectedDate.took <= ExpectedDate.told_most, 1), else_=0)),
    )
    dates = dates.join(Office, Office.id == ExpectedDate.office_id).where(ExpectedDate.known_at.is_not(None))
    held = {code: Held(*map(int, numbers)) for code, *numbers in session.execute(dates.group_by(Office.code))}
    ends = (ClockStatus.MET, ClockStatus.LATE)
    clocks = select(Office.code, Clock.status, func.count()).join(Office, Office.id == Clock.office_id)
    clocks = clocks.where(Clock.is_of_law(), Clock.status.in_(ends)).group_by(Office.code, Clock.status)
    kept: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for code, status, number in session.execute(clocks):
        ended[code] += number
        kept[code] += number if status == ClockStatus.MET else 0
    codes = sorted(ended.keys() | held.keys())
    return tuple(Here(code, held.get(code, Held(0, 0, 0)), kept[code], ended[code]) for code in codes)
