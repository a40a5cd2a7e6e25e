"""The end of what an officer does in a group, with what is in their hands given on to a colleague.

Each claimed task goes to the colleague where they may do it, else back to the group. A question that waits for whoever
leaves the offices altogether goes the same way, so that nobody waits for an answer of somebody who is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.case.interests import require_no_interest
from engine.case.opening import Case, lock_case, lock_task
from engine.case.turn import Turn
from engine.errors import NotInGroup
from engine.errors.cases import ColleagueMayNot, NoColleague
from engine.errors.desk import InterestDeclared
from engine.house import House
from engine.offices import ending
from engine.offices.officers import held_from, office_id_of
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.people.actors import Actor, load_actor
from engine.reasons import reason_given
from engine.tasks.assigning import require_taker
from engine.tasks.holders import ASSIGNED, named
from storage.colleagues import ColleagueQuestion
from storage.people import Membership
from storage.processes import TaskStatus, UserTask

MOST: Final = 500
"""Tasks that are given on one by one; whoever has more gives the rest back to the group."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose work in which group of which office ends, why, and who goes on with it (``None``: the group)."""

    person_id: int
    group: str
    office_code: str | None
    reason: str
    to_id: int | None = None


def leave(session: Session, house: House, actor: Actor, leaving: Leaving, *, today: date, now: datetime) -> int:
    """Ends it at once; how many tasks the colleague has now. ``ReasonMissing``; ``NoColleague`` for somebody who does
    not belong to the group there; refuses what ``ending.end_grant`` refuses."""
    why = reason_given(leaving.reason)
    office_id = office_id_of(session, leaving.office_code)
    actor.require(office_id, ADMINISTRATOR)
    given = 0
    if leaving.to_id is not None:
        if not held_from(session, leaving.person_id, leaving.group, office_id, today):
            raise NotInGroup(group=leaving.group)
        colleague = _colleague(session, leaving, office_id, today)
        given = sum(
            _give(session, house, actor, key, colleague, reason=why, now=now)
            for key in _claimed(session, leaving, office_id)
        )
    person_id, group, office_code = leaving.person_id, leaving.group, leaving.office_code
    ending.end_grant(session, actor, person_id, group, office_code=office_code, reason=why, today=today, now=now)
    if not _works(session, leaving.person_id, today):
        _pass_on(session, house, actor, leaving, office_id=office_id, now=now)
    return given


def _colleague(session: Session, leaving: Leaving, office_id: int | None, today: date) -> Actor:
    colleague = load_actor(session, leaving.to_id, today=today) if leaving.to_id is not None else None
    if colleague is None or colleague.person_id == leaving.person_id:
        raise NoColleague
    if not colleague.acts_for(leaving.group, office_id):
        raise NoColleague
    return colleague


def _claimed(session: Session, leaving: Leaving, office_id: int | None) -> Sequence[str]:
    """What the person has claimed as a member of the group, in the order in which cases are held."""
    wanted = select(UserTask.key).where(
        UserTask.assignee_id == leaving.person_id,
        UserTask.status == TaskStatus.CLAIMED,
        UserTask.group == leaving.group,
        _at(office_id),
    )
    return session.scalars(wanted.order_by(UserTask.application_id, UserTask.id).limit(MOST)).all()


def _at(office_id: int | None) -> ColumnElement[bool]:
    return UserTask.office_id.is_not(None) if office_id is None else UserTask.office_id == office_id


def _give(
    session: Session, house: House, actor: Actor, task_key: str, colleague: Actor, *, reason: str, now: datetime
) -> bool:
    """Whether the colleague has it now; one who may not do this task leaves it to the group,
    and so does an administrator whose own case it is."""
    case, task = lock_task(session, house, task_key)
    name = named(colleague.name_km, colleague.name_latin)
    if actor.person_id == case.applicant.id:
        return False
    try:
        require_no_interest(session, case.application, actor)
        require_taker(session, case, task, colleague, name)
    except (ColleagueMayNot, InterestDeclared):
        return False
    data = {"from_id": task.assignee_id, "to_id": colleague.person_id, "officer_km": name.km, "officer_en": name.en}
    task.assignee_id, task.claimed_at = colleague.person_id, now
    turn = Turn(session, house, case, actor, now)
    turn.record(ASSIGNED, element_id=task.element_id, data=data, personal={"reason": reason})
    return True


def _works(session: Session, person_id: int, today: date) -> bool:
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    return session.scalar(select(Membership.id).where(Membership.person_id == person_id, lasting).limit(1)) is not None


def _pass_on(
    session: Session, house: House, actor: Actor, leaving: Leaving, *, office_id: int | None, now: datetime
) -> None:
    """What colleagues ask whoever has left: they ask the one who goes on, else the group of the office."""
    waits = ColleagueQuestion.is_open(), ColleagueQuestion.asked_of_id == leaving.person_id
    wanted = select(ColleagueQuestion.id, ColleagueQuestion.application_id).where(*waits)
    for question_id, application_id in session.execute(
        wanted.order_by(ColleagueQuestion.application_id, ColleagueQuestion.id)
    ).all():
        case = lock_case(session, house, application_id)
        row = session.get_one(ColleagueQuestion, question_id, populate_existing=True)
        if row.asked_of_id == leaving.person_id and _ask_instead(case, row, leaving, office_id):
            Turn(session, house, case, actor, now).record("colleague_asked")


def _ask_instead(case: Case, row: ColleagueQuestion, leaving: Leaving, office_id: int | None) -> bool:
    """Whether somebody else is asked now; nobody answers their own question, nor about their own case."""
    if leaving.to_id is not None and leaving.to_id not in (row.asked_by_id, case.applicant.id):
        row.asked_of_id = leaving.to_id
        return True
    if leaving.group in CASE_WORKERS and office_id is not None:
        row.asked_of_id, row.group, row.office_id = None, leaving.group, office_id
        return True
    return False
