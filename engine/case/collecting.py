"""Who has not collected a result that waits for them is told again: some working days apart, while the office that has
it is open, and not for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.namesakes import office_name
from engine.working_time.calendar import WorkingTime
from storage.events import CaseEvent
from storage.offices import Office
from storage.processes import UserTask

REMINDED: Final = "reminded"


def first_reminder(turn: Turn, office: Office) -> datetime | None:
    """When the applicant is told that a result still waits at this office, which is ready now; ``None`` where the house
    reminds nobody."""
    wanted = turn.house.pace.collecting
    calendar = turn.house.calendars.of(turn.session, office)
    return _morning_after(calendar, turn.now, wanted.days) if wanted.days and wanted.times else None


def remind(turn: Turn, task: UserTask) -> None:
    """Tells the applicant once more where to collect, unless the office is closed just now: then when it opens. After
    the last time nobody is told any more."""
    wanted, office = turn.house.pace.collecting, turn.session.get_one(Office, task.office_id)
    calendar = turn.house.calendars.of(turn.session, office)
    if not calendar.is_open(turn.now):
        task.remind_at = _next_opening(calendar, turn.now)
        return
    number = _times_reminded(turn, task) + 1
    again = wanted.days and number < wanted.times
    task.remind_at = _morning_after(calendar, turn.now, wanted.days) if again else None
    if not wanted.days or number > wanted.times:
        return
    turn.record(REMINDED, element_id=task.element_id)
    person, text = turn.case.applicant, turn.house.texts["collect_reminded"]
    key = f"{turn.case.application.id}/collect/{task.key}/{number}"
    tell_about(turn, person, text, key=key, office=office_name(office)(person.language))


def _times_reminded(turn: Turn, task: UserTask) -> int:
    """How often it was done of this task; by the history of the case, which nobody changes."""
    theirs = CaseEvent.application_id == task.application_id, CaseEvent.element_id == task.element_id
    count = select(func.count()).where(*theirs, CaseEvent.kind == REMINDED, CaseEvent.at >= task.ready_at)
    return turn.session.scalar(count) or 0


def _morning_after(calendar: WorkingTime, moment: datetime, days: int) -> datetime:
    """When the office opens so many working days later."""
    return calendar.openings(calendar.local_date(calendar.add_working_days(moment, days)))[0][0]


def _next_opening(calendar: WorkingTime, moment: datetime) -> datetime:
    """The next moment at which the office opens: later on the same day, or on the next that it works."""
    later = [opens for opens, _ in calendar.openings(calendar.local_date(moment)) if opens > moment]
    return min(later) if later else _morning_after(calendar, moment, 1)
