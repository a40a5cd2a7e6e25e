"""When the promise of an application begins, and for how long: by its service and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case import days_ahead
from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.packages import COMPLETES, ServicePackage
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from engine.working_time.clocks import WAITS_FOR_SESSION
from storage.applications import Application
from storage.clocks import Clock, ClockKind


def begin(
    session: Session, application: Application, package: ServicePackage, calendar: WorkingTime, *, now: datetime
) -> list[Clock]:
    """Starts the law's term and the office's norm of an application; its clocks."""
    manifest, answers = package.manifest, application.answers
    return promises.promise(
        session,
        application,
        term=manifest.term.of(answers),
        norm=manifest.norm.of(answers) if manifest.norm else None,
        warn=manifest.clock.warn,
        calendar=calendar,
        now=now,
    )


def begin_when_complete(turn: Turn, passed: Sequence[bpmn.Passed]) -> list[Clock]:
    """Starts them when the papers have just been found complete, where the service counts from then; the applicant is
    told the day. Nothing when they run or ran already."""
    case, application = turn.case, turn.case.application
    completing = [each for each in passed if each.properties.get(COMPLETES) == "yes"]
    counts = case.published.package.manifest.clock.starts == "complete" and application.decided_at is None
    if not completing or not counts:
        return []
    known = select(Clock.id).where(Clock.application_id == application.id, Clock.kind != ClockKind.TASK)
    if turn.session.scalar(known.limit(1)) is not None:
        return []
    clocks = begin(turn.session, application, case.published.package, case.calendar, now=turn.now)
    if days := [begins for begins in days_ahead.chosen(turn).values() if begins is not None]:
        # Before the applicant is told a day: none is promised before the one they chose.
        promises.stand(clocks, case.calendar, WAITS_FOR_SESSION, until=max(days), now=turn.now)
        application.promised_at = promises.promised_at(clocks)
    turn.record("papers_complete", element_id=completing[0].element_id)
    key = f"{application.id}/papers_complete"
    tell_about(turn, case.applicant, turn.house.texts["papers_complete"], key=key)
    return clocks


def counted_from(package: ServicePackage, application: Application) -> Bilingual:
    """How the promised day is told while what it is counted from has not come: by the length of the norm."""
    length = package.manifest.promised.of(application.answers)
    if package.manifest.clock.starts == "complete":
        return promises.after_completeness(length)
    return promises.after_payment(length)


def days_not_yet(package: ServicePackage, application: Application, language: str) -> dict[str, str]:
    """What stands for the promised day in messages while what it is counted from has not come; an SMS, which holds few
    signs in Khmer, says it shortly."""
    told = counted_from(package, application)(language)
    length = package.manifest.promised.of(application.answers).text("km")
    behind = "ក្រោយគ្រប់ឯកសារ" if package.manifest.clock.starts == "complete" else "ក្រោយបង់"
    return {"date": told, "short_date": told if language == "en" else "".join(length.split()) + behind}
