"""Whether an office has the people whom the cases of a service need: somebody for each task, and another person where
the diagram asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.case.holding import responsible
from engine.catalog.published import Published
from engine.packages import ServicePackage
from engine.packages.groups import APPLICANT
from engine.people.actors import serving
from storage.offices import Office


@dataclass(frozen=True, slots=True)
class Shortage:
    """A group that has fewer people at an office (its code) than one case needs: a task there would wait for nobody."""

    group: str
    office: str
    there: int
    needed: int


def people_needed(package: ServicePackage) -> Mapping[tuple[str, str], int]:
    """How many people of a group at a level (empty: where the case came in) one case needs: one, and one more for each
    task of the same people whose doer must not do another (``not_by``)."""
    needed: dict[tuple[str, str], int] = {}
    for task in package.tasks.values():
        whose = (task.group, task.level)
        others = [package.tasks[element] for element in task.not_by if element in package.tasks]
        same = sum((other.group, other.level) == whose for other in others)
        needed[whose] = max(needed.get(whose, 1), 1 + same)
    return {whose: count for whose, count in needed.items() if whose[0] != APPLICANT}


def shortages(session: Session, office_id: int, published: Published, *, today: date) -> tuple[Shortage, ...]:
    """The groups of which there are too few on this day, at the office and at those to which its cases go."""
    office, package = session.get_one(Office, office_id), published.package
    found = []
    for (group, level), needed in sorted(people_needed(package).items()):
        at = responsible(session, office, level, package.ministry.key)
        if at is None:
            continue
        people = serving(group, at.id, today).subquery()
        there = session.scalar(select(func.count(people.c.person_id.distinct()))) or 0
        if there < needed:
            found.append(Shortage(group, at.code, there, needed))
    return tuple(found)
