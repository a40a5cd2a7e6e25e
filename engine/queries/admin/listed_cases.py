"""A case in a list of many: what it is, what is to be done in it and who does it, and what its reader may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask


@dataclass(frozen=True, slots=True)
class Doing:
    """An open task of a case, and who has it, if anybody has."""

    task: Bilingual
    officer: Bilingual | None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One case. Whoever may read it (``is_read``) is led to it; one whom its office has as an administrator sets it
    right by hand (``is_run``)."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    doing: tuple[Doing, ...]
    is_read: bool
    is_run: bool


def listed(row: Any, names: Names, actor: Actor, doing: tuple[Doing, ...]) -> dict[str, Any]:
    """The parts of a ``ListedCase``, of a row with the key, reference, office, service and applicant of a case."""
    is_read, is_run = rights_in(actor, office_id=row.office_id, applicant_id=row.applicant_id)
    return {
        "key": row.key,
        "reference": row.reference or "",
        "office": names.offices[row.office_id].name,
        "service": names.service(row.service_key),
        "doing": doing,
        "is_read": is_read,
        "is_run": is_run,
    }


def rights_in(actor: Actor, *, office_id: int, applicant_id: int) -> tuple[bool, bool]:
    """Whether the actor may read a case of this office, and set it right by hand; nobody an own one."""
    is_own = applicant_id == actor.person_id
    is_read = not is_own and any(actor.acts_for(group, office_id) for group in (*CASE_WORKERS, ADMINISTRATOR))
    return is_read, not is_own and actor.acts_for(ADMINISTRATOR, office_id)


def doing_in(session: Session, names: Names, service: Mapping[int, str]) -> Mapping[int, tuple[Doing, ...]]:
    """What is to be done in these cases now, and who does it; ``service`` is that of each, by the id of the case. One
    statement."""
    found = session.execute(
        select(UserTask.application_id, UserTask.element_id, UserTask.name, UserTask.assignee_id)
        .add_columns(Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.application_id.in_(sorted(service)), UserTask.status.in_(OPEN_TASK))
        .order_by(UserTask.id)
    )
    doing: dict[int, tuple[Doing, ...]] = {}
    for row in found if service else ():
        who = Bilingual(row.name_km, row.name_latin) if row.assignee_id is not None else None
        task = Doing(names.element(service[row.application_id], row.element_id, row.name), who)
        doing[row.application_id] = (*doing.get(row.application_id, ()), task)
    return doing
