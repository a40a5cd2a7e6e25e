"""What was taken out of turn, the newest first: which task, by whom, and how many older ones it passed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.people.actors import Actor
from engine.queries.admin.watching import Watched
from engine.queries.shared.marks import Mark, beside_mark
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.people import person_name
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from storage.applications import Application
from storage.people import Person
from storage.processes import UserTask
from storage.step_times import QueueJump

_By, _Giver = aliased(Person), aliased(Person)
_Oldest, _OldestCase = aliased(UserTask), aliased(Application)
READ_WITH_CASE: Final = (*CASE_WORKERS, ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class CaseNamed:
    """A case by its reference; ``is_read``: the reader may open it."""

    key: str
    reference: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Jump:
    """A task that was taken ``at``, ahead of ``passed`` older ones that lay free; the oldest of them, in ``oldest``,
    was ready ``days`` working days before. ``given_by``: who gave it to them, where they did not take it."""

    case: CaseNamed
    oldest: CaseNamed
    office: Bilingual
    service: Bilingual
    step: Bilingual
    at: datetime
    by: Bilingual
    given_by: Bilingual | None
    passed: int
    days: int


def jumps(
    session: Session, names: Names, actor: Actor, watch: Watched, *, page: Wanted = BEGINNING, size: int = PAGE_SIZE
) -> Stretch[Jump]:
    """A page of them; one statement, two where nothing is left beside its mark."""

    def read(mark: Mark | None, backwards: bool) -> list[Any]:
        return _read(session, watch, mark, size, backwards=backwards)

    found = beside_mark(page, size, read, lambda row: (row.at, row.id))
    return replace(found, items=tuple(_jump(row, names, actor) for row in found.items))


def _read(session: Session, watch: Watched, mark: Mark | None, size: int, *, backwards: bool) -> list[Any]:
    key = (QueueJump.at, QueueJump.user_task_id)
    wanted = (
        select(QueueJump.user_task_id.label("id"), QueueJump.at, QueueJump.passed, QueueJump.days)
        .add_columns(QueueJump.office_id, QueueJump.service_key, UserTask.element_id, UserTask.name)
        .add_columns(Application.key, Application.reference, Application.applicant_id)
        .add_columns(_OldestCase.key.label("oldest_key"), _OldestCase.reference.label("oldest_reference"))
        .add_columns(_OldestCase.applicant_id.label("oldest_applicant_id"), QueueJump.given_by_id)
        .add_columns(_By.name_km.label("by_km"), _By.name_latin.label("by_latin"))
        .add_columns(_Giver.name_km.label("giver_km"), _Giver.name_latin.label("giver_latin"))
        .join(UserTask, UserTask.id == QueueJump.user_task_id)
        .join(Application, Application.id == UserTask.application_id)
        .join(_Oldest, _Oldest.id == QueueJump.oldest_id)
        .join(_OldestCase, _OldestCase.id == _Oldest.application_id)
        .join(_By, _By.id == QueueJump.by_id)
        .outerjoin(_Giver, _Giver.id == QueueJump.given_by_id)
        .where(*watch.of(QueueJump), watch.reads(Application.id), watch.reads(_OldestCase.id))
    )
    if mark is not None:
        wanted = wanted.where(mark.after(*key) if backwards else mark.before(*key))
    order = [column.asc() if backwards else column.desc() for column in key]
    rows = list(session.execute(wanted.order_by(*order).limit(size + 1)))
    return rows[::-1] if backwards else rows


def _jump(row: Any, names: Names, actor: Actor) -> Jump:
    reads = any(actor.acts_for(group, row.office_id) for group in READ_WITH_CASE)
    return Jump(
        case=CaseNamed(row.key, row.reference or "", reads and row.applicant_id != actor.person_id),
        oldest=CaseNamed(
            row.oldest_key, row.oldest_reference or "", reads and row.oldest_applicant_id != actor.person_id
        ),
        office=names.offices[row.office_id].name,
        service=names.service(row.service_key),
        step=names.element(row.service_key, row.element_id, row.name),
        at=row.at,
        by=person_name(row.by_km, row.by_latin),
        given_by=person_name(row.giver_km, row.giver_latin) if row.given_by_id is not None else None,
        passed=row.passed,
        days=row.days,
    )
