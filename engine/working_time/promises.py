"""The running clocks of a case: the law's term, the office's norm, and each user task's due moment.

The arithmetic is in ``engine.working_time.clocks``; here the ledger of a stored clock is extended and its due moment
kept in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import Months, Share, Term, parse_term, parse_warning
from storage.applications import Application
from storage.base import Id
from storage.clocks import OPEN_CLOCK, Clock, ClockKind, ClockStatus
from storage.loading import Rows, given, load

USUAL_SHARE = Share(80)
"""Of a term in months, until the office is warned."""
WAS_NO_WORKING_DAY = "was no working day"
_OPEN: Final = Rows(
    Clock,
    which=lambda rows: rows.where(
        Clock.application_id == given("application_id", Id), Clock.status.in_(OPEN_CLOCK)
    ).order_by(Clock.id),
)


def open_clocks(session: Session, application_id: int) -> Sequence[Clock]:
    """The clocks of a case that run or stand still; one statement."""
    return [clock for (clock,) in load(session, _OPEN, application_id=application_id)]


def new_clock(
    *,
    application_id: int,
    office_id: int,
    kind: ClockKind,
    term: str,
    calendar: WorkingTime,
    now: datetime,
    warn_term: str = "",
    escalate_to: str = "",
    extension: str = "",
    stands_still: str = "",
) -> Clock:
    """A clock that runs from now, or stands still for the reason that is given. ``term`` and ``warn_term`` are lengths
    such as ``3 working days`` from its start; ``warn_term`` may be a share of the term, ``80 %``."""
    clock = Clock(
        application_id=application_id,
        office_id=office_id,
        kind=kind,
        term=term,
        warn_term=warn_term,
        escalate_to=escalate_to,
        extension=extension,
        status=ClockStatus.PAUSED if stands_still else ClockStatus.RUNNING,
        ledger=[["pause" if stands_still else "run", now.isoformat(), None, stands_still]],
        started_at=now,
    )
    reckon(clock, calendar)
    return clock


def promise(
    session: Session,
    application: Application,
    *,
    term: Term,
    norm: Term | None,
    calendar: WorkingTime,
    now: datetime,
    warn: Share | None = None,
) -> list[Clock]:
    """Starts the law's term and the office's norm of an application; promised is the norm, else the term. ``warn`` is
    the share of them after which the office is warned, where it is another than usual."""
    lengths = [(ClockKind.TERM, term)] + ([(ClockKind.NORM, norm)] if norm else [])
    clocks = [
        new_clock(
            application_id=application.id,
            office_id=application.office_id,
            kind=kind,
            term=str(length),
            warn_term=str(warn) if warn else warning_of(length),
            calendar=calendar,
            now=now,
        )
        for kind, length in lengths
    ]
    session.add_all(clocks)
    application.promised_at = clocks[-1].due_at
    return clocks


def warning_of(term: Term) -> str:
    """When the office is warned of a promise: once four fifths of it are used, at least one day or hour before its end.
    Nothing for a term of one day or hour, which has no earlier one."""
    if isinstance(term, Months):
        return str(USUAL_SHARE)
    warned = term.count - max(1, term.count // 5)
    return str(replace(term, count=warned)) if warned else ""


def reckon(clock: Clock, calendar: WorkingTime) -> None:
    """Computes the moments of a clock again from the ledger; needed after every entry and every calendar edit.

    A day that was broken stays what it was; what moves then is the new day, which is a promise like the first."""
    ledger = intervals(clock)
    clock.calendar_revision = calendar.revision
    if clock.extended_at is None:
        clock.due_at = clock.watch_at = clocks.due_at(parse_term(clock.term), ledger, calendar)
        clock.warn_at = _warning(clock, ledger, calendar) if clock.warn_term else None
    else:
        counted = clocks.since(ledger, clock.extended_at)
        clock.new_due_at = clock.watch_at = clocks.due_at(parse_term(clock.extended_by), counted, calendar)


def _warning(clock: Clock, ledger: Sequence[clocks.Interval], calendar: WorkingTime) -> datetime | None:
    warning = parse_warning(clock.warn_term)
    if isinstance(warning, Share):
        return clocks.share_at(warning, parse_term(clock.term), ledger, calendar)
    return clocks.due_at(warning, ledger, calendar)


def leave_out(clock: Clock, days: Iterable[date], calendar: WorkingTime, now: datetime) -> None:
    """Has the clock stand still on days that were no working days while they lasted, up to now."""
    ledger = intervals(clock)
    for day in days:
        begin = datetime.combine(day, time(), calendar.zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
        if begin < now:
            ledger = clocks.leave_out(ledger, begin, min(end, now), WAS_NO_WORKING_DAY)
    _write(clock, ledger)
    reckon(clock, calendar)


def day_if_it_ran(clock: Clock, calendar: WorkingTime, now: datetime) -> datetime | None:
    """The day that a clock is held to: the one it has, or would get if it ran on now."""
    if clock.status == ClockStatus.RUNNING:
        return clock.watch_at
    before = intervals(clock)
    term, ledger = clock.term, clocks.turn(before, "run", at=clocks.no_earlier(before, now))
    if clock.extended_at is not None:
        term, ledger = clock.extended_by, clocks.since(ledger, clock.extended_at)
    return clocks.due_at(parse_term(term), ledger, calendar)


def extend(clock: Clock, by: str, new_day: datetime, *, told: bool, now: datetime) -> None:
    """The day of a clock was broken; from now the time ``by`` runs to a new one, and the applicant was told or not."""
    clock.breached_at = clock.breached_at or clock.due_at
    clock.breaches += 1
    clock.extended_at, clock.extended_by = now, by
    clock.new_due_at = clock.watch_at = new_day
    clock.told_at = now if told else None


def promised_at(open_: Iterable[Clock]) -> datetime | None:
    """The day the applicant is told: that of the norm, else of the legal term, and never earlier than a new day that
    was told after a breach. ``None`` while the promise stands still."""
    clocks_ = list(open_)
    ours = next((clock for kind in (ClockKind.NORM, ClockKind.TERM) for clock in clocks_ if clock.kind == kind), None)
    if ours is None or ours.status == ClockStatus.PAUSED:
        return None
    told = [clock.new_due_at for clock in clocks_ if clock.told_at is not None]
    return max((day for day in (ours.watch_at, *told) if day is not None), default=None)


def day_shown(application: Application, now: datetime) -> datetime | None:
    """The day that pages and papers show as promised: None once the result is there, and when the day has passed."""
    day = application.promised_at
    return day if application.ended_at is None and day is not None and day >= now else None


def after_payment(length: Term) -> Bilingual:
    """How the promised day is told while it is counted from a payment that has not come: by the length of the norm."""
    return Bilingual(f"{length.text('km')} ក្រោយពេលបង់ប្រាក់", f"{length.text('en')} after payment")


def after_completeness(length: Term) -> Bilingual:
    """The same while it is counted from the day on which the papers are found complete."""
    return Bilingual(f"{length.text('km')} ក្រោយពេលឯកសារគ្រប់គ្រាន់", f"{length.text('en')} after the papers are complete")


def is_overdue(application: Application, now: datetime) -> bool:
    """Whether the promised day has passed and the new one, of a sweep that is about to come, is not known yet."""
    day = application.promised_at
    return application.ended_at is None and day is not None and day < now


def intervals(clock: Clock) -> tuple[clocks.Interval, ...]:
    """The ledger as values that ``engine.working_time.clocks`` reckons with."""
    return tuple(
        clocks.Interval(kind, _moment(start), _moment(end), reason) for kind, start, end, reason in clock.ledger
    )


def _moment(text: Any) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def pause(open_: Iterable[Clock], calendar: WorkingTime, reason: str, now: datetime) -> None:
    """Stops time for the clocks that run, with the reason."""
    for clock in open_:
        if clock.status == ClockStatus.RUNNING:
            _turn(clock, "pause", reason, now)
            clock.status = ClockStatus.PAUSED
            reckon(clock, calendar)


def resume(open_: Iterable[Clock], calendar: WorkingTime, *, restarts: bool, now: datetime) -> None:
    """Lets the paused clocks run on, or from the beginning when the service says a correction restarts the term."""
    for clock in open_:
        if clock.status == ClockStatus.PAUSED:
            kind = clocks.after(stands_still_for(clock), restarts=restarts)
            if kind == "restart":
                _begin_anew(clock)
            _turn(clock, kind, "", now)
            clock.status = ClockStatus.RUNNING
            reckon(clock, calendar)


def stand(
    open_: Iterable[Clock],
    calendar: WorkingTime,
    reason: str,
    *,
    until: datetime | None = None,
    restarts: bool = False,
    now: datetime,
) -> None:
    """Lets clocks stand still for the reason, until a moment where that is known; or run, with an empty reason: on, or
    from the beginning when the service says that a correction restarts the term."""
    for clock in open_:
        before = intervals(clock)
        ledger = clocks.stand(before, reason, restarts=restarts, at=clocks.no_earlier(before, now), until=until)
        if ledger == before:
            continue
        if sum(each.kind == "restart" for each in ledger) > sum(each.kind == "restart" for each in before):
            _begin_anew(clock)
        _write(clock, ledger)
        clock.status = ClockStatus.PAUSED if ledger[-1].kind == "pause" else ClockStatus.RUNNING
        reckon(clock, calendar)


def _begin_anew(clock: Clock) -> None:
    """A promise that was broken before stays broken; what starts anew is the time that is left."""
    clock.warned_at = clock.extended_at = clock.new_due_at = clock.told_at = None


def stands_still_for(clock: Clock) -> str:
    """Why a paused clock stands still; empty for one that runs."""
    kind, _, _, reason = clock.ledger[-1]
    return str(reason) if kind == "pause" else ""


def end(clock: Clock, now: datetime) -> None:
    """The promise is over: met when the due moment had not passed, late otherwise."""
    _write(clock, _closed(clock, now))
    broken = clock.breached_at is not None or (clock.due_at is not None and now > clock.due_at)
    clock.status = ClockStatus.LATE if broken else ClockStatus.MET
    if broken and clock.breached_at is None:
        clock.breached_at = clock.due_at
    clock.ended_at = now


def stop(clock: Clock, now: datetime) -> None:
    """The promise no longer applies: withdrawn, or the task was cancelled."""
    _write(clock, _closed(clock, now))
    clock.status = ClockStatus.STOPPED
    clock.ended_at = now


def _turn(clock: Clock, kind: str, reason: str, now: datetime) -> None:
    """Closes the open stretch of the ledger and begins one of ``kind``."""
    at = clocks.no_earlier(intervals(clock), now)
    _write(clock, [*_closed(clock, at), clocks.Interval(kind, at, None, reason)])


def _closed(clock: Clock, now: datetime) -> list[clocks.Interval]:
    """The ledger with its open stretch ended now; what was planned for later is given up."""
    *earlier, last = clocks.present(intervals(clock), at=now)
    return [*earlier, last if last.ended_at is not None else replace(last, ended_at=max(now, last.started_at))]


def _write(clock: Clock, ledger: Iterable[clocks.Interval]) -> None:
    """A new list, so that the change is saved."""
    clock.ledger = [
        [each.kind, each.started_at.isoformat(), each.ended_at.isoformat() if each.ended_at else None, each.reason]
        for each in ledger
    ]
