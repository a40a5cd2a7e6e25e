"""What officers are told under their bell of clocks that are nearly due or late, collected for many cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from engine.clockwork.watched import Watched
from engine.people.notices import News, stand_ins, tell_all
from storage.clocks import Clock
from storage.notices import NoticeKind, NoticePlace
from storage.processes import OPEN_TASK, UserTask

Kinds: TypeAlias = tuple[NoticeKind, NoticeKind]
"""Of a task of one's own, and of a case of one's office."""
NEARLY: Final[Kinds] = (NoticeKind.NEARLY_DUE, NoticeKind.OFFICE_NEARLY_DUE)
LATE: Final[Kinds] = (NoticeKind.LATE, NoticeKind.OFFICE_LATE)
KINDS: Final[Mapping[str, Kinds]] = {
    "task_warned": NEARLY,
    "task_will_be_late": (NoticeKind.WILL_BE_LATE, NoticeKind.WILL_BE_LATE),
}
"""What the bell says of a message to the office, by its text; of all others, that something is late."""


class ClockNotices:
    """What is to be told of the cases of one batch; one statement when it is written, two where somebody has one of the
    tasks: whoever stands in for them today is told too."""

    def __init__(self) -> None:
        self._told: list[tuple[News, list[int]]] = []
        self._own: list[tuple[News, UserTask, date]] = []

    def add(self, each: Watched, clock: Clock, person_id: int, kinds: Kinds) -> None:
        """An officer is told of the day of a clock: whoever has a task that it is about of that task, all others of the
        case. The same day of the same clock is told once."""
        task = next((task for task in _tasks_of(each, clock) if task.assignee_id == person_id), None)
        self._told.append((_news(each, clock, kinds, task), [person_id]))
        if task is not None:
            self._own.append((replace(self._told[-1][0], kind=kinds[1]), task, each.today))

    def write(self, session: Session, *, now: datetime) -> None:
        """Tells them all."""
        tell_all(session, [*self._told, *self._for_deputies(session)], now=now)

    def _for_deputies(self, session: Session) -> list[tuple[News, Collection[int]]]:
        if not self._own:
            return []
        today = max(day for _, _, day in self._own)
        whose = stand_ins(session, (task.assignee_id for _, task, _ in self._own), today)
        return [
            (news, whose.get((task.assignee_id or 0, task.group, task.office_id), ())) for news, task, _ in self._own
        ]


def _tasks_of(each: Watched, clock: Clock) -> list[UserTask]:
    """The task of the clock; for a promise to the applicant every task of the case that somebody has."""
    return [
        task
        for task in each.tasks
        if task.status in OPEN_TASK and task.assignee_id is not None and clock.user_task_id in (None, task.id)
    ]


def _news(each: Watched, clock: Clock, kinds: Kinds, task: UserTask | None) -> News:
    case = each.turn.case
    package = case.published.package
    day = case.calendar.local_date(clock.watch_at) if clock.watch_at else None
    return News(
        kinds[0] if task else kinds[1],
        f"{clock.id}/{clock.watch_at.isoformat() if clock.watch_at else ''}",
        NoticePlace.TASK if task else NoticePlace.CASE,
        task.key if task else case.application.key,
        reference=case.application.reference or "",
        what=package.tasks[task.element_id].name if task else package.manifest.title,
        day=day,
    )
