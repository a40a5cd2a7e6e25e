"""What messages say about the visit that is planned: its day."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case
from engine.khmer import Bilingual
from engine.localise import day_in_digits, plain_day
from engine.packages.texts import OF_VISITS, MessageTexts, said_in
from storage.applications import Opinion
from storage.processes import OPEN_TASK, UserTask
from storage.visits import Visit

STILL_TO_PLAN: Final = Bilingual("ថ្ងៃដែលមិនទាន់បានកំណត់", "a day that is still to be planned")
"""Said where a message names the day of a visit and none is planned."""


def day_of_visit(day: date, language: str) -> dict[str, str]:
    """The day of a visit in messages, in words and as an SMS writes it."""
    return dict(zip(OF_VISITS, (plain_day(day, language), day_in_digits(day, language)), strict=True))


def facts_of_visit(session: Session, case: Case, message: MessageTexts, language: str) -> dict[str, str]:
    """The same of the visit that is planned in a case, for a message that tells it; no statement for any other."""
    if said_in(message).isdisjoint(OF_VISITS):
        return {}
    day = _planned(session, case) or _answered(session, case)
    return dict.fromkeys(OF_VISITS, STILL_TO_PLAN(language)) if day is None else day_of_visit(day, language)


def _planned(session: Session, case: Case) -> date | None:
    """The first day of the visits that are still to be made."""
    return session.scalar(
        select(Visit.day)
        .join(UserTask, UserTask.id == Visit.user_task_id)
        .where(UserTask.application_id == case.application.id, UserTask.status.in_(OPEN_TASK))
        .order_by(Visit.day)
        .limit(1)
    )


def _answered(session: Session, case: Case) -> date | None:
    """What was answered last by a task that plans a visit: while its step runs, the visit itself is not there yet, and
    the answer not in the database."""
    asks = {key: task.plans for key, task in case.published.package.tasks.items() if task.plans}
    if not asks:
        return None
    for row in session.new:
        if isinstance(row, Opinion) and row.application_id == case.application.id and row.element_id in asks:
            return _day(row.answers.get(asks[row.element_id]))
    newest = (
        select(Opinion.element_id, Opinion.answers)
        .where(Opinion.application_id == case.application.id, Opinion.element_id.in_(asks))
        .order_by(Opinion.id.desc())
        .limit(1)
    )
    found = session.execute(newest).one_or_none()
    return _day(found.answers.get(asks[found.element_id])) if found else None


def _day(said: object) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) else None
