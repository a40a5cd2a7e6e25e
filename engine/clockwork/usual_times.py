"""How long the services of an office usually take: measured from its own decided cases, as their clocks counted.

What is measured is kept as a row for each service of an office, so that a page reads one row and never the cases.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.working_time import clocks, promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import WorkingDays
from storage.applications import Application
from storage.clocks import Clock, ClockStatus, UsualTime
from storage.offices import Office

LOOKED_BACK: Final = timedelta(days=365)
FEWEST: Final = 10
"""Cases below which nothing is said: a few are chance, and might be told whose they were."""
NEWEST: Final = 1000
"""Of the cases of a service at an office so many are measured: more would say the same."""
_A_DAY: Final = WorkingDays(1)
"""The unit in which is measured, whatever the term of the service is written in."""


def measure(session: Session, house: House, office_id: int, *, now: datetime) -> int:
    """Measures the services of one office anew; how many have a usual time. Two statements, and one for the rows."""
    calendar = house.calendars.of(session, session.get_one(Office, office_id))
    taken: dict[str, list[int]] = {}
    for row in session.execute(_decided(office_id, now)):
        taken.setdefault(row.service_key, []).append(working_days(row.Clock, calendar))
    session.execute(delete(UsualTime).where(UsualTime.office_id == office_id))
    rows = [_usual(service_key, office_id, days, now) for service_key, days in taken.items() if len(days) >= FEWEST]
    session.add_all(rows)
    return len(rows)


def working_days(clock: Clock, calendar: WorkingTime) -> int:
    """On which working day of a clock it ended: 0 on that of its start, 1 on the next; days that were given back do not
    count. A promise of so many working days would have been kept."""
    ledger = promises.intervals(clock)
    counted = clocks.that_count(ledger)
    if clock.ended_at is None or not counted:
        return 0
    day = calendar.local_date(clock.ended_at)
    closes, is_worked = calendar.end_of(day)
    begun = is_worked and closes > clock.ended_at and day > calendar.local_date(counted[0].started_at)
    return clocks.consumed(_A_DAY, ledger, calendar, now=clock.ended_at) + begun


def reached_by(days: list[int], share: int) -> int:
    """The least number of days within which that share of a hundred was done (nearest rank)."""
    return sorted(days)[-(-len(days) * share // 100) - 1]


def _usual(service_key: str, office_id: int, days: list[int], now: datetime) -> UsualTime:
    return UsualTime(
        service_key=service_key,
        office_id=office_id,
        half=reached_by(days, 50),
        most=reached_by(days, 90),
        cases=len(days),
        measured_at=now,
    )


def _decided(office_id: int, now: datetime) -> Select[tuple[str, Clock]]:
    """The newest decided cases of each service; what was withdrawn, lapsed or cancelled stopped its clock instead."""
    newest = func.row_number().over(partition_by=Application.service_key, order_by=Clock.ended_at.desc())
    measured = (
        select(Clock.id, Application.service_key, newest.label("place"))
        .join(Application, Application.id == Clock.application_id)
        .where(
            Clock.office_id == office_id,
            Clock.is_of_law(),
            Clock.ended_at >= now - LOOKED_BACK,
            Clock.status.in_((ClockStatus.MET, ClockStatus.LATE)),
        )
        .subquery()
    )
    return (
        select(measured.c.service_key, Clock)
        .join(measured, measured.c.id == Clock.id)
        .where(measured.c.place <= NEWEST)
    )
