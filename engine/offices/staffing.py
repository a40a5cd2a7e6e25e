"""Whether the people of an office, and of those that its cases go up to, are enough for what it offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.holding import responsible
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage, Shortage, places, shortages
from engine.people.members import is_held
from storage.offices import Office, OfficeService
from storage.people import Membership, Person


@dataclass(frozen=True, slots=True)
class TooFew:
    """A group of an office that needs ``lacking`` more people for a service, and for which tasks, in words."""

    service: Bilingual
    office: Bilingual
    group: str
    lacking: int
    tasks: Bilingual


def too_few(session: Session, office: Office, packages: Sequence[ServicePackage], *, today: date) -> tuple[TooFew, ...]:
    """Where cases of these services that come in at the office would come to a stop on that day, because too few people
    serve to keep apart who must be; two statements at most for each office on the way."""
    holders: dict[tuple[str, str], Office | None] = {}
    serving: dict[int, Mapping[str, set[int]]] = {}
    found: list[TooFew] = []
    for package in packages:
        for _, level in places(package):
            at = (level, package.ministry.key)
            if at not in holders:
                holders[at] = responsible(session, office, *at)
            holder = holders[at]
            if holder is not None and holder.id not in serving:
                serving[holder.id] = _serving(session, holder.id, today)
        found += _lacking(package, holders, serving)
    return tuple(found)


def too_few_offered(
    session: Session, house: House, office: Office, *, today: date, now: datetime
) -> tuple[TooFew, ...]:
    """The same of everything that the office offers on that day or later, by the versions in effect."""
    offered = select(OfficeService.service_key).where(
        OfficeService.office_id == office.id,
        OfficeService.is_offered_from(today),
    )
    keys = set(session.scalars(offered))
    published = house.catalog.all_current(session, now=now, office_id=office.id) if keys else ()
    return too_few(session, office, [one.package for one in published if one.service_key in keys], today=today)


def _serving(session: Session, office_id: int, today: date) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    held = (
        select(Membership.group, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(is_held(office_id, today), Person.disabled_at.is_(None))
    )
    for group, person_id in session.execute(held):
        found.setdefault(group, set()).add(person_id)
    return found


def _lacking(
    package: ServicePackage,
    holders: Mapping[tuple[str, str], Office | None],
    serving: Mapping[int, Mapping[str, set[int]]],
) -> Iterator[TooFew]:
    at = {level: holders[level, package.ministry.key] for _, level in places(package)}
    people = {
        (group, level): serving[holder.id].get(group, set())
        for group, level in places(package)
        if (holder := at[level]) is not None
    }
    for one in shortages(package, people):
        holder = at[one.level]
        if holder is not None:  # else the office is missing altogether, which is said elsewhere
            yield _said(package, one, holder)


def _said(package: ServicePackage, one: Shortage, holder: Office) -> TooFew:
    names = [package.tasks[key].name for key in one.tasks]
    tasks = Bilingual(", ".join(name.km for name in names), ", ".join(name.en for name in names))
    return TooFew(package.manifest.title, office_name(holder), one.group, one.lacking, tasks)
