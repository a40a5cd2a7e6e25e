"""Who has how many cases in hand at one office, and how many nobody has taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT
from engine.queries.admin.watching import Watched
from storage.applications import Application
from storage.open_tasks import IS_READY
from storage.people import Membership, Person
from storage.processes import TaskStatus, UserTask


@dataclass(frozen=True, slots=True)
class Hands:
    """The cases that one officer has claimed, and of how many the task is late; of nobody (no ``person_id``) those that
    wait to be claimed."""

    person_id: int | None
    name: Bilingual | None
    cases: int
    late: int


def is_claimed() -> ColumnElement[bool]:
    """Over tasks: somebody has it in hand. Said as the index says it."""
    return UserTask.status == literal_column(f"'{TaskStatus.CLAIMED.value}'")


def hands(session: Session, watch: Watched, office_id: int) -> tuple[Hands, ...]:
    """Whoever has claimed something at this office, those with the most late tasks first; then what nobody has. Two
    statements."""
    late = func.count(case((UserTask.due_at < watch.now, UserTask.application_id)).distinct())
    numbers = func.count(UserTask.application_id.distinct()).label("cases"), late.label("late")
    works_here = select(Membership.person_id).where(
        or_(Membership.office_id == office_id, Membership.office_id.is_(None))
    )
    who = (UserTask.assignee_id, Person.name_km, Person.name_latin)
    held: Any = select(*who, *numbers).join(Person, Person.id == UserTask.assignee_id)
    held = held.where(is_claimed(), UserTask.office_id == office_id, UserTask.assignee_id.in_(works_here))
    free: Any = select(*numbers).where(text(IS_READY), UserTask.office_id == office_id, UserTask.group != APPLICANT)
    if watch.service:
        of_service = select(Application.id).where(Application.service_key == watch.service)
        held, free = (asked.where(UserTask.application_id.in_(of_service)) for asked in (held, free))
    rows = session.execute(held.group_by(*who).order_by(late.desc(), numbers[0].desc(), UserTask.assignee_id)).all()
    waiting = session.execute(free).one()
    nobody = (Hands(None, None, waiting.cases, waiting.late),) if waiting.cases else ()
    return (*(Hands(row[0], Bilingual(row.name_km, row.name_latin), row.cases, row.late) for row in rows), *nobody)
