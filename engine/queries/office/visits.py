"""The visits of an officer, or of an office as its head sees them: those without a day, and those of each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, exists, or_, select, text
from sqlalchemy.orm import Session, aliased

from engine.case.kept_apart import not_apart
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import APPLY, Form, ServicePackage, TaskSettings
from engine.packages.gazetteer import address_text, place
from engine.people.actors import Actor
from engine.queries.office.inbox_piles import MOST_PRESSING
from engine.queries.office.reach import reach_of
from engine.queries.office.team import headed
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import Way, firsts, ordered
from engine.queries.shared.urgency import Urgency, urgency
from storage.applications import Application
from storage.clocks import Clock
from storage.offices import Office
from storage.open_tasks import IS_CLAIMED, IS_READY
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, UserTask
from storage.visits import DayPart, Visit

MOST: Final = 300
"""Visits that a page shows; the most pressing first."""
_SHOWN_BEHIND: Final = timedelta(days=60)
_Officer = aliased(Person)
ROWS: Final[Select[*tuple[Any, ...]]] = (
    select(UserTask, Application, Person, Visit.day, Visit.day_part, _Officer.name_km, _Officer.name_latin, Clock)
    .join(Application, Application.id == UserTask.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .outerjoin(Visit, Visit.user_task_id == UserTask.id)
    .outerjoin(_Officer, _Officer.id == UserTask.assignee_id)
    .outerjoin(Clock, Clock.user_task_id == UserTask.id)
)


@dataclass(frozen=True, slots=True)
class VisitShown:
    """A visit, or the task that plans one (``plans``). ``business``: the first name that the application asks for.
    ``commune`` is where it goes, by its code, with ``commune_name`` and the whole ``address`` in words; ``day`` is
    empty while none is planned. ``officer``: who has it. ``looks_at``: what its report asks."""

    key: str
    application_key: str
    reference: str
    name: Bilingual
    service: Bilingual
    applicant: Bilingual
    business: str
    phone: str
    commune: str
    commune_name: Bilingual
    address: Bilingual
    day: date | None
    part: DayPart
    due_at: datetime | None
    urgency: Urgency
    officer: Bilingual | None
    plans: bool
    looks_at: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    """What is to be visited. ``office``: of which office a head looks at all; none for one's own. ``offices``: those
    that the reader heads, by code. ``is_cut``: there are more than are shown."""

    office: Bilingual | None
    code: str
    offices: tuple[tuple[str, Bilingual], ...]
    unplanned: tuple[VisitShown, ...]
    planned: tuple[VisitShown, ...]
    is_cut: bool

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are planned, each once."""
        return tuple(dict.fromkeys(one.day for one in self.planned if one.day))


def visits(
    session: Session,
    house: House,
    actor: Actor,
    *,
    code: str = "",
    day: date | None = None,
    most: int = MOST,
    now: datetime,
) -> Visits:
    """The actor's own visits and those that wait for their groups, an absent colleague's with them; with a ``code``
    those of the office that they head (``NotFound`` for another), with a ``day`` those of that day alone; at most so
    many. Three statements, however many there are."""
    offices = headed(session, actor)
    office = next((one for one in offices if one.code == code), None)
    if code and office is None:
        raise NotFound
    ways, values = _ways_of_office(house, session, office, now) if office else _ways(house, session, actor, now)
    if day is not None:
        on_day = UserTask.id.in_(select(Visit.user_task_id).where(Visit.day == day))
        ways = tuple((*way, on_day) for way in ways)
    top = firsts(ways, MOST_PRESSING, most + 1, backwards=False) if ways else None
    found: list[VisitShown] = []
    if top is not None:
        theirs = ROWS.join(top, top.c.id == UserTask.id).where(
            Application.applicant_id != actor.person_id, not_apart(actor, Application.id)
        )
        rows = session.execute(theirs.order_by(*ordered(tuple(top.c))), values).all()
        found = [one for row in rows if (one := shown(session, house, row, now))]
    return _sorted(found[:most], office, offices, now, is_cut=len(found) > most)


def stops(session: Session, house: House, actor: Actor, day: date, *, code: str = "", now: datetime) -> Visits:
    """The same of one day alone, as a route sheet lists them: all of them, whatever presses more."""
    return visits(session, house, actor, code=code, day=day, now=now)


def shown(session: Session, house: House, row: Row[*tuple[Any, ...]], now: datetime) -> VisitShown | None:
    """One row as a visit; ``None`` for a task that its own version does not call one."""
    task, application, person, day, part, km, latin, clock = row
    package = house.catalog.of(session, application.definition_id).package
    settings = package.tasks.get(task.element_id)
    if settings is None or not (settings.visit or settings.plans):
        return None
    visit = settings if settings.visit else _planned_by(package, settings)
    where = _address(package, visit, application.answers)
    commune = str(where.get("commune") or where.get("district") or where.get("province") or "")
    unit = place(commune) if commune else None
    form = package.forms.get(visit.form or "")
    return VisitShown(
        key=task.key,
        application_key=application.key,
        reference=application.reference or "",
        name=settings.name,
        service=package.manifest.title,
        applicant=person_name(person.name_km, person.name_latin),
        business=_business(package.forms[APPLY], application.answers),
        phone=person.phone or "",
        commune=commune,
        commune_name=unit.name if unit else Bilingual(commune, commune),
        address=Bilingual(address_text(where, "km"), address_text(where, "en")),
        day=day,
        part=part or DayPart.ANY,
        due_at=task.due_at,
        urgency=_urgency(clock, now),
        officer=person_name(km, latin) if task.assignee_id else None,
        plans=bool(settings.plans),
        looks_at=tuple(part.label for part in form.components() if part.kind.asks) if form else (),
    )


def _ways(house: House, session: Session, actor: Actor, now: datetime) -> tuple[tuple[Way, ...], Mapping[str, Any]]:
    """What has a day stays on the list also where a newer version of its service knows no such visit."""
    ways, values = reach_of(actor)
    has_day = exists().where(Visit.user_task_id == UserTask.id)
    is_visit = or_(UserTask.element_id.in_(_elements(house, session, now)), has_day)
    return tuple((*way, is_visit) for way in (*ways.claimed, *ways.ready)), values


def _ways_of_office(
    house: House, session: Session, office: Office, now: datetime
) -> tuple[tuple[Way, ...], Mapping[str, Any]]:
    """What is planned there, what nobody has, and what those who work there have claimed."""
    elements = _elements(house, session, now)
    here, is_visit = UserTask.office_id == office.id, UserTask.element_id.in_(elements)
    since = now.date() - _SHOWN_BEHIND
    days = select(Visit.user_task_id).where(Visit.office_id == office.id, Visit.day >= since)
    people = select(Membership.person_id).where(Membership.office_id == office.id)
    groups = {task.group for task in _drawn(house, session, now)}
    return (
        (UserTask.id.in_(days), UserTask.status.in_(OPEN_TASK)),
        (text(IS_CLAIMED), UserTask.assignee_id.in_(people), here, is_visit),
        *((text(IS_READY), UserTask.group == group, here, is_visit) for group in sorted(groups)),
    ), {}


def _drawn(house: House, session: Session, now: datetime) -> list[TaskSettings]:
    """The visits, and what plans them, of all services as they are in effect."""
    tasks = (one for each in house.catalog.all_anywhere(session, now=now) for one in each.package.tasks.values())
    return [task for task in tasks if task.visit or task.plans]


def _elements(house: House, session: Session, now: datetime) -> list[str]:
    return sorted({task.element_id for task in _drawn(house, session, now)})


def _sorted(
    found: Sequence[VisitShown], office: Office | None, offices: Sequence[Office], now: datetime, *, is_cut: bool
) -> Visits:
    last = datetime.max.replace(tzinfo=now.tzinfo)
    unplanned = sorted((one for one in found if one.day is None), key=lambda one: (one.due_at or last, one.reference))
    order = list(DayPart)
    planned = sorted(
        (one for one in found if one.day),
        key=lambda one: (one.day, one.commune, order.index(one.part), one.reference),
    )
    return Visits(
        office=office_name(office) if office else None,
        code=office.code if office else "",
        offices=tuple((one.code, office_name(one)) for one in offices),
        unplanned=tuple(unplanned),
        planned=tuple(planned),
        is_cut=is_cut,
    )


def _planned_by(package: ServicePackage, settings: TaskSettings) -> TaskSettings:
    """The visit of which a task plans the day."""
    process = settings.element_id.rpartition(".")[0]
    same = (one for one in package.tasks.values() if one.visit and one.element_id.rpartition(".")[0] == process)
    return next(same, settings)


def _address(package: ServicePackage, visit: TaskSettings, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the visit goes: what its question was answered with, else the first address."""
    asked = [part.key for part in package.forms[APPLY].components() if part.kind.is_place]
    keys = [visit.place, *asked] if visit.place else asked
    found = (answers.get(key) for key in keys)
    return next((one for one in found if isinstance(one, Mapping) and one), {})


def _business(form: Form, answers: Mapping[str, Any]) -> str:
    """The first name that the application asks for and that is nobody's own."""
    named = (part for part in form.components() if part.kind.names)
    return next((str(answers[part.key]) for part in named if not part.personal and answers.get(part.key)), "")


def _urgency(clock: Clock | None, now: datetime) -> Urgency:
    if clock is None:
        return "ok"
    return urgency(
        status=clock.status, due_at=clock.due_at, warn_at=clock.warn_at, breached_at=clock.breached_at, now=now
    )
