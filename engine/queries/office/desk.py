"""What waits at a desk of the office for a person to come: fees to be paid, results to be collected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.queries.office.reach import reach_of, within_reach
from engine.queries.shared.people import person_name
from engine.queries.shared.results import ResultLine, results_of
from engine.queries.shared.stretches import Order, Stretch, Wanted, count_of, stretch_of
from storage.applications import Application, Certificate, Handover
from storage.offices import Office
from storage.payments import DueFee
from storage.people import Person
from storage.processes import OPEN_TASK, TaskKind, UserTask

DeskKind = Literal[TaskKind.PAYMENT, TaskKind.HANDOVER]
PAGE_SIZE: Final = 25
LONGEST_FIRST: Final = Order(UserTask.id, UserTask.key)
_Paper = aliased(Certificate)
_PAPERS: Final = (
    select(func.count()).where(_Paper.application_id == Application.id).correlate(Application).scalar_subquery()
)
_ROWS: Final = (
    select(
        UserTask,
        Application,
        Person,
        Office,
        Certificate.number.label("certificate"),
        _PAPERS.label("papers"),
        Handover.received_by,
        Handover.at.label("collected_at"),
        DueFee.amount.label("due"),
        DueFee.key.label("fee"),
    )
    .join(Application, Application.id == UserTask.application_id)
    .join(Person, Person.id == Application.applicant_id)
    .join(Office, Office.id == UserTask.office_id)
    .outerjoin(Certificate, (Certificate.application_id == Application.id) & (Certificate.place == 0))
    .outerjoin(Handover, Handover.application_id == Application.id)
    .outerjoin(DueFee, (DueFee.application_id == Application.id) & (DueFee.task_ref == UserTask.task_ref))
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One application that waits at a desk. ``amount`` is what is paid there in whole riel, ``fee`` its address;
    ``certificate`` the number of the first of its ``papers`` results, ``results`` all of them where one application is
    shown, ``received_by`` who has collected them."""

    task_key: str
    application_key: str
    reference: str
    service: Bilingual
    applicant: Bilingual
    phone: str
    id_number: str
    office: Bilingual
    amount: int
    fee: str
    certificate: str
    papers: int
    since: datetime
    is_open: bool
    received_by: str
    collected_at: datetime | None
    results: tuple[ResultLine, ...] = ()


def waiting_at_desk(
    session: Session, house: House, actor: Actor, kind: DeskKind, wanted: Wanted, *, size: int = PAGE_SIZE
) -> Stretch[Waiting]:
    """What waits at the actor's desks, the longest first; two statements for the first page, three for others."""
    found, values = reach_of(actor)
    ways = found.payments if kind == TaskKind.PAYMENT else found.handovers
    return stretch_of(
        session,
        _ROWS,
        lambda row: _waiting(session, house, row),
        wanted,
        ways=ways,
        values=values,
        order=LONGEST_FIRST,
        size=size,
        total=count_of(session, ways, LONGEST_FIRST, values),
    )


def at_desk(session: Session, house: House, actor: Actor, task_key: str, *, now: datetime) -> Waiting:
    """One of them, also when it is done by now; ``NotFound`` when the task is not of the actor's desks."""
    row = session.execute(_ROWS.where(UserTask.key == task_key, within_reach(actor))).one_or_none()
    if row is None:
        raise NotFound
    return replace(_waiting(session, house, row), results=results_of(session, row.Application.id, now))


def _waiting(session: Session, house: House, row: Row[*tuple[Any, ...]]) -> Waiting:
    task, application, applicant, office = row.UserTask, row.Application, row.Person, row.Office
    return Waiting(
        task_key=task.key,
        application_key=application.key,
        reference=application.reference or "",
        service=house.catalog.of(session, application.definition_id).package.manifest.title,
        applicant=person_name(applicant.name_km, applicant.name_latin),
        phone=applicant.phone or "",
        id_number=applicant.id_number,
        office=office_name(office),
        amount=application.fee_total if row.due is None else row.due,
        fee=row.fee or "",
        certificate=row.certificate or "",
        papers=row.papers,
        since=task.ready_at,
        is_open=task.status in OPEN_TASK,
        received_by=row.received_by or "",
        collected_at=row.collected_at,
    )
