"""Who is told that a case will be late, before it is: the officers who have it and the head, who may still change that,
and the applicant, once, since the promised day will probably not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.case.messages import day_told, tell_about
from engine.clockwork.clock_notices import ClockNotices
from engine.clockwork.deadlines import NOWHERE, tell_office, wanted_in
from engine.clockwork.watched import Officers, Watched
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.expected_dates import ExpectedDate


def tell(session: Session, late: Sequence[tuple[Watched, ExpectedDate]], *, now: datetime) -> None:
    """Tells the people of these locked cases; nobody of one whose promise stands still or was broken meanwhile."""
    found = [(each, row, promise) for each, row in late if (promise := _promise(each, now)) is not None]
    officers = Officers(session, wanted_in([(each, [promise]) for each, _, promise in found], NOWHERE))
    notices = ClockNotices()
    for each, row, promise in found:
        row.told_at = now
        tell_applicant(each, row)
        without = {each.turn.case.applicant.id}
        tell_office(each, [promise], officers, notices, NOWHERE, text="task_will_be_late", without=without)
    notices.write(session, now=now)


def tell_applicant(each: Watched, row: ExpectedDate) -> None:
    """That the promised day will probably not hold, and by when nine of ten such cases were done."""
    applicant = each.turn.case.applicant
    text, key = each.turn.house.texts["promise_will_be_late"], f"{row.application_id}/will_be_late"
    tell_about(each.turn, applicant, text, key=key, **day_told(row.most_at, applicant.language))


def _promise(each: Watched, now: datetime) -> Clock | None:
    """The running clock of what was promised, while it can be kept."""
    kinds = (ClockKind.NORM, ClockKind.TERM)
    held = sorted((clock for clock in each.clocks if clock.kind in kinds), key=lambda one: kinds.index(one.kind))
    runs = held and held[0].status == ClockStatus.RUNNING and held[0].breached_at is None
    return held[0] if runs and held[0].watch_at is not None and held[0].watch_at >= now else None
