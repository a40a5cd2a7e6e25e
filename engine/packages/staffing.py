"""Whether those who serve can do all tasks of a case although nobody may do two that are kept apart (``not_by``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.packages.groups import APPLICANT
from engine.packages.package import ServicePackage
from engine.packages.task_settings import TaskSettings

Place = tuple[str, str]
"""A group, and the level of the office at which it serves (empty: the office of the case)."""
Serving = Mapping[Place, Collection[int]]
"""Who serves in each place, by the id of the person."""
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Shortage:
    """A group that needs ``lacking`` more people at the office of a ``level``, for these tasks (elements): else cases
    come to a stop there."""

    group: str
    level: str
    lacking: int
    tasks: tuple[str, ...]


def places(package: ServicePackage) -> frozenset[Place]:
    """Where people of the office must serve for this service."""
    return frozenset((task.group, task.level) for task in _of_officers(package))


def shortages(package: ServicePackage, serving: Serving) -> tuple[Shortage, ...]:
    """The groups with too few people, in the order of the tasks that nobody could do; none where one way of sharing the
    work does all of it."""
    tasks, lacking = _of_officers(package), dict[Place, list[str]]()
    for _ in range(_MOST):
        stuck = _stuck(tasks, {place: [*serving.get(place, ()), *_more(place, lacking)] for place in places(package)})
        if stuck is None:
            break
        lacking.setdefault((stuck.group, stuck.level), []).append(stuck.element_id)
    return tuple(Shortage(group, level, len(ids), tuple(ids)) for (group, level), ids in lacking.items())


def _more(place: Place, lacking: Mapping[Place, Sequence[str]]) -> Iterator[tuple[Place, int]]:
    """People who would be there if nobody were lacking."""
    yield from ((place, count) for count in range(len(lacking.get(place, ()))))


def _of_officers(package: ServicePackage) -> list[TaskSettings]:
    return [task for task in package.tasks.values() if task.group != APPLICANT]


def _stuck(tasks: Sequence[TaskSettings], people: Mapping[Place, Sequence[object]]) -> TaskSettings | None:
    """The first task that nobody is left for, however those before it are shared out; None where all can be done."""
    apart = _apart(tasks)
    hard = _hard(tasks, apart, people)
    for count in range(1, len(hard) + 1):
        if not _shared_out(hard[:count], apart, people, {}):
            return hard[count - 1]
    return None


def _apart(tasks: Sequence[TaskSettings]) -> Mapping[str, frozenset[str]]:
    """The tasks that must be done by somebody else than each, whichever of the two says so."""
    pairs = {(task.element_id, other) for task in tasks for other in task.not_by}
    pairs |= {(other, one) for one, other in pairs}
    return {task.element_id: frozenset(other for one, other in pairs if one == task.element_id) for task in tasks}


def _hard(
    tasks: Sequence[TaskSettings], apart: Mapping[str, frozenset[str]], people: Mapping[Place, Sequence[object]]
) -> list[TaskSettings]:
    """The tasks that matter: one with more people than tasks it is kept apart from is always done in the end."""
    left = list(tasks)
    while True:
        ids = {task.element_id for task in left}
        hard = [
            task
            for task in left
            if len(people[task.group, task.level]) <= len((apart[task.element_id] & ids) - {task.element_id})
        ]
        if len(hard) == len(left):
            return hard
        left = hard


def _shared_out(
    tasks: Sequence[TaskSettings],
    apart: Mapping[str, frozenset[str]],
    people: Mapping[Place, Sequence[object]],
    done: Mapping[str, object],
) -> bool:
    """Whether these tasks can be given to people, beside those that are ``done``."""
    if not tasks:
        return True
    task, *others = tasks
    taken = {done[other] for other in apart[task.element_id] if other in done}
    free = (one for one in people[task.group, task.level] if one not in taken)
    return any(_shared_out(others, apart, people, {**done, task.element_id: one}) for one in free)
