"""One case as its officers read it: everything on one page, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String
from sqlalchemy.orm import Session, aliased

from engine.applications.counter_filing import Brought, brought_by
from engine.case.kept_apart import Named, named_by, reads_for
from engine.case.last_looks import Since
from engine.case.readers import may_read
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import APPLY, ServicePackage
from engine.packages.groups import APPLICANT, FRONT_OFFICE
from engine.people.actors import Actor
from engine.queries.office.colleagues import Beside, beside
from engine.queries.shared import case_parts as parts
from engine.queries.shared.appointments import AppointmentShown, appointments_of
from engine.queries.shared.case_documents import DocumentShown, documents
from engine.queries.shared.case_messages import MessageShown, messages_told
from engine.queries.shared.changes import changes_of
from engine.queries.shared.expected import OF_CASE, OF_RECORD, ExpectedShown, expected_shown
from engine.queries.shared.fees import FeeShown, fees_shown
from engine.queries.shared.history import EventLine, recent_events
from engine.queries.shared.people import person_name
from engine.queries.shared.results import ResultLine, results_of
from engine.working_time import promises
from storage.applications import Application, Handover
from storage.base import Id
from storage.expected_dates import DateRecord, ExpectedDate
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask

MOST_EVENTS: Final = 60

_Filer = aliased(Person)
_Assignee = aliased(Person)
_BY_KEY: Final = Rows(
    Application,
    Office,
    Person,
    Handover,
    ExpectedDate,
    DateRecord,
    which=lambda rows: (
        rows.join(Office, Office.id == Application.office_id)
        .join(Person, Person.id == Application.applicant_id)
        .outerjoin(_Filer, _Filer.id == Application.filed_by_id)
        .outerjoin(Handover, Handover.application_id == Application.id)
        .outerjoin(ExpectedDate, OF_CASE)
        .outerjoin(DateRecord, OF_RECORD)
        .where(Application.key == given("key", String()), Application.submitted_at.is_not(None))
    ),
    more=(_Filer.name_km, _Filer.name_latin),
    shown=True,
)
_TASKS: Final = Rows(
    UserTask,
    Office,
    which=lambda rows: (
        rows.join(Office, Office.id == UserTask.office_id)
        .outerjoin(_Assignee, _Assignee.id == UserTask.assignee_id)
        .where(UserTask.application_id == given("application_id", Id))
        .order_by(UserTask.id)
    ),
    more=(_Assignee.name_km, _Assignee.name_latin),
    shown=True,
)


@dataclass(frozen=True, slots=True)
class ApplicantShown:
    """Who applies, and how they are reached."""

    name: Bilingual
    phone: str
    email: str
    id_number: str
    identity_status: str


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A user task of the case: who has it, or that nobody does, and at which office; ``is_elsewhere`` for one that is
    not where the case came in."""

    key: str
    name: Bilingual
    kind: str
    group: str
    status: str
    office: Bilingual
    is_elsewhere: bool
    assignee: Bilingual | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResultShown:
    """The certificates or other papers, and their handover when they were collected."""

    papers: tuple[ResultLine, ...]
    received_by: str
    collected_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case. ``revision`` grows with every change of answers or documents: a page that shows an older one is stale.
    ``may_answer``: whether the reader answers at the counter what the applicant is asked. ``since``: when the reader
    looked before, for what is marked as new (empty: they had not); ``event_seq`` is the last event;
    ``beside``: notes and questions of officers. ``about``: the application that it names, for whoever reads that
    because of it; ``complaint``: that because of which the reader is shown this one."""

    application_id: int
    event_seq: int
    key: str
    reference: str
    revision: int
    service: Bilingual
    version: int
    office_id: int
    office: Bilingual
    channel: str
    filed_by: Bilingual | None
    status: str
    outcome: str
    stage: Bilingual | None
    waits_for_applicant: bool
    submitted_at: datetime | None
    promised_at: datetime | None
    is_overdue: bool
    decided_at: datetime | None
    ended_at: datetime | None
    applicant: ApplicantShown
    pages: tuple[parts.AnswerPage, ...]
    documents: tuple[DocumentShown, ...]
    opinions: tuple[parts.OpinionShown, ...]
    corrections: tuple[parts.CorrectionShown, ...]
    clocks: tuple[parts.ClockShown, ...]
    tasks: tuple[TaskShown, ...]
    fees: tuple[FeeShown, ...]
    result: ResultShown | None
    events: tuple[EventLine, ...]
    messages: tuple[MessageShown, ...] = ()
    appointments: tuple[AppointmentShown, ...] = ()
    may_answer: bool = False
    reader_id: int | None = None
    since: Since | None = None
    beside: Beside | None = None
    brought: Brought | None = None
    foreseen: ExpectedShown | None = None
    about: Named | None = None
    complaint: str = ""

    @property
    def new_answers(self) -> tuple[parts.AnswerShown, ...]:
        """What the applicant changed since the reader looked."""
        answers = (answer for page in self.pages for answer in page.answers)
        return tuple(one for one in answers if one.changed and self.is_new_event(one.changed.event_seq))

    @property
    def new_documents(self) -> tuple[DocumentShown, ...]:
        return tuple(one for one in self.documents if self.is_new(one.uploaded_at))

    @property
    def new_events(self) -> tuple[EventLine, ...]:
        """What others did since the reader looked, as far as it is listed."""
        return tuple(one for one in self.events if self.is_new_event(one.seq) and one.by_id != self.reader_id)

    def is_new(self, at: datetime) -> bool:
        """Whether this came after the reader looked."""
        return self.since is not None and at > self.since.at

    def is_new_event(self, seq: int) -> bool:
        """The same for the number of an event."""
        return self.since is not None and seq > self.since.event_seq

    @property
    def open_tasks(self) -> tuple[TaskShown, ...]:
        return tuple(task for task in self.tasks if task.status in OPEN_TASK)


def case_file(session: Session, house: House, actor: Actor, application_key: str, *, now: datetime) -> CaseFile:
    """The case under this address, without its documents and what officers wrote to one another for whoever reads it
    because of a complaint; ``NotFound`` for a draft, for none, and for one that is not the actor's to read."""
    row = next(iter(load(session, _BY_KEY, key=application_key)), None)
    if row is None:
        raise NotFound
    complaint = "" if may_read(session, row[0], actor) else reads_for(session, row[0], actor)
    case = replace(_opened(session, house, row, now), reader_id=actor.person_id)
    if complaint:
        return replace(case, documents=(), complaint=complaint)
    seen, answers = beside(session, row[0], actor), actor.acts_for(FRONT_OFFICE, row[1].id)
    return replace(case, about=named_by(session, row[0], actor), beside=seen, may_answer=answers)


def _opened(session: Session, house: House, row: Sequence[Any], now: datetime) -> CaseFile:
    application, office, applicant, handover, expected, record, filer_km, filer_latin = row
    published = house.catalog.of(session, application.definition_id)
    package = published.package
    tasks, elements = _tasks(session, application, package)
    filed = application.filed_by_id is not None
    changes = changes_of(session, application.id)
    return CaseFile(
        application_id=application.id,
        event_seq=application.event_seq,
        key=application.key,
        reference=application.reference or "",
        revision=application.revision,
        service=package.manifest.title,
        version=published.version,
        office_id=office.id,
        office=office_name(office),
        channel=application.channel,
        filed_by=person_name(filer_km, filer_latin) if filed else None,
        status=application.status,
        outcome=application.outcome,
        stage=package.texts.stages.get(application.stage),
        waits_for_applicant=application.waits_for_applicant,
        submitted_at=application.submitted_at,
        promised_at=promises.day_shown(application, now),
        is_overdue=promises.is_overdue(application, now),
        decided_at=application.decided_at,
        ended_at=application.ended_at,
        applicant=_applicant(applicant),
        pages=parts.answers_shown(package.forms[APPLY], application.answers, {one.key: one for one in changes}),
        documents=documents(session, application.id, package),
        opinions=parts.opinions(session, application.id, package),
        corrections=parts.corrections(session, application.id, package, changes),
        clocks=parts.clocks(session, application.id, package, elements, now),
        tasks=tasks,
        fees=fees_shown(session, application),
        result=_result(results_of(session, application.id, now) if application.decided_at else (), handover),
        events=recent_events(session, application, published, limit=MOST_EVENTS),
        messages=messages_told(session, application.id, applicant.id),
        appointments=appointments_of(session, house, application, published, now=now),
        brought=brought_by(session, application),
        foreseen=expected_shown(expected, record, application, _at(tasks, elements), now),
    )


def _at(tasks: tuple[TaskShown, ...], elements: Mapping[int, str]) -> list[str]:
    """The steps of officers at which the case is, by their elements."""
    both = zip(tasks, elements.values(), strict=True)
    return [element for task, element in both if task.status in OPEN_TASK and task.group != APPLICANT]


def _applicant(applicant: Person) -> ApplicantShown:
    return ApplicantShown(
        person_name(applicant.name_km, applicant.name_latin),
        applicant.phone or "",
        applicant.email or "",
        applicant.id_number,
        applicant.identity_status,
    )


def _tasks(
    session: Session, application: Application, package: ServicePackage
) -> tuple[tuple[TaskShown, ...], Mapping[int, str]]:
    """Every user task of the case, newest last, and the elements they belong to; one statement."""
    rows = load(session, _TASKS, application_id=application.id)
    shown = tuple(
        TaskShown(
            key=task.key,
            name=package.tasks[task.element_id].name,
            kind=task.kind,
            group=task.group,
            status=task.status,
            office=office_name(office),
            is_elsewhere=task.office_id != application.office_id,
            assignee=person_name(name_km, name_latin) if task.assignee_id else None,
            due_at=task.due_at,
        )
        for task, office, name_km, name_latin in rows
    )
    return shown, {task.id: task.element_id for task, *_ in rows}


def _result(papers: tuple[ResultLine, ...], handover: Handover | None) -> ResultShown | None:
    if not papers:
        return None
    return ResultShown(
        papers=papers,
        received_by=handover.received_by if handover else "",
        collected_at=handover.at if handover else None,
    )
