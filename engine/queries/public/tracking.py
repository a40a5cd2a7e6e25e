"""Where an application stands, as its owner sees it: the stage, who has it, the day, and what waits for them.

Nothing here names a person: whoever reads it may hold no more than a slip of paper with a code on it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import APPLICANT
from engine.queries.public.promised import Why, broken, expected, promise_of, why
from engine.queries.public.stages import StageShown, Stay, stages_of
from engine.queries.shared.appointments import AppointmentShown, appointments_of
from engine.queries.shared.expected import OF_CASE, OF_RECORD, ExpectedShown, expected_shown
from engine.queries.shared.payments import owes_again
from engine.typed.codes import digits_of, normal_code
from engine.working_time import promises
from engine.working_time.terms import Term
from storage.applications import Application, ApplicationStatus
from storage.base import Id
from storage.clocks import ClockStatus
from storage.events import CaseEvent
from storage.expected_dates import DateRecord, ExpectedDate
from storage.loading import Rows, given, load
from storage.offices import Office
from storage.processes import OPEN_TASK, InstanceStatus, ProcessInstance, TaskKind, UserTask

WaitsFor = Literal["payment", "correction", "answer", "choice", "collection"]

_WAITING: Mapping[str, WaitsFor] = {
    TaskKind.CORRECTION: "correction",
    TaskKind.PAYMENT: "payment",
    TaskKind.HANDOVER: "collection",
    TaskKind.APPOINTMENT: "choice",
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """The work went to another office at that moment."""

    code: str
    office: Bilingual
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """An application as its owner follows it. ``groups``: who has it at the office, in the words of the groups.
    ``crossings``: to which other offices it went, and back, the last of them being where it is;
    ``is_elsewhere``: that is not where it was received.

    ``promised_at``: the day it is ready, never one that has passed; None while the clock stands still or the decision
    is taken. ``overdue_at``: the day that has just passed, until a new one is told. ``was_promised_at``: the day that
    was broken, when a newer one was told. ``waits_for``: what only the owner can do, and ``answer_by`` until when.
    ``why``: what the promised day is reckoned from. ``expected_at``: the day that will be promised when what is owed is
    paid today; None once it is decided. ``counted_from_papers``: how long it takes from the day on which the papers are
    found complete, until that day.
    ``is_suspended``: the administration holds it, nothing moves until it says so. ``owes_again``: a receipt was made
    void, so the fee is to be paid once more, wherever the application is by now. ``foreseen``: when it will be ready,
    by comparable applications.
    """

    reference: str
    tracking_code: str
    service: Bilingual
    office: Bilingual
    office_phone: str
    office_address: Bilingual
    status: str
    outcome: str
    stages: tuple[StageShown, ...]
    groups: tuple[str, ...]
    is_elsewhere: bool
    crossings: tuple[Crossing, ...]
    promised_at: datetime | None
    overdue_at: datetime | None
    was_promised_at: datetime | None
    why: Why | None
    expected_at: datetime | None
    counted_from_papers: Term | None
    is_paused: bool
    is_suspended: bool
    waits_for: WaitsFor | None
    answer_by: datetime | None
    owes_again: bool
    appointments: tuple[AppointmentShown, ...]
    submitted_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None
    foreseen: ExpectedShown | None = None

    @property
    def is_late(self) -> bool:
        """Whether a promised day was broken, so that another one holds now."""
        return self.was_promised_at is not None

    @property
    def holder(self) -> Bilingual:
        """The office that has the work now."""
        return self.crossings[-1].office if self.crossings else self.office

    @property
    def stage(self) -> StageShown | None:
        """Where the application is; None once it ended."""
        return next((stage for stage in self.stages if stage.state == "now"), None)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of one application that was sent."""

    application: Application
    office: Office
    instance: ProcessInstance
    owes_again: bool
    row: ExpectedDate | None
    record: DateRecord | None


def track(session: Session, house: House, code: str, digits: str, *, now: datetime) -> Progress:
    """The application with this tracking code, for whoever also knows the four digits that go with it.

    ``NotFound`` says the same whichever of the two is wrong.
    """
    typed = digits_of(digits).encode()
    found = _find(session, _BY_CODE, normal_code(code))
    right = found.application.tracking_digits if found else ""
    if not hmac.compare_digest(typed, right.encode()) or found is None or not right:
        raise NotFound
    return _progress(session, house, found, now=now)


def tracked(session: Session, house: House, code: str, *, now: datetime) -> Progress:
    """The same for a reader who has shown the digits before; ``NotFound`` when there is none."""
    found = _find(session, _BY_CODE, normal_code(code))
    if found is None:
        raise NotFound
    return _progress(session, house, found, now=now)


def progress(session: Session, house: House, application_id: int, *, now: datetime) -> Progress:
    """The same for the account page of the applicant; ``NotFound`` for an application that was not sent yet."""
    found = _find(session, _BY_ID, application_id)
    if found is None:
        raise NotFound
    return _progress(session, house, found, now=now)


_SENT: Final = (
    select(Application, Office, ProcessInstance, owes_again(), ExpectedDate, DateRecord)
    .join(Office, Office.id == Application.office_id)
    .join(ProcessInstance, ProcessInstance.application_id == Application.id)
    .outerjoin(ExpectedDate, OF_CASE)
    .outerjoin(DateRecord, OF_RECORD)
    .where(Application.submitted_at.is_not(None))
)
_BY_CODE: Final = _SENT.where(Application.tracking_code == bindparam("wanted"))
_BY_ID: Final = _SENT.where(Application.id == bindparam("wanted"))
_OPEN_TASKS: Final = Rows(
    UserTask,
    which=lambda rows: rows.where(
        UserTask.application_id == given("application_id", Id), UserTask.status.in_(OPEN_TASK)
    ).order_by(UserTask.id),
)
_MOVES: Final = (
    select(CaseEvent.kind, CaseEvent.data, CaseEvent.at)
    .where(CaseEvent.application_id == bindparam("application_id"), CaseEvent.kind.in_(("stage", "crossed")))
    .order_by(CaseEvent.seq)
)


def _find(session: Session, asked: Select[*tuple[Any, ...]], wanted: str | int) -> _Found | None:
    row = session.execute(asked, {"wanted": wanted}).one_or_none()
    return None if row is None else _Found(*row)


def _progress(session: Session, house: House, found: _Found, *, now: datetime) -> Progress:
    application, office, instance = found.application, found.office, found.instance
    published = house.catalog.of(session, instance.definition_id)
    tasks = _open_tasks(session, application)
    waiting = _waiting_task(tasks)
    waits_for = _waits_for(waiting)
    entered, crossings = _moves(session, application)
    appointments = appointments_of(session, house, application, published, now=now)
    day = max((one.starts_at for one in appointments if not one.is_lost), default=None)
    return Progress(
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        service=published.package.manifest.title,
        office=office_name(office),
        office_phone=office.phone,
        office_address=Bilingual(km=office.address_km, en=office.address_en),
        status=application.status,
        outcome=application.outcome,
        stages=stages_of(published, application, entered),
        groups=_groups(tasks),
        is_elsewhere=bool(crossings) and crossings[-1].code != office.code and not _is_decided(application),
        crossings=crossings,
        **_days(session, house, found, published, owes=waits_for == "payment", day=day, now=now),
        is_suspended=instance.status == InstanceStatus.SUSPENDED,
        waits_for=waits_for,
        answer_by=waiting.due_at if waiting else None,
        owes_again=found.owes_again,
        appointments=appointments,
        foreseen=_foreseen(found, tasks, now),
    )


def _foreseen(found: _Found, tasks: Sequence[UserTask], now: datetime) -> ExpectedShown | None:
    elements = (task.element_id for task in tasks if task.group != APPLICANT)
    return expected_shown(found.row, found.record, found.application, elements, now)


def _is_decided(application: Application) -> bool:
    return application.decided_at is not None or application.status == ApplicationStatus.ENDED


def _days(
    session: Session,
    house: House,
    found: _Found,
    published: Published,
    *,
    owes: bool,
    day: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """What of ``Progress`` is a day, and how it is reckoned; ``day`` is that of the last session that was chosen. Once
    it is decided no day is promised any more."""
    application, clock = found.application, published.package.manifest.clock
    promise, decided = promise_of(session, application), _is_decided(application)
    length = published.package.manifest.promised.of(application.answers)
    awaits_papers = clock.starts == "complete" and promise is None
    calendar = house.calendars.of(session, found.office)
    owes = owes and not awaits_papers and not decided
    return {
        "promised_at": promises.day_shown(application, now),
        "overdue_at": application.promised_at if promises.is_overdue(application, now) else None,
        "was_promised_at": None if decided else broken(promise, application.promised_at, now),
        "why": None if decided else why(promise, clock.starts, calendar),
        "is_paused": not decided and promise is not None and promise.status == ClockStatus.PAUSED,
        "expected_at": expected(promise, calendar, length, now, waits_until=day) if owes else None,
        "counted_from_papers": length if awaits_papers and not decided else None,
        "submitted_at": application.submitted_at or application.created_at,
        "decided_at": application.decided_at,
        "ended_at": application.ended_at,
    }


def _open_tasks(session: Session, application: Application) -> Sequence[UserTask]:
    return [task for (task,) in load(session, _OPEN_TASKS, application_id=application.id)]


def _moves(session: Session, application: Application) -> tuple[dict[str, Stay], tuple[Crossing, ...]]:
    """When each stage was last entered and left, and when the work went to which office; one statement."""
    events = session.execute(_MOVES, {"application_id": application.id}).all()
    stages = [(data["stage"], at) for kind, data, at in events if kind == "stage"]
    ends = [at for _, at in stages[1:]] + [application.ended_at]
    stays = {stage: Stay(at, left_at) for (stage, at), left_at in zip(stages, ends, strict=False)}
    crossed = (
        Crossing(data["to"], Bilingual(data["to_km"], data["to_en"]), at)
        for kind, data, at in events
        if kind == "crossed"
    )
    return stays, tuple(crossed)


def _groups(tasks: Sequence[UserTask]) -> tuple[str, ...]:
    named = [name for task in tasks for name in (task.group, task.escalated_to) if name and name != APPLICANT]
    return tuple(dict.fromkeys(named))


def _waiting_task(tasks: Sequence[UserTask]) -> UserTask | None:
    """The task that its owner must know of: what is asked of them, before what they pay or collect."""
    asked = (task for task in tasks if task.group == APPLICANT)
    theirs = (TaskKind.PAYMENT, TaskKind.CORRECTION, TaskKind.HANDOVER)
    return next(asked, next((task for task in tasks if task.kind in theirs), None))


def _waits_for(task: UserTask | None) -> WaitsFor | None:
    return None if task is None else _WAITING.get(task.kind, "answer")
