"""Which step eats the time: how long the tasks of each step waited and were worked on, by service and office.

The numbers are those that the upkeep keeps of completed tasks (``engine.clockwork.step_times``), in working time and in
groups of stretches: that half were done within two hours means that the middle one lies in the group that ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT
from engine.queries.admin.reports import Period
from engine.queries.admin.watching import Watched
from engine.queries.shared.names import Names
from storage.applications import Application
from storage.processes import UserTask
from storage.step_times import BEYOND, SlowTask, StepTally

FEWEST: Final = 10
"""What is told of fewer tasks is chance, and is marked."""
MOST_STEPS: Final = 60
MOST_SLOW: Final = 25
HOTTEST: Final = 3
_SUMS: Final = ("waited", "worked", "waited_minutes", "worked_minutes")


@dataclass(frozen=True, slots=True)
class Stretches:
    """Many stretches of working time: how ``many``, the ``minutes`` they come to, and within which half and nine of ten
    of them lie (None: there are none, or longer than is told apart)."""

    many: int = 0
    minutes: int = 0
    half: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class StepTime:
    """A step of a service, at one office (``office_code``) or at all that are watched. ``share``: how many in a hundred
    of the minutes that the office had it lie here; ``degree`` 0 to 3 by the same. What the applicant does
    (``is_theirs``) has neither."""

    service_key: str
    service: Bilingual
    element_id: str
    name: Bilingual
    waited: Stretches
    worked: Stretches
    is_theirs: bool
    share: int
    degree: int
    office_code: str = ""
    office: Bilingual | None = None

    @property
    def done(self) -> int:
        """How many tasks of it were completed."""
        return self.waited.many

    @property
    def minutes(self) -> int:
        """All of its working minutes."""
        return self.waited.minutes + self.worked.minutes

    @property
    def waiting_share(self) -> int | None:
        """How many in a hundred of its minutes it waited."""
        return round(100 * self.waited.minutes / self.minutes) if self.minutes else None

    @property
    def is_few(self) -> bool:
        """It is told of so few tasks that it says little."""
        return self.done < FEWEST


@dataclass(frozen=True, slots=True)
class StepsBoard:
    """The steps that were watched in a period, those that took most of the time first; the same by office where one
    step or service was asked for."""

    period: Period
    steps: tuple[StepTime, ...]
    offices: tuple[StepTime, ...]


@dataclass(frozen=True, slots=True)
class SlowCase:
    """A case in which a step took long."""

    key: str
    reference: str
    office: Bilingual
    month: str
    waited: int
    worked: int
    office_id: int
    applicant_id: int


def steps_board(session: Session, names: Names, watch: Watched, period: Period, *, element: str = "") -> StepsBoard:
    """The steps of what is watched; one statement, one more by office where a service was asked for."""
    steps = _ranked(names, _read(session, watch, period, element, by_office=False))
    offices = _ranked(names, _read(session, watch, period, element, by_office=True)) if watch.service else ()
    return StepsBoard(period, tuple(steps[:MOST_STEPS]), tuple(offices))


def slow_cases(
    session: Session, names: Names, watch: Watched, period: Period, *, service: str, element: str
) -> tuple[SlowCase, ...]:
    """The cases in which a step took longest, of those that are remembered; one statement."""
    together = SlowTask.waited + SlowTask.worked
    rows = session.execute(
        select(SlowTask.office_id, SlowTask.month, SlowTask.waited, SlowTask.worked)
        .add_columns(Application.key, Application.reference, Application.applicant_id)
        .join(UserTask, UserTask.id == SlowTask.user_task_id)
        .join(Application, Application.id == UserTask.application_id)
        .where(SlowTask.service_key == service, SlowTask.element_id == element, SlowTask.month.in_(period.months))
        .where(*watch.of(SlowTask), watch.reads(Application.id))
        .order_by(together.desc(), SlowTask.user_task_id)
        .limit(MOST_SLOW)
    )
    return tuple(
        SlowCase(
            row.key,
            row.reference or "",
            names.offices[row.office_id].name,
            row.month,
            row.waited,
            row.worked,
            row.office_id,
            row.applicant_id,
        )
        for row in rows
    )


def stretches(groups: Iterable[tuple[int, int]], minutes: int) -> Stretches:
    """Groups of stretches (where each ends, and how many lie in it) as one, with the minutes that they come to."""
    ordered = sorted((bound, many) for bound, many in groups if many)
    many = sum(count for _, count in ordered)
    return Stretches(many, minutes, _reached(ordered, many, 50), _reached(ordered, many, 90))


def _reached(ordered: Sequence[tuple[int, int]], many: int, share: int) -> int | None:
    """Where the group ends in which the stretch of that rank lies (nearest rank)."""
    left = -(-many * share // 100)
    for bound, count in ordered:
        left -= count
        if left <= 0:
            return None if bound == BEYOND else bound
    return None


def _read(
    session: Session, watch: Watched, period: Period, element: str, *, by_office: bool
) -> dict[tuple[int, str, str], list[Any]]:
    """The groups of each step, by office where that is asked for (else 0); one statement."""
    office = StepTally.office_id if by_office else literal(0)
    key = (office.label("office"), StepTally.service_key, StepTally.element_id, StepTally.bound)
    sums = (func.sum(getattr(StepTally, name)).label(name) for name in _SUMS)
    wanted = select(*key, *sums).where(StepTally.month.in_(period.months), *watch.of(StepTally))
    if element:
        wanted = wanted.where(StepTally.element_id == element)
    found: dict[tuple[int, str, str], list[Any]] = {}
    for row in session.execute(wanted.group_by(*key[1:], *([StepTally.office_id] if by_office else []))):
        found.setdefault((row.office, row.service_key, row.element_id), []).append(row)
    return found


def _ranked(names: Names, found: dict[tuple[int, str, str], list[Any]]) -> list[StepTime]:
    """Those that took most of the time first; what is the applicant's last."""
    all_ = [_step(names, *key, rows) for key, rows in found.items()]
    office_minutes = sum(step.minutes for step in all_ if not step.is_theirs)
    most = max((step.minutes for step in all_ if not step.is_theirs), default=0)
    heated = [_heated(step, office_minutes, most) for step in all_]
    return sorted(heated, key=lambda step: (step.is_theirs, -step.minutes, step.service_key, step.element_id))


def _step(names: Names, office_id: int, service_key: str, element_id: str, rows: Sequence[Any]) -> StepTime:
    office = names.offices.get(office_id)
    package = names.services.get(service_key)
    task = package.tasks.get(element_id) if package else None
    return StepTime(
        service_key=service_key,
        service=names.service(service_key),
        element_id=element_id,
        name=names.element(service_key, element_id),
        waited=stretches(((row.bound, int(row.waited)) for row in rows), sum(int(row.waited_minutes) for row in rows)),
        worked=stretches(((row.bound, int(row.worked)) for row in rows), sum(int(row.worked_minutes) for row in rows)),
        is_theirs=task is not None and task.group == APPLICANT,
        share=0,
        degree=0,
        office_code=office.code if office else "",
        office=office.name if office else None,
    )


def _heated(step: StepTime, together: int, most: int) -> StepTime:
    if step.is_theirs or not step.minutes:
        return step
    return replace(step, share=round(100 * step.minutes / together), degree=-(-HOTTEST * step.minutes // most))
