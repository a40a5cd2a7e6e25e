"""Officers are told what becomes of their tasks, in the transaction in which it does."""

from __future__ import annotations

from collections.abc import Iterable

from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.people.names import holder
from engine.people.notices import News, others, stand_ins, tell, tell_all
from storage.notices import NoticeKind, NoticePlace
from storage.people import Person
from storage.processes import UserTask


def given_by_rule(turn: Turn, tasks: Iterable[UserTask]) -> None:
    """Tells each officer to whom a rule gave one of these tasks; one statement, none where none was given."""
    told = [(_about(turn, task, NoticeKind.TASK_GIVEN), [task.assignee_id]) for task in tasks]
    tell_all(turn.session, told, now=turn.now)


def given_on(turn: Turn, task: UserTask, before_id: int | None) -> None:
    """Tells whoever has the task now, whoever stands in for them where they are away, and whoever had it before."""
    session, today = turn.session, turn.case.calendar.local_date(turn.now)
    told = [
        (_about(turn, task, NoticeKind.TASK_GIVEN), others(turn.actor, task.assignee_id)),
        (_about(turn, task, NoticeKind.TASK_TAKEN), others(turn.actor, before_id)),
    ]
    whose = stand_ins(session, [task.assignee_id], today)
    deputies = whose.get((task.assignee_id or 0, task.group, task.office_id))
    if deputies:
        absent = holder(session.get_one(Person, task.assignee_id))
        told.append((_about(turn, task, NoticeKind.DEPUTY_TASK, who=absent), others(turn.actor, *deputies)))
    tell_all(session, told, now=turn.now)


def taken_from(turn: Turn, task: UserTask, before_id: int | None) -> None:
    """Tells whoever had the task that it is open to the group again, unless they gave it back themselves."""
    tell(turn.session, _about(turn, task, NoticeKind.TASK_TAKEN), others(turn.actor, before_id), now=turn.now)


def _about(turn: Turn, task: UserTask, kind: NoticeKind, *, who: Bilingual | None = None) -> News:
    """What there is to tell of a task, by the newest event of its case."""
    application, settings = turn.case.application, turn.case.published.package.tasks[task.element_id]
    return News(
        kind,
        f"{task.key}/{application.event_seq}",
        NoticePlace.TASK,
        task.key,
        reference=application.reference or "",
        what=settings.name,
        who=who,
    )
