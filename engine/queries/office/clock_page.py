"""Why a promise ends on its day: one clock of a case, day by day, as officers read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.case.catching_up import is_behind
from engine.case.reading import note_reader
from engine.errors import NotFound
from engine.flow import more_time
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage
from engine.packages.clock_rules import MoreTime
from engine.people.actors import Actor
from engine.queries.office.clock_history import Given, Stretch, given_to, stretches_of
from engine.queries.shared.climbs import ClimbShown, climb_of
from engine.queries.shared.people import person_name
from engine.working_time import clocks, promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.day_by_day import DayByDay, day_by_day
from engine.working_time.terms import Term, parse_term
from storage.applications import Application
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.offices import Office
from storage.people import Person

Began = Literal["submitted", "paid", "complete", "corrected", "task"]
_CASE: Final = (
    select(Application, Office)
    .join(Office, Office.id == Application.office_id)
    .where(Application.key == bindparam("key"), Application.submitted_at.is_not(None))
)
_CLOCKS: Final = (
    select(Clock, Office)
    .join(Office, Office.id == Clock.office_id)
    .where(Clock.application_id == bindparam("application_id"))
    .order_by(Clock.kind != ClockKind.NORM, Clock.kind != ClockKind.TERM, Clock.id)
)


@dataclass(frozen=True, slots=True)
class CalendarUsed:
    """The calendar by which the days were reckoned: its revision, and when and by whom it was made, where that is
    known. ``is_behind``: it was changed since, and this clock is about to be reckoned again."""

    office: Bilingual
    revision: int
    made_at: datetime | None
    made_by: Bilingual | None
    is_behind: bool


@dataclass(frozen=True, slots=True)
class OtherClock:
    """Another promise of the case, to go to its page."""

    id: int
    kind: str
    task: Bilingual | None
    term: Term
    due_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class ClockPage:
    """One clock of a case. ``days`` lead to the day that holds now (``holds``): the first one, or after a breach the
    new one, which is ``extended_by`` from ``extended_at``. ``due_at`` is the first day, which may have been broken
    (``breached_at``; ``breaches`` counts the new ones too). ``if_it_ran``: the day that a clock that stands still would
    get if it ran on now. ``agrees``: the days come to the moment that was promised; they may not when the calendar was
    changed since. ``may_give``: how much more time the reader may give now; ``times_given``: how often it was.
    ``climb``: how far it went up the chain of its office."""

    key: str
    reference: str
    service: Bilingual
    id: int
    kind: str
    task: Bilingual | None
    status: str
    term: Term
    began: Began
    began_at: datetime
    days: DayByDay
    due_at: datetime | None
    holds: datetime | None
    breached_at: datetime | None
    breaches: int
    extended_at: datetime | None
    extended_by: Term | None
    told: bool
    ended_at: datetime | None
    if_it_ran: datetime | None
    stretches: tuple[Stretch, ...]
    calendar: CalendarUsed
    others: tuple[OtherClock, ...]
    agrees: bool
    given: tuple[Given, ...] = ()
    times_given: int = 0
    may_give: Term | None = None
    climb: ClimbShown | None = None


def open_clock(session: Session, house: House, actor: Actor, key: str, clock_id: int, *, now: datetime) -> ClockPage:
    """One clock of the case with this key; ``NotFound`` for a case that is not the actor's to read, and for a clock of
    another case. The applicant can read afterwards who opened it."""
    found = session.execute(_CASE, {"key": key}).one_or_none()
    if found is None:
        raise NotFound
    application = found[0]
    rows = session.execute(_CLOCKS, {"application_id": application.id}).all()
    row = next((row for row in rows if row[0].id == clock_id), None)
    if row is None:
        raise NotFound
    package = house.catalog.of(session, application.definition_id).package
    note_reader(session, application, actor, "clock", now=now)
    page = _page(session, house, _Found(application, package, *row), now)
    others = (_other(clock, package) for clock, _ in rows if clock.id != clock_id)
    rule = package.manifest.clock.extension
    may_give = rule is not None and _may_be_given([clock for clock, _ in rows], rule, now)
    may_give = may_give and more_time.may_give(session, application, actor)
    return replace(page, others=tuple(others), may_give=rule.by if rule is not None and may_give else None)


def _may_be_given(of_case: Sequence[Clock], rule: MoreTime, now: datetime) -> bool:
    """Whether the promises of a case may be given more time now, as ``engine.flow.more_time`` decides it."""
    promised = [clock for clock in of_case if clock.kind != ClockKind.TASK and clock.ended_at is None]
    return bool(promised) and all(
        clock.breached_at is None
        and clock.watch_at is not None
        and clock.watch_at >= now
        and clock.status == ClockStatus.RUNNING
        and clock.times_given < rule.times
        for clock in promised
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A clock, the office at which it runs, and its case."""

    application: Application
    package: ServicePackage
    clock: Clock
    office: Office


def _page(session: Session, house: House, found: _Found, now: datetime) -> ClockPage:
    application, package, clock, office = found.application, found.package, found.clock, found.office
    calendar = house.calendars.of(session, office)
    ledger, term = promises.intervals(clock), parse_term(clock.term)
    by = parse_term(clock.extended_by) if clock.extended_at is not None else None
    days = told_by_days(clock, calendar, now)
    return ClockPage(
        key=application.key,
        reference=application.reference or "",
        service=package.manifest.title,
        id=clock.id,
        kind=clock.kind,
        task=_task(clock, package),
        status=clock.status,
        term=term,
        began=_began(clock, ledger, package),
        began_at=clock.started_at,
        days=days,
        due_at=clock.due_at,
        holds=clock.watch_at,
        breached_at=clock.breached_at,
        breaches=clock.breaches,
        extended_at=clock.extended_at,
        extended_by=by,
        told=clock.told_at is not None,
        ended_at=clock.ended_at,
        if_it_ran=promises.day_if_it_ran(clock, calendar, now)
        if clock.ended_at is None and not clock.watch_at
        else None,
        stretches=stretches_of(session, application, ledger),
        calendar=_calendar_used(session, clock, office, calendar),
        others=(),
        agrees=days.due_at == clock.watch_at,
        given=given_to(session, application) if clock.times_given else (),
        times_given=clock.times_given,
        climb=climb_of(session, clock),
    )


def told_by_days(clock: Clock, calendar: WorkingTime, now: datetime) -> DayByDay:
    """The days that lead to the day of a clock that holds now. One that has ended is told as if it ran on, so that its
    days lead to the day by which it was kept or not."""
    ledger = promises.intervals(clock)
    if clock.ended_at is not None and ledger[-1].kind != "pause":
        ledger = (*ledger[:-1], replace(ledger[-1], ended_at=None))
    term = clock.term
    if clock.extended_at is not None:
        term, ledger = clock.extended_by, clocks.since(ledger, clock.extended_at)
    return day_by_day(parse_term(term), ledger, calendar, until=now)


def _began(clock: Clock, ledger: Sequence[clocks.Interval], package: ServicePackage) -> Began:
    if clock.kind == ClockKind.TASK:
        return "task"
    if any(stretch.kind == "restart" for stretch in ledger):
        return "corrected"
    starts: dict[str, Began] = {"paid": "paid", "complete": "complete"}
    return starts.get(package.manifest.clock.starts, "submitted")


def _task(clock: Clock, package: ServicePackage) -> Bilingual | None:
    settings = package.tasks.get(clock.element_id) if clock.element_id else None
    return settings.name if settings else None


def _other(clock: Clock, package: ServicePackage) -> OtherClock:
    term, is_over = parse_term(clock.term), clock.ended_at is not None
    return OtherClock(clock.id, clock.kind, _task(clock, package), term, clock.watch_at, is_over)


def _calendar_used(session: Session, clock: Clock, office: Office, calendar: WorkingTime) -> CalendarUsed:
    made = session.execute(
        select(CalendarChange.made_at, Person.id, Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == CalendarChange.made_by_id)
        .where(CalendarChange.office_id == office.id, CalendarChange.revision == clock.calendar_revision)
    ).one_or_none()
    by = person_name(made.name_km, made.name_latin) if made is not None and made.id is not None else None
    behind = clock.ended_at is None and is_behind(clock, calendar)
    return CalendarUsed(office_name(office), clock.calendar_revision, made.made_at if made else None, by, behind)
