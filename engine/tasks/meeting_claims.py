"""Two claims on one identity number: decided in one task, with both papers side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case, lock_case, lock_task
from engine.case.rivals import deciding_task, mark_of, rivals_of
from engine.case.standing_in import as_worked_on
from engine.case.turn import Turn
from engine.errors import NotAllowed, NotFound, StalePage, TaskAlreadyClaimed, TaskGone, TaskNotClaimed
from engine.house import House
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.tasks.user_tasks import TaskDone, answer, checked, require_access, require_other_person
from storage.applications import Application, Outcome
from storage.processes import OPEN_TASK, TaskKind, UserTask

WHY_REFUSED: Final = Bilingual(
    "យើងមិនអាចបញ្ជាក់បានថា ឯកសារដែលមានលេខនេះជារបស់អ្នកទេ។ បើវាជារបស់អ្នក សូមយកឯកសារដើមមកការិយាល័យ។",
    "We could not confirm that the paper with this number is yours. If it is, come to the office with the original.",
)
"""What the person is told whose claim is refused: what to do, and nothing of the other one."""
NEITHER: Final = "neither"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim that waits for an officer, its case locked."""

    case: Case
    task: UserTask


def decide_between(
    session: Session, house: House, actor: Actor, task_key: str, real: str, *, mark: str, now: datetime
) -> TaskDone:
    """Of the claims that meet in a claimed task one is ``real`` (the key of its application) and its person verified;
    the others are refused and told what to do. With ``NEITHER``, all that are the actor's to decide are refused.

    ``mark`` says what the officer compared (``rivals.mark_of``): ``StalePage`` when a claim came, went or changed.
    ``NotAllowed`` for a claim of the actor's own, and to verify one that another office works on; ``TaskGone``,
    ``TaskAlreadyClaimed``, ``TaskNotClaimed`` as for any task; ``PersonKnown`` when somebody is verified already.
    """
    mine = _locked(session, house, task_key)
    _require_mine(session, mine, actor)
    meeting = [mine.case.application, *rivals_of(session, mine.case.application)]
    if mark != mark_of(meeting):
        raise StalePage
    if any(one.applicant_id == actor.person_id or actor.stands_for(one.applicant_id) for one in meeting):
        raise NotAllowed
    claims = [mine, *_others(session, house, meeting[1:])]
    winner = next((one for one in claims if one.case.application.key == real), None)
    if winner is None and real != NEITHER:
        raise NotFound
    if winner is not None:
        _require(session, winner, actor)
    for one in claims:
        if one is not winner and (winner is not None or _is_theirs(one, actor)):
            _decide(Turn(session, house, one.case, _acting(one, actor), now), one.task, Outcome.REFUSED)
    if winner is None:
        return TaskDone(mine.case.application.reference or "", went_on=True)
    return _decide(Turn(session, house, winner.case, _acting(winner, actor), now), winner.task, Outcome.VERIFIED)


def _locked(session: Session, house: House, task_key: str) -> _Claim:
    """The claim of a task, locked with all that meet it, always in the same order: two officers who decide the same
    claims from two tasks wait for each other."""
    application = session.scalar(
        select(Application).join(UserTask, UserTask.application_id == Application.id).where(UserTask.key == task_key)
    )
    if application is None:
        raise NotFound
    for application_id in sorted({application.id, *(one.id for one in rivals_of(session, application))}):
        lock_case(session, house, application_id)
    return _Claim(*lock_task(session, house, task_key))


def _require_mine(session: Session, claim: _Claim, actor: Actor) -> None:
    if claim.case.published.package.manifest.purpose != "account":
        raise NotFound
    acting = _require(session, claim, actor)
    if claim.task.status not in OPEN_TASK or claim.task.kind != TaskKind.FORM:
        raise TaskGone
    if claim.task.assignee_id != acting.holder_id:
        raise TaskAlreadyClaimed if claim.task.assignee_id else TaskNotClaimed


def _require(session: Session, claim: _Claim, actor: Actor) -> Actor:
    """The actor as they work on the task of the claim."""
    acting = require_access(claim.case, claim.task, actor)
    settings = claim.case.published.package.tasks[claim.task.element_id]
    require_other_person(session, claim.case, settings, acting)
    return acting


def _acting(claim: _Claim, actor: Actor) -> Actor:
    """The same for a claim that is refused with another's: it may be none of the actor's."""
    return as_worked_on(claim.task, actor) or actor


def _others(session: Session, house: House, rivals: list[Application]) -> Iterator[_Claim]:
    """Those that wait for an officer; one that waits for its applicant is looked at when it comes back."""
    for rival in rivals:
        task = deciding_task(session, rival.id)
        if task is not None:
            yield _Claim(lock_case(session, house, rival.id), task)


def _is_theirs(claim: _Claim, actor: Actor) -> bool:
    try:
        require_access(claim.case, claim.task, actor)
    except NotAllowed:
        return False
    return True


def _decide(turn: Turn, task: UserTask, outcome: Outcome) -> TaskDone:
    """Completes the task as its form is answered: the decision, and what a refused person is told."""
    package = turn.case.published.package
    settings = package.tasks[task.element_id]
    form = package.forms[settings.form or ""]
    told = WHY_REFUSED(turn.case.applicant.language) if outcome == Outcome.REFUSED else ""
    answers = {part.key: told for part in form.components() if part.told}
    return answer(turn, task, settings, checked(turn, settings, {**answers, settings.decides or "": outcome.value}))
