"""What the steps of an office's services took, and how much work is waiting there: read from its newest finished cases.

Kept in rows, so that a page reads one and never the cases. An office that finished too few cases of a service borrows
those of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.packages.groups import APPLICANT
from engine.reporting.comparing import FEWEST, Sample, Told, correct
from engine.reporting.courses import Course, Waiting, samples
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from storage.base import WORD_LENGTH
from storage.clocks import Clock, ClockStatus
from storage.expected_dates import DateRecord, ExpectedDate, OfficeLoad, StepHistory
from storage.offices import Office, OfficeService
from storage.processes import UserTask

LOOKED_BACK: Final = timedelta(days=365)
NEWEST: Final = 300
"""So many finished cases of each service are compared with."""
_OF_OFFICE: Final = 5000
"""So many finished cases of an office are read, of all its services."""
_OPEN: Final = 20_000
_FROM_OTHERS: Final = 400
"""So many rows of other offices are looked at for what can be borrowed."""
KNOWN: Final = 100
"""So many dates of a service at an office say how well they hold."""
Samples = dict[tuple[str, str], list[Sample]]
"""By service and element, newest first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was read of an office: samples by service and element with how many are its own, the work that waits, and
    what was told of cases of which it is known whether that held, by service."""

    office_id: int
    taken: Mapping[tuple[str, str], tuple[Sequence[Sample], int]]
    load: int
    told: Mapping[str, Sequence[Told]]


def measure(session: Session, house: House, office_id: int, *, now: datetime) -> Measured:
    """Measures an office anew; seven statements. Nothing is written: reading takes longer than others should wait."""
    calendar = house.calendars.of(session, session.get_one(Office, office_id))
    found, waiting = _finished(session, office_id, calendar, now)
    own = _samples(session, found, waiting, calendar)
    whole = _with_others(session, office_id, own)
    taken = {key: (samples, len(own.get(key, ()))) for key, samples in whole.items()}
    return Measured(office_id, taken, waiting.load(now), _told(session, office_id, now))


def keep(session: Session, measured: Measured, *, now: datetime) -> None:
    """Keeps what was measured in the place of what was before."""
    office_id = measured.office_id
    for table in (StepHistory, OfficeLoad, DateRecord):
        session.execute(delete(table).where(table.office_id == office_id))
    session.add(OfficeLoad(office_id=office_id, load=measured.load, measured_at=now))
    session.add_all(
        StepHistory(
            service_key=service,
            office_id=office_id,
            element_id=element,
            samples=[[each.days, each.load] for each in samples],
            own=own,
            measured_at=now,
        )
        for (service, element), (samples, own) in measured.taken.items()
        if len(element) <= WORD_LENGTH  # a tool may give an element a longer id: PostgreSQL would refuse them all
    )
    session.add_all(_record(service, office_id, told, now) for service, told in measured.told.items())


def _finished(
    session: Session, office_id: int, calendar: WorkingTime, now: datetime
) -> tuple[list[tuple[int, str, Clock]], Waiting]:
    """The newest cases that were decided, and all that were waiting meanwhile; two statements."""
    here = Clock.office_id == office_id, Clock.is_of_law()
    over = session.execute(
        select(Clock.application_id, Clock.service_key, Clock)
        .where(*here, Clock.ended_at >= now - LOOKED_BACK, Clock.ended_at <= now)
        .order_by(Clock.ended_at.desc())
        .limit(_OF_OFFICE)
    ).all()
    open_ = session.scalars(
        select(Clock.started_at).where(Clock.office_id == office_id, Clock.is_of_law(), Clock.is_open()).limit(_OPEN)
    )
    clocks = [clock for _, _, clock in over]
    ends = [clock.ended_at for clock in clocks if clock.ended_at is not None]
    waiting = Waiting([*(clock.started_at for clock in clocks), *open_], ends, calendar)
    return [(*row,) for row in over if row.Clock.status in (ClockStatus.MET, ClockStatus.LATE)], waiting


def _samples(
    session: Session, found: Sequence[tuple[int, str, Clock]], waiting: Waiting, calendar: WorkingTime
) -> Samples:
    """What these cases say to those that come to their steps; one statement."""
    newest: dict[str, list[tuple[int, Clock]]] = defaultdict(list)
    for application_id, service, clock in found:
        if len(newest[service]) < NEWEST:
            newest[service].append((application_id, clock))
    steps = _steps(session, [application_id for cases in newest.values() for application_id, _ in cases])
    taken: Samples = defaultdict(list)
    for service, cases in newest.items():
        courses = (_course(clock, steps.get(application_id, ())) for application_id, clock in cases)
        for element, sample in samples(courses, waiting, calendar):
            taken[service, element].append(sample)
    return taken


def _steps(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    first = func.min(UserTask.ready_at)
    asked = select(UserTask.application_id, UserTask.element_id, first).group_by(
        UserTask.application_id, UserTask.element_id
    )
    steps: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    if ids:
        for application_id, element, at in session.execute(
            asked.where(UserTask.application_id.in_(ids), UserTask.group != APPLICANT)
        ):
            steps[application_id].append((element, at))
    return steps


def _course(clock: Clock, steps: Iterable[tuple[str, datetime]]) -> Course:
    ledger = promises.intervals(clock)
    ended_at = clock.ended_at or clock.started_at
    return Course(ledger, ended_at, (("", ledger[0].started_at), *steps))


def _with_others(session: Session, office_id: int, own: Samples) -> Samples:
    """What is known of each step, with cases of other offices where those of this one are too few; two statements."""
    offered = select(OfficeService.service_key).where(OfficeService.office_id == office_id)
    few = {service for service in session.scalars(offered) if len(own.get((service, ""), ())) < FEWEST}
    whole: Samples = {key: taken for key, taken in own.items() if key[0] not in few}
    if not few:
        return whole
    rows = session.execute(
        select(StepHistory.service_key, StepHistory.element_id, StepHistory.samples)
        .where(StepHistory.service_key.in_(sorted(few)), StepHistory.office_id != office_id)
        .where(StepHistory.own >= FEWEST)
        .order_by(StepHistory.measured_at.desc())
        .limit(_FROM_OTHERS)
    ).all()
    for key in {(row.service_key, row.element_id) for row in rows} | {key for key in own if key[0] in few}:
        others = [row.samples for row in rows if (row.service_key, row.element_id) == key]
        whole[key] = [*own.get(key, ()), *_evenly(others)][:NEWEST]
    return whole


def _evenly(others: Sequence[list[Any]]) -> list[Sample]:
    """The newest cases of each office in turn."""
    if not others:
        return []
    each = -(-NEWEST // len(others))
    return [Sample(days, load) for taken in others for days, load in taken[:each]]


def _told(session: Session, office_id: int, now: datetime) -> dict[str, list[Told]]:
    """The newest dates of which it is known whether they held; one statement."""
    place = func.row_number().over(partition_by=ExpectedDate.service_key, order_by=ExpectedDate.known_at.desc())
    known = (
        select(ExpectedDate.application_id, place.label("place"))
        .where(ExpectedDate.office_id == office_id, ExpectedDate.known_at >= now - LOOKED_BACK)
        .subquery()
    )
    rows = session.scalars(
        select(ExpectedDate)
        .join(known, known.c.application_id == ExpectedDate.application_id)
        .where(known.c.place <= KNOWN)
    )
    told: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        told[row.service_key].append(Told(row.half, row.most, row.told_half, row.told_most, row.took or 0))
    return told


def _record(service_key: str, office_id: int, told: Sequence[Told], now: datetime) -> DateRecord:
    longer = correct(told)
    return DateRecord(
        service_key=service_key,
        office_id=office_id,
        told=len(told),
        half=sum(each.took <= each.told_half for each in told),
        most=sum(each.took <= each.told_most for each in told),
        longer_half=longer.half,
        longer_most=longer.most,
        counted_at=now,
    )
