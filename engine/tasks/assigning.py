"""A task is given to a named colleague: by the head of the office, by whoever has it, or from above by whoever its late
case was raised to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.case.interests import require_no_interest
from engine.case.kept_apart import require_not_apart
from engine.case.opening import Case, lock_task
from engine.case.raised_to import acts_from_above
from engine.case.task_notices import given_on
from engine.case.turn import Turn
from engine.errors import NotAllowed, OwnCase, SamePersonRefused, TaskGone
from engine.errors.cases import ColleagueMayNot, NoColleague
from engine.errors.desk import InterestDeclared
from engine.house import House
from engine.khmer import Bilingual, tidy
from engine.packages.groups import APPLICANT, HEAD
from engine.people.actors import Actor, load_actor
from engine.reasons import LONGEST, reason_given
from engine.tasks.holders import ASSIGNED, named, taken
from engine.tasks.user_tasks import require_access, require_other_person
from storage.processes import OPEN_TASK, TaskStatus, UserTask


def assign(
    session: Session,
    house: House,
    actor: Actor,
    task_key: str,
    colleague_id: int,
    *,
    reason: str = "",
    today: date,
    now: datetime,
) -> Bilingual:
    """The colleague has the task from now on, as if they had claimed it; their name. What somebody else has is taken
    from them only by the head of the office, or by whoever the late case was raised to beyond it, with a ``reason``
    (``ReasonMissing``).

    ``NotAllowed`` for whoever is neither the head nor has the task; ``TaskTaken`` where another colleague has it by
    now; ``NoColleague`` for somebody who does not work here; ``ColleagueMayNot`` for one who may not do this task.
    ``InterestDeclared`` for a giver who declared one, ``WorkedOnIt`` for one who worked on what the case is about.
    """
    case, task = lock_task(session, house, task_key)
    is_head = _require_giver(session, case, task, actor)
    colleague = load_actor(session, colleague_id, today=today)
    if colleague is None or not colleague.is_officer:
        raise NoColleague
    name = named(colleague.name_km, colleague.name_latin)
    if task.assignee_id == colleague_id:
        return name
    require_taker(session, case, task, colleague, name)
    is_from_another = task.status == TaskStatus.CLAIMED and task.assignee_id != actor.person_id
    said = reason_given(reason) if is_head and is_from_another else tidy(reason)[:LONGEST]
    before_id = task.assignee_id
    data = {"from_id": before_id, "to_id": colleague_id, "officer_km": name.km, "officer_en": name.en}
    task.status, task.assignee_id, task.claimed_at = TaskStatus.CLAIMED, colleague_id, now
    turn = Turn(session, house, case, actor, now)
    turn.record(ASSIGNED, element_id=task.element_id, data=data, personal={"reason": said} if said else None)
    given_on(turn, task, before_id)
    return name


def _require_giver(session: Session, case: Case, task: UserTask, actor: Actor) -> bool:
    """Whether the actor gives it as the head, or from above."""
    if task.group == APPLICANT or actor.person_id == case.applicant.id:
        raise NotAllowed
    require_no_interest(session, case.application, actor)
    require_not_apart(session, case.application, task.group, actor)
    if actor.acts_for(HEAD, task.office_id) or acts_from_above(session, case.application, actor):
        is_head = True
    else:
        require_access(case, task, actor)
        is_head = False
    if task.status not in OPEN_TASK:
        raise TaskGone
    if is_head or task.assignee_id == actor.person_id:
        return is_head
    if task.status == TaskStatus.CLAIMED:
        raise taken(session, task)
    raise NotAllowed


def require_taker(session: Session, case: Case, task: UserTask, colleague: Actor, name: Bilingual) -> None:
    """Raises ``ColleagueMayNot`` for a colleague who may not do the task."""
    settings = case.published.package.tasks[task.element_id]
    try:
        if require_access(case, task, colleague).instead is not None:  # whose it would be is away
            raise NotAllowed
        require_other_person(session, case, settings, colleague)
    except (InterestDeclared, NotAllowed, SamePersonRefused, OwnCase) as refused:
        raise ColleagueMayNot(name=name) from refused
