"""The late cases that were raised to an officer, the newest first, and one of them with what they may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.orm import Session

from engine.case.access_log import note_access
from engine.case.kept_apart import not_apart
from engine.case.raised_to import raised_ways, rungs_above
from engine.case.readers import may_read
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import ServicePackage
from engine.packages.groups import APPLICANT
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.people import person_name
from engine.tasks.raised_acts import TAKEN_UP, WRITTEN
from storage.applications import Application
from storage.chains import Raised, RaisedTo
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, UserTask

MOST: Final = 200
MOST_COLLEAGUES: Final = 200
MOST_WORDS: Final = 50


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """A late case, and which of its promises was broken since when; ``clock_id`` names the page that explains it.
    ``taken_up_by``: who said that they take care of it."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    kind: str
    task: Bilingual | None
    clock_id: int
    raised_to: RaisedTo
    raised_at: datetime
    due_at: datetime | None
    new_due_at: datetime | None
    taken_up_by: Bilingual | None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody of the chain said or wrote to the applicant (``to_applicant``); without words where the case was
    cleared of personal data."""

    who: Bilingual
    level: RaisedTo
    at: datetime
    words: str
    to_applicant: bool


@dataclass(frozen=True, slots=True)
class RaisedTask:
    """An open task of the case: who has it, and to whom it may be given, by the id of the person."""

    key: str
    name: Bilingual
    office: Bilingual
    officer: Bilingual | None
    colleagues: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class RaisedPage:
    """What is said and done about a late case from above. ``clocks``: the late promises, by which the reader may give
    more time on their pages. ``may_act``: the reader has it by a rung beyond the office; the others read."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    clocks: tuple[int, ...]
    said: tuple[Said, ...]
    tasks: tuple[RaisedTask, ...]
    may_act: bool


def raised_case(session: Session, house: House, actor: Actor, key: str, *, today: date, now: datetime) -> RaisedPage:
    """One case that went up a chain, for whoever reads it: ``NotFound`` for all others, and for a case of which no rung
    stands. The applicant can read afterwards who opened it. Six statements."""
    found = select(Application, Office).join(Office, Office.id == Application.office_id)
    row = session.execute(found.where(Application.key == key)).one_or_none()
    if row is None or not may_read(session, row[0], actor):
        raise NotFound
    application, office = row
    standing = select(Raised.clock_id).join(Clock, Clock.id == Raised.clock_id).distinct().order_by(Raised.clock_id)
    clocks = session.scalars(standing.where(Clock.application_id == application.id, Raised.stands())).all()
    if not clocks:
        raise NotFound
    note_access(session, actor, application.id, "raised", now=now)
    package = house.catalog.of(session, application.definition_id).package
    may_act = bool(rungs_above(session, application, actor))
    return RaisedPage(
        key=application.key,
        reference=application.reference or "",
        office=office_name(office),
        service=package.manifest.title,
        clocks=tuple(clocks),
        said=_said(session, application),
        tasks=_tasks(session, application, package, today) if may_act else (),
        may_act=may_act,
    )


def _said(session: Session, application: Application) -> tuple[Said, ...]:
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.application_id == application.id, CaseEvent.kind.in_((TAKEN_UP, WRITTEN)))
        .order_by(CaseEvent.seq.desc())
        .limit(MOST_WORDS)
    )
    return tuple(
        Said(
            who=Bilingual(event.data["officer_km"], event.data["officer_en"]),
            level=RaisedTo(event.data["level"]),
            at=event.at,
            words=str((event.personal or {}).get("reason", "")),
            to_applicant=event.kind == WRITTEN,
        )
        for event in rows
    )


def _tasks(session: Session, application: Application, package: ServicePackage, today: date) -> tuple[RaisedTask, ...]:
    """The open tasks of officers, each with the members of its group at its office."""
    open_ = UserTask.application_id == application.id, UserTask.status.in_(OPEN_TASK), UserTask.group != APPLICANT
    rows = session.execute(
        select(UserTask, Office, Person.name_km, Person.name_latin)
        .join(Office, Office.id == UserTask.office_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(*open_)
        .order_by(UserTask.id)
    ).all()
    held = Membership.from_day <= today, or_(Membership.to_day.is_(None), Membership.to_day >= today)
    members = session.execute(
        select(Membership.office_id, Membership.group, Person.id, Person.name_km, Person.name_latin)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.office_id.in_({task.office_id for task, *_ in rows}), *held, Person.disabled_at.is_(None))
        .where(Membership.group.in_({task.group for task, *_ in rows}))
        .order_by(Person.name_km, Person.id)
        .limit(MOST_COLLEAGUES)
    ).all()
    return tuple(
        RaisedTask(
            key=task.key,
            name=package.tasks[task.element_id].name,
            office=office_name(office),
            officer=person_name(km, latin) if task.assignee_id is not None else None,
            colleagues={
                str(one.id): person_name(one.name_km, one.name_latin)
                for one in members
                if (one.office_id, one.group) == (task.office_id, task.group) and one.id != task.assignee_id
            },
        )
        for task, office, km, latin in rows
    )


def raised_cases(session: Session, names: Names, actor: Actor) -> tuple[RaisedCase, ...]:
    """The open clocks that were raised to the actor or to somebody in whose place they work, without their own cases:
    the newest, as many as a page holds of each way by which they come; one statement, which reads what stands only."""
    ways = raised_ways(actor)
    if not ways:
        return ()
    newest = union_all(*(select(each.subquery()) for each in map(_newest, ways))).subquery()
    rows = session.execute(
        select(Raised, Clock, Application.key, Application.reference, Person.name_km, Person.name_latin)
        .join(newest, (newest.c.clock_id == Raised.clock_id) & (newest.c.rung == Raised.rung))
        .join(Clock, Clock.id == Raised.clock_id)
        .join(Application, Application.id == Clock.application_id)
        .outerjoin(Person, Person.id == Raised.taken_up_by_id)
        .where(Application.applicant_id != actor.person_id, not_apart(actor, Application.id))
        .order_by(Raised.raised_at.desc(), Raised.clock_id.desc(), Raised.rung.desc())
        .limit(MOST)
    )
    found: dict[int, RaisedCase] = {}
    for raised, clock, key, reference, km, latin in rows:
        found.setdefault(
            clock.id,
            RaisedCase(
                key=key,
                reference=reference or "",
                office=names.offices[clock.office_id].name,
                service=names.service(clock.service_key),
                kind=clock.kind,
                task=names.element(clock.service_key, clock.element_id) if clock.element_id else None,
                clock_id=clock.id,
                raised_to=raised.level,
                raised_at=raised.raised_at,
                due_at=clock.breached_at,
                new_due_at=clock.new_due_at,
                taken_up_by=person_name(km, latin) if raised.taken_up_by_id is not None else None,
            ),
        )
    return tuple(found.values())


def _newest(way: ColumnElement[bool]) -> Select[int, int]:
    """The rungs that stand of one way, in the order of their index."""
    rungs = select(Raised.clock_id, Raised.rung).where(way, Raised.stands())
    return rungs.order_by(Raised.raised_at.desc()).limit(MOST)
