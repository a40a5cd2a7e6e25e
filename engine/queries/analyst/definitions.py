"""What analysts see: the services, their published versions, and one version as a whole with its running cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import Problem, ServicePackage, TaskSettings, check_files
from engine.queries.analyst.laws import LawLine, law_lines
from storage.people import Person
from storage.processes import (
    LIVE_INSTANCE,
    OPEN_TASK,
    Incident,
    IncidentStatus,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
)

PROCESS_FILE = "process.bpmn"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version in a list. ``author`` None: the operator of the installation. ``is_pilot``: for pilot offices
    only. ``running``: cases on it."""

    definition_id: int
    service_key: str
    version: int
    digest: str
    note: str
    author: Bilingual | None
    published_at: datetime
    effective_from: datetime
    withdrawn_at: datetime | None
    is_pilot: bool
    running: int
    all_cases: int


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service with its newest version; ``running`` counts the cases of all its versions."""

    service_key: str
    title: Bilingual
    ministry: Bilingual
    is_illustrative: bool
    newest: VersionLine
    running: int


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version as a whole: its package, what the checks remark today, and where its running cases are.

    ``newest`` is the version that new applications take, outside of pilots, if there is one yet. ``law`` is what its
    law says and whether it is kept; ``tasks`` are in the order of the stages; ``at_work`` counts
    the open ones by element, ``incidents`` the open incidents.
    """

    line: VersionLine
    newest: int | None
    package: ServicePackage
    tasks: tuple[TaskSettings, ...]
    remarks: tuple[Problem, ...]
    law: tuple[LawLine, ...]
    at_work: Mapping[str, int]
    incidents: Mapping[str, int]

    @property
    def drawings(self) -> tuple[str, ...]:
        """The BPMN files, the one that runs first."""
        return drawings_of(self.package)


def services(session: Session, house: House) -> tuple[ServiceLine, ...]:
    """Every service that was ever published, by its key; one statement once the packages are known."""
    lines = _lines(session)
    by_service: dict[str, list[VersionLine]] = {}
    for line in lines:
        by_service.setdefault(line.service_key, []).append(line)
    return tuple(_service(session, house, versions) for _, versions in sorted(by_service.items()))


def versions(session: Session, service_key: str) -> tuple[VersionLine, ...]:
    """The versions of a service, newest first; ``NotFound`` when it was never published."""
    found = _lines(session, service_key)
    if not found:
        raise NotFound
    return found


def version(session: Session, house: House, service_key: str, number: int, *, now: datetime) -> VersionShown:
    """One version; ``NotFound`` when there is none."""
    lines = versions(session, service_key)
    line = next((line for line in lines if line.version == number), None)
    if line is None:
        raise NotFound
    package = house.catalog.of(session, line.definition_id).package
    departing = house.catalog.departures(package)
    return VersionShown(
        line=line,
        newest=next((one.version for one in lines if is_for_all(one, now)), None),
        package=package,
        tasks=_in_order(package),
        remarks=(*check_files(package.files), *(one.problem for one in departing)),
        law=law_lines(package, {one.part for one in departing}),
        at_work=_at_work(session, line.definition_id),
        incidents=_incidents(session, line.definition_id),
    )


def is_for_all(line: VersionLine, now: datetime) -> bool:
    """Whether a version has come into effect at all offices; a newer one may have followed it."""
    return line.effective_from <= now and line.withdrawn_at is None and not line.is_pilot


def diagram(session: Session, house: House, service_key: str, number: int, file: str = PROCESS_FILE) -> bytes:
    """A BPMN file of a version, as it was published; ``NotFound`` when there is none."""
    definition_id = session.scalar(
        select(ProcessDefinition.id).where(
            ProcessDefinition.service_key == service_key, ProcessDefinition.version == number
        )
    )
    if definition_id is None:
        raise NotFound
    drawings = house.catalog.of(session, definition_id).package.drawings
    if file not in drawings:
        raise NotFound
    return drawings[file]


def drawings_of(package: ServicePackage) -> tuple[str, ...]:
    """The names of the BPMN files, that of the process that runs first."""
    return tuple(sorted(package.drawings, key=lambda name: (name != PROCESS_FILE, name)))


def _in_order(package: ServicePackage) -> tuple[TaskSettings, ...]:
    """By stage; a task that names none stays at the end, where corrections lie."""
    places = {stage: place for place, stage in enumerate(package.manifest.stages)}
    return tuple(sorted(package.tasks.values(), key=lambda task: places.get(task.stage or "", len(places))))


def _service(session: Session, house: House, lines: list[VersionLine]) -> ServiceLine:
    newest = lines[0]
    package = house.catalog.of(session, newest.definition_id).package
    return ServiceLine(
        service_key=newest.service_key,
        title=package.manifest.title,
        ministry=package.ministry.name,
        is_illustrative=package.manifest.is_illustrative,
        newest=newest,
        running=sum(line.running for line in lines),
    )


def _lines(session: Session, service_key: str | None = None) -> tuple[VersionLine, ...]:
    """The versions without their archives, newest first, with the number of their cases, in one statement."""
    running = func.count(ProcessInstance.id).filter(ProcessInstance.status.in_(LIVE_INSTANCE))
    wanted = (
        select(
            ProcessDefinition.id,
            ProcessDefinition.service_key,
            ProcessDefinition.version,
            ProcessDefinition.digest,
            ProcessDefinition.note,
            ProcessDefinition.published_at,
            ProcessDefinition.effective_from,
            ProcessDefinition.withdrawn_at,
            ProcessDefinition.is_pilot,
            Person.name_km,
            Person.name_latin,
            running.label("running"),
            func.count(ProcessInstance.id).label("all_cases"),
        )
        .outerjoin(Person, Person.id == ProcessDefinition.published_by_id)
        .outerjoin(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
        .group_by(ProcessDefinition.id, Person.id)
        .order_by(ProcessDefinition.version.desc())
    )
    if service_key is not None:
        wanted = wanted.where(ProcessDefinition.service_key == service_key)
    return tuple(
        VersionLine(
            definition_id=row.id,
            service_key=row.service_key,
            version=row.version,
            digest=row.digest,
            note=row.note,
            author=_name(row.name_km, row.name_latin),
            published_at=row.published_at,
            effective_from=row.effective_from,
            withdrawn_at=row.withdrawn_at,
            is_pilot=row.is_pilot,
            running=row.running,
            all_cases=row.all_cases,
        )
        for row in session.execute(wanted)
    )


def _name(km: str | None, latin: str | None) -> Bilingual | None:
    return Bilingual(km=km or latin or "", en=latin or km or "") if km or latin else None


def _at_work(session: Session, definition_id: int) -> dict[str, int]:
    return dict(
        session.execute(
            select(UserTask.element_id, func.count())
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .where(ProcessInstance.definition_id == definition_id, UserTask.status.in_(OPEN_TASK))
            .group_by(UserTask.element_id)
        ).all()
    )


def _incidents(session: Session, definition_id: int) -> dict[str, int]:
    return dict(
        session.execute(
            select(Incident.element_id, func.count())
            .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
            .where(ProcessInstance.definition_id == definition_id, Incident.status == IncidentStatus.OPEN)
            .group_by(Incident.element_id)
        ).all()
    )
