"""An office as it is now: the promises that run there, how its finished cases went, who works there and when they are
away. Read only, in nine statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.errors.what_if import OfficeTooLarge
from engine.house import House
from engine.packages.groups import APPLICANT
from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.ways import TaskDone, Way, ways_of
from engine.working_time import clocks, promises
from engine.working_time.calendar import WorkingTime
from storage.absences import Absence
from storage.applications import Application
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, TaskStatus, UserTask

MOST_CASES: Final = 2000
"""Of an office with more open promises nothing is played: it would take too long for a page."""
FINISHED: Final = 600
_LOOKED_BACK: Final = timedelta(days=365)
LATELY: Final = timedelta(days=28)
"""How many cases come in is told by the last four weeks."""
AHEAD: Final = timedelta(days=150)


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise that runs and can be kept: the case, its term and ledger, and the open task that is next, if any."""

    application_id: int
    key: str
    reference: str
    service_key: str
    term: str
    ledger: tuple[clocks.Interval, ...]
    due_at: datetime
    element: str | None
    is_claimed: bool


@dataclass(frozen=True, slots=True)
class AtWork:
    """An officer: the groups here, and the days on which they are away, first and last."""

    person_id: int
    groups: frozenset[str]
    away: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class OfficeToday:
    """What is played ahead. ``ways``: those of finished cases by service; ``comes``: how many cases come in during a
    hundred working days, by service; ``paused`` promises stand still and ``late`` ones are broken: none is played."""

    now: datetime
    calendar: WorkingTime
    cases: tuple[Promised, ...]
    ways: Mapping[str, Sequence[Way]]
    officers: tuple[AtWork, ...]
    comes: Mapping[str, int]
    paused: int
    late: int


def office_called(session: Session, code: str) -> int:
    """The id of the office with this code; ``NotFound`` where there is none."""
    office_id = session.scalar(select(Office.id).where(Office.code == code))
    if office_id is None:
        raise NotFound
    return office_id


def office_today(session: Session, house: House, office_id: int, *, now: datetime) -> OfficeToday:
    """The office; ``OfficeTooLarge`` where more is open than a page can play."""
    calendar = house.calendars.of(session, session.get_one(Office, office_id))
    open_ = _open(session, office_id)
    promised = [clock for clock, _, _ in open_.values()]
    late = sum(clock.breached_at is not None or (clock.watch_at or now) < now for clock in promised)
    paused = sum(clock.status == ClockStatus.PAUSED and clock.breached_at is None for clock in promised)
    tasks = _next_tasks(session, list(open_))
    finished = _finished(session, office_id, now)
    since = now - LATELY
    started = [(clock.service_key, clock.started_at) for clock in (*promised, *finished.values())]
    lately = Counter(service for service, at in started if at >= since)
    days = max(calendar.working_days_between(since, now), 1)
    return OfficeToday(
        now=now,
        calendar=calendar,
        cases=tuple(_cases(open_, tasks, now)),
        ways=_ways(session, finished, calendar, now),
        officers=_officers(session, office_id, calendar.local_date(now)),
        comes={service: count * 100 // days for service, count in sorted(lately.items())},
        paused=paused,
        late=late,
    )


_Open = tuple[Clock, str, str]


def _open(session: Session, office_id: int) -> dict[int, _Open]:
    """What was promised and runs or waits, by application: the norm, else the term of the law."""
    kinds = (ClockKind.TERM, ClockKind.NORM)
    rows = session.execute(
        select(Clock, Application.key, func.coalesce(Application.reference, ""))
        .join(Application, Application.id == Clock.application_id)
        .where(Clock.office_id == office_id, Clock.is_open(), Clock.kind.in_(kinds))
        .order_by(Clock.application_id, Clock.kind.desc())
        .limit(2 * MOST_CASES + 1)
    ).all()
    found: dict[int, _Open] = {}
    for clock, key, reference in rows:  # the term comes before the norm, which takes its place
        found[clock.application_id] = (clock, key, reference)
    if len(rows) > 2 * MOST_CASES or len(found) > MOST_CASES:
        raise OfficeTooLarge(MOST_CASES)
    return found


def _next_tasks(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[str, bool]]:
    """The first open task of officers of each case, and whether somebody has claimed it."""
    rows = session.execute(
        select(UserTask.application_id, UserTask.element_id, UserTask.status)
        .where(UserTask.application_id.in_(ids), UserTask.status.in_(OPEN_TASK), UserTask.group != APPLICANT)
        .order_by(UserTask.id.desc())
    )
    return {application_id: (element, status == TaskStatus.CLAIMED) for application_id, element, status in rows}


def _cases(open_: Mapping[int, _Open], tasks: Mapping[int, tuple[str, bool]], now: datetime) -> Iterator[Promised]:
    for application_id, (clock, key, reference) in open_.items():
        if clock.status != ClockStatus.RUNNING or clock.breached_at is not None or (clock.watch_at or now) < now:
            continue
        element, is_claimed = tasks.get(application_id, (None, False))
        ledger, due_at = promises.intervals(clock), clock.watch_at or now
        yield Promised(
            application_id, key, reference, clock.service_key, clock.term, ledger, due_at, element, is_claimed
        )


def _finished(session: Session, office_id: int, now: datetime) -> dict[int, Clock]:
    rows = session.scalars(
        select(Clock)
        .where(Clock.office_id == office_id, Clock.is_of_law(), Clock.ended_at >= now - _LOOKED_BACK)
        .where(Clock.ended_at <= now, Clock.status.in_((ClockStatus.MET, ClockStatus.LATE)))
        .order_by(Clock.ended_at.desc())
        .limit(FINISHED)
    )
    return {clock.application_id: clock for clock in rows}


def _ways(
    session: Session, finished: Mapping[int, Clock], calendar: WorkingTime, now: datetime
) -> dict[str, Sequence[Way]]:
    """How the finished cases went, up to when their promise was over."""
    if not finished:
        return {}
    columns = (
        UserTask.application_id, UserTask.element_id, UserTask.group, UserTask.ready_at, UserTask.claimed_at,
        UserTask.completed_at, UserTask.completed_by_id,
    )  # fmt: skip
    wanted = UserTask.application_id.in_(list(finished)), UserTask.completed_at.is_not(None)
    rows = session.execute(select(*columns).where(*wanted, UserTask.group != APPLICANT).order_by(UserTask.id))
    tasks = [
        TaskDone(row.application_id, row.element_id, row.group, row.ready_at, row.claimed_at, row.completed_at, row[-1])
        for row in rows
        if row.ready_at <= (finished[row.application_id].ended_at or now)
    ]
    begin = min([clock.started_at for clock in finished.values()] + [task.ready_at for task in tasks])
    axis = OpenMinutes(calendar, begin, (now - begin).days + 2)
    ledgers = {application_id: promises.intervals(clock) for application_id, clock in finished.items()}
    found: dict[str, list[Way]] = defaultdict(list)
    for application_id, way in ways_of(tasks, ledgers, axis).items():
        found[finished[application_id].service_key].append(way)
    return dict(found)


def _officers(session: Session, office_id: int, today: date) -> tuple[AtWork, ...]:
    """Who works here, and when they are away; two statements."""
    belongs = or_(Membership.to_day.is_(None), Membership.to_day >= today)
    rows = session.execute(
        select(Membership.person_id, Membership.group)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.office_id == office_id, Membership.from_day <= today, belongs, Person.disabled_at.is_(None))
        .order_by(Membership.person_id)
    )
    groups: dict[int, set[str]] = defaultdict(set)
    for person_id, group in rows:
        groups[person_id].add(group)
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    absences = select(Absence).where(
        Absence.person_id.in_(sorted(groups)), Absence.last_day >= today, Absence.ended_at.is_(None)
    )
    for absence in session.scalars(absences.order_by(Absence.first_day)):
        away[absence.person_id].append((absence.first_day, absence.last_day))
    return tuple(AtWork(one, frozenset(theirs), tuple(away[one])) for one, theirs in groups.items())
