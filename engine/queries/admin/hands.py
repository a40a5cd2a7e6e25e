"""What somebody has in their hands who is to leave a group: listed before it ends, so that nothing is left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.errors import NotAllowed
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.officers import held_from, office_id_of
from engine.packages.groups import ADMINISTRATOR, CASHIER
from engine.people.actors import Actor
from engine.people.names import holder
from storage.absences import Absence, Deputy
from storage.applications import Application
from storage.cash_books import CashBook
from storage.colleagues import ColleagueQuestion
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import TaskStatus, UserTask

MOST: Final = 20
"""Tasks that are named; the others are counted."""
MOST_COLLEAGUES: Final = 200


@dataclass(frozen=True, slots=True)
class TaskInHand:
    """A claimed task, without anything about its applicant."""

    name: Bilingual
    service: Bilingual
    reference: str


@dataclass(frozen=True, slots=True)
class Hands:
    """The days of the membership, and what the person has: ``tasks`` that they claimed there in this group (the oldest
    ``MOST`` of ``claimed``, none of a case that is kept from the reader), ``questions`` of colleagues that wait for
    them, ``books`` of theirs that are not confirmed (office and day), and for whom they stand in (name and last day).
    ``colleagues``: who belongs to the same group there today, by id, and can go on with it."""

    from_day: date
    to_day: date | None
    claimed: int
    tasks: tuple[TaskInHand, ...]
    questions: int
    books: tuple[tuple[Bilingual, date], ...]
    stands: tuple[tuple[Bilingual, date], ...]
    colleagues: Mapping[str, Bilingual]


def hands_of(
    session: Session, house: House, actor: Actor, person_id: int, group: str, *, office_code: str | None, today: date
) -> Hands | None:
    """For an administrator of the office; ``None`` where the group was only offered. At most eight statements.
    ``NotAllowed``; ``NotInGroup`` where it is neither held nor the administrator's to see."""
    office_id = office_id_of(session, office_code)
    if not actor.acts_for(ADMINISTRATOR, office_id):
        raise NotAllowed
    held = held_from(session, person_id, group, office_id, today)
    if not held:
        return None
    claimed: list[ColumnElement[bool]] = [
        UserTask.assignee_id == person_id,
        UserTask.status == TaskStatus.CLAIMED,
        UserTask.group == group,
    ]
    if office_id is not None:
        claimed.append(UserTask.office_id == office_id)
    waits = ColleagueQuestion.is_open(), ColleagueQuestion.asked_of_id == person_id
    return Hands(
        from_day=held[0].from_day,
        to_day=held[-1].to_day,
        claimed=session.scalar(select(func.count()).select_from(UserTask).where(*claimed)) or 0,
        tasks=tuple(_tasks(session, house, [*claimed, not_apart(actor, Application.id)])),
        questions=session.scalar(select(func.count()).select_from(ColleagueQuestion).where(*waits)) or 0,
        books=_books(session, person_id) if group == CASHIER else (),
        stands=_stands(session, person_id, group, office_id, today),
        colleagues=_colleagues(session, person_id, group, office_id, today),
    )


def _tasks(session: Session, house: House, claimed: Sequence[ColumnElement[bool]]) -> list[TaskInHand]:
    rows = session.execute(
        select(UserTask.element_id, Application.reference, Application.definition_id)
        .join(Application, Application.id == UserTask.application_id)
        .where(*claimed)
        .order_by(UserTask.claimed_at, UserTask.id)
        .limit(MOST)
    )
    found: list[TaskInHand] = []
    for element_id, reference, definition_id in rows:
        package = house.catalog.of(session, definition_id).package
        found.append(TaskInHand(package.tasks[element_id].name, package.manifest.title, reference or ""))
    return found


def _books(session: Session, person_id: int) -> tuple[tuple[Bilingual, date], ...]:
    wanted = (
        select(Office, CashBook.day)
        .join(CashBook, CashBook.office_id == Office.id)
        .where(CashBook.cashier_id == person_id, CashBook.is_unsettled())
        .order_by(CashBook.day)
    )
    return tuple((office_name(office), day) for office, day in session.execute(wanted.limit(MOST)))


def _stands(
    session: Session, person_id: int, group: str, office_id: int | None, today: date
) -> tuple[tuple[Bilingual, date], ...]:
    wanted = (
        select(Person, Absence.last_day)
        .join(Absence, Absence.person_id == Person.id)
        .join(Deputy, Deputy.absence_id == Absence.id)
        .where(Deputy.person_id == person_id, Deputy.group == group)
        .where(Absence.ended_at.is_(None), Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
    )
    if office_id is not None:
        wanted = wanted.where((Deputy.office_id == office_id) | (Deputy.by_office_id == office_id))
    return tuple((holder(person), day) for person, day in session.execute(wanted.limit(MOST)))


def _colleagues(
    session: Session, person_id: int, group: str, office_id: int | None, today: date
) -> Mapping[str, Bilingual]:
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    everywhere = Membership.office_id.is_(None)
    there = everywhere if office_id is None else everywhere | (Membership.office_id == office_id)
    theirs = select(Membership.person_id).where(Membership.group == group, there, Membership.from_day <= today, lasting)
    rows = session.scalars(
        select(Person)
        .where(Person.id.in_(theirs), Person.id != person_id, Person.disabled_at.is_(None))
        .order_by(Person.name_km, Person.id)
        .limit(MOST_COLLEAGUES)
    )
    return {str(one.id): holder(one) for one in rows}
