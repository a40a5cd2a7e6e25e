"""The offices of a demonstration and who works in them: pilot offices, two districts, and that of each ministry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.demonstration import people
from engine.house import House
from engine.offices import offering, officers, offices, opening
from engine.offices.offering import Days
from engine.packages import shortages
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER, CASE_WORKERS, CASHIER, FRONT_OFFICE, HEAD
from engine.people.actors import OPERATOR, Actor
from storage.offices import Ministry, Office


def open_offices(session: Session, house: House, *, opened: datetime, now: datetime) -> Mapping[str, int]:
    """The offices by code (a ministry's by its key), each offering what is published for its level, with the public
    holidays of all years in question."""
    ministries = session.scalars(select(Ministry.key).order_by(Ministry.key)).all()
    facts = {code: opening.usual_facts(code) for code in people.PILOT}
    codes = {code: opening.open_office(session, OPERATOR, fact, now=opened) for code, fact in facts.items()}
    for key in ministries:
        codes[key] = opening.open_office(session, OPERATOR, opening.ministry_facts(session, key), now=opened)
    for office_id in codes.values():
        _offer(session, house, office_id, opened=opened, now=now)
    for year in range(opened.year, now.year + 2):
        offices.seed_national_holidays(session, OPERATOR, year, now=opened)
    return codes


def _offer(session: Session, house: House, office_id: int, *, opened: datetime, now: datetime) -> None:
    office = session.get_one(Office, office_id)
    for published in house.catalog.all_current(session, now=now):
        manifest = published.package.manifest
        is_theirs = office.ministry_key in (None, manifest.ministry)
        if is_theirs and published.package.is_applied_for and office.level in manifest.office_levels:
            offering.offer(session, OPERATOR, office_id, published, Days(opened.date()), now=opened)


def hire(
    session: Session, house: House, codes: Mapping[str, int], *, password: str, opened: datetime
) -> Mapping[tuple[str, int], Sequence[Actor]]:
    """The officers of each group of each office, by group and office id: one, or as many as a service
    lets look one after the other. An administrator everywhere; the analyst comes last of all (``hire_last``)."""
    hired(session, house, people.officer(ADMINISTRATOR, None), ADMINISTRATOR, None, password=password, opened=opened)
    groups = (*CASE_WORKERS, *sorted(officers.declared_groups(session, house, now=opened)))
    most = needed(session, house, now=opened)
    staff: dict[tuple[str, int], Sequence[Actor]] = {}
    for code, office_id in codes.items():
        for group in sorted(_groups_at(session, house, office_id, now=opened).intersection(groups)):
            works = frozenset({(group, office_id)})
            samples = [people.officer(group, code, number=number) for number in range(1, most.get(group, 1) + 1)]
            staff[group, office_id] = [
                Actor(
                    hired(session, house, sample, group, code, password=password, opened=opened),
                    sample.name.km,
                    sample.name.en,
                    memberships=works,
                )
                for sample in samples
            ]
    return staff


def hire_last(session: Session, house: House, *, password: str, opened: datetime) -> None:
    """The approver and the analyst, when everything else is there: a demonstration without one is not finished."""
    for role in (APPROVER, ANALYST):
        hired(session, house, people.officer(role, None), role, None, password=password, opened=opened)


def _groups_at(session: Session, house: House, office_id: int, *, now: datetime) -> frozenset[str]:
    """Who is needed at an office: at that of a ministry only those to whom its cases come."""
    office = session.get_one(Office, office_id)
    if office.ministry_key is None:
        return frozenset((*CASE_WORKERS, *officers.declared_groups(session, house, now=now)))
    theirs = [one.package for one in house.catalog.all_current(session, now=now)]
    theirs = [package for package in theirs if package.ministry.key == office.ministry_key]
    received = [package for package in theirs if office.level in package.manifest.office_levels]
    here = {task.group for package in theirs for task in package.tasks.values() if task.level == office.level}
    here |= {task.group for package in received for task in package.tasks.values() if not task.level}
    publishes = any(rule.level == office.level for package in theirs for rule in package.manifest.sessions)
    return frozenset(here | ({FRONT_OFFICE, CASHIER} if received else set()) | ({HEAD} if publishes else set()))


def needed(session: Session, house: House, *, now: datetime) -> Mapping[str, int]:
    """How many people a group needs for the cases of any service."""
    found: dict[str, int] = {}
    for published in house.catalog.all_current(session, now=now):
        for lacking in shortages(published.package, {}):
            found[lacking.group] = max(found.get(lacking.group, 1), lacking.lacking)
    return found


def hired(
    session: Session,
    house: House,
    sample: people.Sample,
    group: str,
    code: str | None,
    *,
    password: str,
    opened: datetime,
) -> int:
    """Somebody works in a group of an office (its code; None: everywhere) from a moment on; their id."""
    new = officers.NewOfficer(sample.name.km, sample.name.en, password, email=sample.login)
    person_id = officers.add_officer(session, house, OPERATOR, new, now=opened)
    officers.grant(session, house, OPERATOR, person_id, group, office_code=code, today=opened.date(), now=opened)
    return person_id
