"""An application that is about another one, as a complaint is: whoever worked on that one does not look into it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, select, union

from engine.case.interests import has_none
from engine.case.turn import Turn
from engine.packages.groups import COMPLAINTS
from engine.people.members import members
from engine.typed.codes import typed_reference
from storage.absences import StoodIn
from storage.applications import Application
from storage.colleagues import DeclaredInterest
from storage.people import Person
from storage.processes import UserTask


def keep_apart(turn: Turn) -> None:
    """Members of the citizens' office who worked on the application that this one names (``about`` in
    ``service.yaml``), or for whom somebody did, do none of its tasks, as if they had declared an interest; the history
    says how many. Nothing for a number that names none. One statement where a number was written, else none."""
    application, question = turn.case.application, turn.case.published.package.manifest.about
    reference = typed_reference(application.answers.get(question)) if question else None
    if reference is None:
        return
    today = turn.case.calendar.local_date(turn.now)
    theirs = select(Person.id).where(
        Person.id.in_(_who_worked(reference)),
        Person.id.in_(members((COMPLAINTS,), application.office_id, today)),
        has_none(application),
    )
    apart = sorted(turn.session.scalars(theirs))
    if not apart:
        return
    application.has_interests = True
    turn.session.add_all(
        DeclaredInterest(application_id=application.id, person_id=each, reason=reference, at=turn.now) for each in apart
    )
    turn.record("kept_apart", data={"reference": reference, "officers": len(apart)})


def _who_worked(reference: str) -> CompoundSelect[Any]:
    of_case = select(Application.id).where(Application.reference == reference).scalar_subquery()
    done = select(UserTask.completed_by_id.label("person_id")).where(
        UserTask.application_id == of_case, UserTask.completed_by_id.is_not(None)
    )
    held = select(UserTask.assignee_id).where(UserTask.application_id == of_case, UserTask.assignee_id.is_not(None))
    stood = (
        select(StoodIn.for_id)
        .join(UserTask, UserTask.id == StoodIn.user_task_id)
        .where(UserTask.application_id == of_case)
    )
    return union(done, held, stood)
