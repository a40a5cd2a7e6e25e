"""A case in hand: the application, its running process, its office and applicant, locked against everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVarTuple

from sqlalchemy import Row, Select, String, select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import tidy
from engine.working_time.calendar import WorkingTime
from storage.applications import Application
from storage.base import Id
from storage.clocks import Clock
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.payments import DueFee
from storage.people import Person
from storage.processes import InstanceStatus, ProcessInstance, UserTask

Ts = TypeVarTuple("Ts")


@dataclass(slots=True)
class Together:
    """That a case takes its step with others, in one transaction which is undone when one of them breaks; each is then
    taken by itself. What all of them write goes out at its end. ``timers``: those of each instance before, by their
    ids; ``gone``: those that its steps ended."""

    timers: Mapping[int, Sequence[int]]
    gone: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """Rows of one case, loaded in one statement and locked until the transaction ends; ``task`` is the user task that
    was locked with it, where it was reached by one; ``clocks`` the open ones, until its next step, and ``fees`` all
    that it has rows of, where they were read with those of others; ``together``: it takes a step with these;
    ``is_seatless``: it is known to have no seat in a session."""

    application: Application
    instance: ProcessInstance
    office: Office
    applicant: Person
    published: Published
    calendar: WorkingTime
    task: UserTask | None = None
    clocks: Sequence[Clock] | None = None
    fees: list[DueFee] | None = None
    together: Together | None = None
    is_seatless: bool = False


_PLACED: Final = (ProcessInstance, Application, Office, Person)
_LOCKED: Final = (ProcessInstance, Application)


def _with_its_office(rows: Select[*Ts]) -> Select[*Ts]:
    return (
        rows.join(Application, Application.id == ProcessInstance.application_id)
        .join(Office, Office.id == Application.office_id)
        .join(Person, Person.id == Application.applicant_id)
    )


def _of_application(rows: Select[Any]) -> Select[Any]:
    return _with_its_office(rows).where(ProcessInstance.application_id == given("application_id", Id))


def _of_task(rows: Select[Any]) -> Select[Any]:
    joined = _with_its_office(rows.join(UserTask, UserTask.instance_id == ProcessInstance.id))
    return joined.where(UserTask.key == given("key", String()))


# Every step of a case begins with one of these.
_READ: Final = Rows(*_PLACED, which=_of_application)
_LOCK: Final = Rows(*_PLACED, which=lambda rows: _of_application(rows).with_for_update(of=_LOCKED))
_TRY: Final = Rows(*_PLACED, which=lambda rows: _of_application(rows).with_for_update(of=_LOCKED, skip_locked=True))
_LOCK_TASK: Final = Rows(*_PLACED, UserTask, which=lambda rows: _of_task(rows).with_for_update(of=(*_LOCKED, UserTask)))


def lock_case(session: Session, house: House, application_id: int) -> Case:
    """The case, locked; waits for whoever holds it. ``NotFound`` when there is none."""
    for rows in load(session, _LOCK, fresh=True, application_id=application_id):
        return _opened(session, house, rows)
    raise NotFound


def read_case(session: Session, house: House, application_id: int) -> Case:
    """The case to look at, without a lock; ``NotFound`` when there is none."""
    for rows in load(session, _READ, application_id=application_id):
        return _opened(session, house, rows)
    raise NotFound


def lock_case_by_key(session: Session, house: House, key: str) -> Case:
    """The case of the application with this address, locked; ``NotFound`` while it is a draft or when there is none."""
    application_id = session.scalar(select(Application.id).where(Application.key == key))
    if application_id is None:
        raise NotFound
    return lock_case(session, house, application_id)


def case_of(session: Session, reference: str) -> tuple[int, str]:
    """The application with this reference, by its id and service; ``NotFound``."""
    row = session.execute(
        select(Application.id, Application.service_key).where(Application.reference == tidy(reference))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def try_lock_case(session: Session, house: House, application_id: int) -> Case | None:
    """The case, locked; ``None`` when another worker holds it."""
    for rows in load(session, _TRY, fresh=True, application_id=application_id):
        return _opened(session, house, rows)
    return None


def try_lock_cases(
    session: Session, house: House, found: Select[*tuple[Any, ...]]
) -> tuple[list[Case], Row[*tuple[Any, ...]] | None]:
    """The cases of the rows that are found, each once and in their order, and the last of the rows. All are locked in
    one statement, which passes over those that another worker holds. ``found`` has ``ProcessInstance`` joined."""
    rows = session.execute(
        _with_its_office(found.add_columns(*_PLACED))
        .with_for_update(of=_LOCKED, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    cases = {row[-4].id: row[-4:] for row in rows}
    house.calendars.read(session, (office for _, _, office, _ in cases.values()))
    return [_opened(session, house, each) for each in cases.values()], rows[-1] if rows else None


def lock_task(session: Session, house: House, task_key: str) -> tuple[Case, UserTask]:
    """The case of a user task and the task itself, locked, in one statement."""
    for *rows, task in load(session, _LOCK_TASK, fresh=True, key=task_key):
        case = _opened(session, house, rows)
        case.task = task
        return case, task
    raise NotFound


def new_case(session: Session, house: House, application: Application, *, now: datetime) -> Case:
    """The case of an application whose process is about to begin, on the version that the application names."""
    instance = ProcessInstance(
        application_id=application.id,
        definition_id=application.definition_id,
        state=b"",
        status=InstanceStatus.RUNNING,
        started_at=now,
        revision=0,
        waits={},
    )
    session.add(instance)
    session.flush()
    office = session.get_one(Office, application.office_id)
    applicant = session.get_one(Person, application.applicant_id)
    return _opened(session, house, (instance, application, office, applicant))


def _opened(session: Session, house: House, rows: Iterable[Any]) -> Case:
    """The case made of its rows, as ``_PLACED`` names them."""
    instance, application, office, applicant = rows
    published = house.catalog.of(session, instance.definition_id)
    return Case(application, instance, office, applicant, published, house.calendars.of(session, office))
