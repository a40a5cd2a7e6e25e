"""Cases with what their deadlines ask for, read together: their clocks, their tasks, and the officers concerned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.case.opening import Case
from engine.case.standing import stand_still
from engine.case.turn import Turn
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import THE_CLOCK
from storage.clocks import OPEN_CLOCK, Clock
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, UserTask


@dataclass(frozen=True, slots=True)
class Watched:
    """The clock's turn at a case: its open clocks, its tasks that are open or that one of the clocks is of, and the
    offices elsewhere at which a clock of these cases runs (a session forgets what nobody holds)."""

    turn: Turn
    clocks: Sequence[Clock]
    tasks: Sequence[UserTask]
    offices: Sequence[Office]

    @property
    def today(self) -> date:
        return self.turn.case.calendar.local_date(self.turn.now)

    def task_of(self, clock: Clock) -> UserTask | None:
        """The task whose clock it is."""
        return next((task for task in self.tasks if task.id == clock.user_task_id), None)


def watched(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> list[Watched]:
    """These cases, locked, with the clocks standing still that only their applicants can bring on; two statements, or
    four where clocks run elsewhere."""
    ids = [case.application.id for case in cases]
    clocks, tasks = defaultdict(list), defaultdict(list)
    is_open = Clock.application_id.in_(ids), Clock.status.in_(OPEN_CLOCK)
    for clock in session.scalars(select(Clock).where(*is_open).order_by(Clock.id)):
        clocks[clock.application_id].append(clock)
    theirs = [clock.user_task_id for each in clocks.values() for clock in each if clock.user_task_id is not None]
    counted = or_(UserTask.status.in_(OPEN_TASK), UserTask.id.in_(theirs))
    rows = select(UserTask).where(UserTask.application_id.in_(ids), counted)
    for task in session.scalars(rows.order_by(UserTask.id)):
        tasks[task.application_id].append(task)
    offices = _elsewhere(session, cases, (clock.office_id for each in clocks.values() for clock in each))
    house.calendars.read(session, offices)
    found = []
    for case in cases:
        turn, key = Turn(session, house, case, THE_CLOCK, now), case.application.id
        held = Watched(turn, clocks[key], tasks[key], offices)
        stand_still(held.turn, held.clocks, [task for task in held.tasks if task.status in OPEN_TASK])
        found.append(held)
    return found


def _elsewhere(session: Session, cases: Sequence[Case], named: Iterable[int]) -> Sequence[Office]:
    """Those of the named offices that are not the office of one of these cases."""
    others = set(named) - {case.office.id for case in cases}
    return session.scalars(select(Office).where(Office.id.in_(sorted(others)))).all() if others else ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The members of these groups at an office on a day; of them ``only`` this person, where one is named."""

    groups: frozenset[str]
    office_id: int
    today: date
    only: int | None = None


class Officers:
    """Who belongs to the groups that are wanted: read for many cases in two statements."""

    def __init__(self, session: Session, wanted: Iterable[Wanted]) -> None:
        self._held: dict[tuple[str, int | None], list[tuple[int, date, date | None]]] = defaultdict(list)
        asked = list(wanted)
        if not asked:
            return
        offices = {each.office_id for each in asked}
        groups = {ADMINISTRATOR}.union(*(each.groups for each in asked))
        first, last = min(each.today for each in asked), max(each.today for each in asked)
        rows = session.execute(
            select(Membership.group, Membership.office_id, Membership.person_id, Membership.from_day, Membership.to_day)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.group.in_(sorted(groups)), Person.disabled_at.is_(None), Membership.from_day <= last)
            .where(or_(Membership.office_id.in_(sorted(offices)), Membership.office_id.is_(None)))
            .where(or_(Membership.to_day.is_(None), Membership.to_day >= first))
        )
        for group, office_id, person_id, from_day, to_day in rows:
            self._held[group, office_id].append((person_id, from_day, to_day))
        known = {person_id for held in self._held.values() for person_id, _, _ in held}
        self._people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(sorted(known))))}

    def of(self, wanted: Sequence[Wanted]) -> list[Person]:
        """Who is in any of these, by their ids; where nobody is, the administrators of the office of the first."""
        first = wanted[0]
        instead = Wanted(frozenset({ADMINISTRATOR}), first.office_id, first.today)
        return self.serving(wanted) or self.serving([instead])

    def serving(self, wanted: Sequence[Wanted]) -> list[Person]:
        """Who is in any of these, by their ids; nobody where nobody is."""
        return [self._people[one] for one in sorted({one for each in wanted for one in self._ids(each)})]

    def _ids(self, wanted: Wanted) -> set[int]:
        return {
            person_id
            for group in wanted.groups
            for office_id in (wanted.office_id, None)
            for person_id, from_day, to_day in self._held.get((group, office_id), ())
            if from_day <= wanted.today
            and (to_day is None or to_day >= wanted.today)
            and wanted.only in (None, person_id)
        }
