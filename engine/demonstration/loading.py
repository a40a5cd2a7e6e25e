"""A load played into the database: every move of the plan by the use case that a page would call, at its moment, with
the looks of the clock between them.

What happened stands in the database alone, and moves happen in order, each in one transaction: whoever stops it at any
place goes on from there by playing the same load again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.clockwork import schedule
from engine.demonstration import installing, people
from engine.demonstration.books import close_books
from engine.demonstration.building import offering
from engine.demonstration.fitting import Anchors, Fitting, working_days_from
from engine.demonstration.founding import calendar_around, found, hashing_once, moment_at
from engine.demonstration.leaves import Leave
from engine.demonstration.planning import Happens, Load, Move, Plan, plan
from engine.demonstration.playing import Players
from engine.demonstration.staffing import Team, employ
from engine.demonstration.told import CannotGoOn, Told
from engine.errors import Refused
from engine.errors.loads import LoadInThePast, NothingToLoad
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.offices import absences, substitutes
from engine.people.actors import Actor, load_actor
from engine.working_time.calendar import WorkingTime
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import Person

SWEEPS: Final = (time(7, 0), time(17, 30))
"""When the clock looks on each working day of a load, local time."""
SAID: Final = time(7, 10)
"""When absences of the day are recorded."""
OPENED_BEFORE: Final = 20
"""So many working days before its load an empty installation was set up."""
log = structlog.get_logger("owso.demonstration")


@dataclass(frozen=True, slots=True)
class Played:
    """How many cases were filed by this load up to now, how many moves were made just now, and what stopped cases where
    they are: how many by each reason."""

    cases: int
    moves: int
    stopped: Mapping[str, int]


Tell = Callable[[int, int], None]
"""Told after each move: how many were made, of how many."""
_Due = Move | Leave | None
"""What happens at a moment; None for a look of the clock."""


def set_up(house: House, *, password: str, begins: date, now: datetime) -> None:
    """The offices, officers and packages of a demonstration in an empty database, some time before the load begins. No
    story is told."""
    calendar = calendar_around(now)
    opened = moment_at(working_days_from(begins, -OPENED_BEFORE, calendar), time(8, 0))
    house = hashing_once(house)
    found(house, password=password, opened=opened, now=now)
    with house.database.transaction() as session:
        installing.hire_last(session, house, password=password, opened=opened)


def first_number(house: House) -> int:
    """A number that no applicant of a load before had."""
    with house.database.reading() as session:
        return (session.scalar(select(func.max(Person.id))) or 0) + 1


def play(
    house: House,
    load: Load,
    *,
    password: str,
    begin: Callable[[], None] = lambda: None,
    tell: Tell = lambda _done, _all: None,
    looks: bool = True,
) -> Played:
    """Plays what of a load has not happened yet; ``begin`` is called before anything is made, without ``looks`` the
    clock stands aside. ``LoadInThePast`` where anything else happened after its beginning, ``NothingToLoad`` where
    nothing could."""
    house, calendar = hashing_once(house), calendar_around(load.until)
    begins = moment_at(load.begins, time())
    with house.database.reading() as session:
        codes = _offices(session)
        by_key = {one.service_key: one.package for one in house.catalog.all_current(session, now=begins)}
        offered = {code: [by_key[key] for key in keys if key in by_key] for code, keys in _offers(session, codes)}
        planned = plan(load, offered, installing.needed(session, house, now=begins), calendar)
        if not planned.moves:
            raise NothingToLoad
        reached, filed = _happened(session, planned, load)
    begin()
    team = employ(house, planned, password=password, now=begins)
    playing = _Playing(house, planned, codes, team, password)
    return playing.run(_timeline(planned, load, calendar, looks=looks), reached, filed, tell)


def _offices(session: Session) -> dict[str, int]:
    """The ids of offices by code, of a ministry's by its key."""
    called = func.coalesce(Office.ministry_key, Office.code)
    return {code: office_id for office_id, code in session.execute(select(Office.id, called).order_by(Office.id))}


def _offers(session: Session, codes: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    offered = offering(session, codes)
    yield from ((code, sorted(key for key, places in offered.items() if code in places)) for code in codes)


def _happened(session: Session, planned: Plan, load: Load) -> tuple[datetime | None, Mapping[datetime, Application]]:
    """The moment of the last move that was made, None where none was; and the cases that were filed, by their moments.
    ``LoadInThePast`` where what happened is not this load."""
    reached, begins = session.scalar(select(func.max(CaseEvent.at))), planned.moves[0].moment
    if reached is None or reached < begins:
        return None, {}
    since = select(Application).where(Application.submitted_at >= begins)
    filed = {one.submitted_at: one for one in session.scalars(since) if one.submitted_at is not None}
    own = {move.moment for move in planned.moves if move.step is None}
    if begins not in filed or filed.keys() - own or reached > load.until:
        raise LoadInThePast(f"{reached.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    return reached, filed


def _timeline(planned: Plan, load: Load, calendar: WorkingTime, *, looks: bool) -> list[tuple[datetime, _Due]]:
    """Every move, absence and look of the clock up to the end, in order."""
    due: list[tuple[datetime, _Due]] = [(move.moment, move) for move in planned.moves]
    due += [(moment_at(leave.first, SAID), leave) for leave in planned.leaves]
    if looks:
        days = range((calendar.local_date(load.until) - load.begins).days + 1)
        each_day = (load.begins + timedelta(days=count) for count in days)
        due += [(moment_at(day, at), None) for day in each_day if calendar.is_working_day(day) for at in SWEEPS]
        due.append((load.until, None))
    return sorted((each for each in due if each[0] <= load.until), key=lambda each: each[0])


@dataclass
class _Playing:
    house: House
    plan: Plan
    codes: Mapping[str, int]
    team: Team
    password: str = field(repr=False)
    told: dict[int, Told] = field(default_factory=dict)
    fell: dict[int, dict[date, date]] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)

    def run(
        self,
        timeline: list[tuple[datetime, _Due]],
        reached: datetime | None,
        filed: Mapping[datetime, Application],
        tell: Tell,
    ) -> Played:
        made = 0
        for done, (moment, due) in enumerate(timeline):
            if isinstance(due, Move):
                self._falls(due)
                if reached is not None and moment <= reached:
                    self._remember(due, filed.get(moment))
                    continue
                self._move(due)
                made += 1
                tell(done + 1, len(timeline))
            elif reached is None or moment >= reached:
                self._leave(due, moment) if due else self._look(moment)
        return Played(len(self.told), made, Counter(self.stopped.values()))

    def _falls(self, move: Move) -> None:
        """Keeps on which day something of the scenario happens here."""
        if move.happens != Happens.TAKEN:
            scenario = self.plan.cases[move.case].scenario
            at = scenario.starts if move.step is None else scenario.steps[move.step].at
            self.fell.setdefault(move.case, {})[at.date()] = _local(move.moment)

    def _remember(self, move: Move, filed: Application | None) -> None:
        """A move that was made before: of the filing, which case it became."""
        if move.step is None and filed is not None:
            told = self.told[move.case] = self._begun(move.case)
            told.key, told.person = filed.key, Actor(filed.applicant_id, told.applicant.name.km, told.applicant.name.en)

    def _move(self, move: Move) -> None:
        told = self.told.get(move.case) or self._begun(move.case)
        if move.step is not None and not told.key:
            return
        told.fits = self._fitting(move)
        try:
            self._made(told, move)
        except (CannotGoOn, Refused) as stops:
            self.stopped.setdefault(move.case, f"{told.service}: {type(stops).__name__} {stops}")
            return
        self.told[move.case] = told

    def _made(self, told: Told, move: Move) -> None:
        players = self._players(told, move)
        if move.step is None:
            players.file(told, now=move.moment)
        elif move.happens == Happens.TAKEN:
            players.claim(told, told.scenario.steps[move.step], now=move.moment)
        else:
            players.take(told, told.scenario.steps[move.step], now=move.moment)

    def _players(self, told: Told, move: Move) -> Players:
        """The officers with the planned one before all others; whoever took a task also does it."""
        if move.hand is None:
            return Players(self.house, self.team.staff, self.password)
        office_id, planned = self.codes[move.hand.post.code], self.team.people[move.hand]
        with self.house.database.reading() as session:
            first = _taken_by(session, told, move) or planned
            staff = self.team.with_first(session, first, move.group, office_id, today=_local(move.moment))
        return Players(self.house, staff, self.password)

    def _begun(self, case: int) -> Told:
        comer = self.plan.cases[case]
        service, office_id = comer.package.manifest.key, self.codes[comer.code]
        sample = people.comer(comer.number)
        return Told(service, comer.scenario, sample, office_id, at_counter=comer.at_counter)

    def _fitting(self, move: Move) -> Fitting:
        comer = self.plan.cases[move.case]
        commune = people.COMMUNES.get(comer.code, people.COMMUNES["02"])
        return Fitting(people.comer(comer.number), commune, Anchors(self.fell[move.case]), comer.number)

    def _leave(self, leave: Leave, now: datetime) -> None:
        """An officer says that they are away from today on, and who stands in; again it is refused, and harmless."""
        person_id = self.team.people[leave.hand]
        deputy = self.team.people[leave.deputy] if leave.deputy else None
        try:
            with self.house.database.transaction() as session:
                actor = load_actor(session, person_id, today=leave.first) or Actor(person_id)
                posts = substitutes.posts_of(session, actor, person_id, today=leave.first)
                days = absences.Away(leave.first, leave.last, {post.key: deputy for post in posts})
                absences.record(session, actor, person_id, days, today=leave.first, now=now)
        except Refused as refused:
            log.info("absence_refused", why=type(refused).__name__)

    def _look(self, now: datetime) -> None:
        """The clock looks; in the morning the books of the days before are closed."""
        if now.astimezone(PHNOM_PENH).time() == SWEEPS[0]:
            close_books(self.house, self.team.staff, now=now)
        schedule.sweep(self.house, now=now)


def _taken_by(session: Session, told: Told, move: Move) -> int | None:
    """Who took the task that is done now; None where nobody did."""
    if move.step is None or move.happens != Happens.DONE:
        return None
    event = CaseEvent.kind == "task_claimed", CaseEvent.element_id == told.scenario.steps[move.step].name
    taken = select(CaseEvent.actor_id).join(Application, Application.id == CaseEvent.application_id)
    return session.scalar(taken.where(Application.key == told.key, *event).order_by(CaseEvent.seq.desc()).limit(1))


def _local(moment: datetime) -> date:
    return moment.astimezone(PHNOM_PENH).date()
