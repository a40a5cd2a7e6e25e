"""Clocks: how much of a term has been used, from a ledger of when the clock ran and when it stood still.

A ledger is a sequence of stretches without gaps, oldest first; only the last may be open (``ended_at`` is None). A
stretch of kind ``restart`` runs like ``run`` and makes everything before it count for nothing.

Working days: a day is used up when the clock runs at the closing moment of that day and the day lies after the local
day on which the clock started. A pause over closing time therefore gives the day back, and a pause that ends before
closing costs nothing. Working hours: only open time while the clock runs is used up. Months are counted in calendar
days: from the day after the start to the day of the same number, each used up when the clock runs at its end (the
closing moment, or midnight on a day off), and the term ends at the next closing from then on. Nothing is kept but the
ledger, so a holiday decreed later changes every answer at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import CalendarLength, Months, Share, Term, WorkingDays

Kind = Literal["run", "pause", "restart"]
_RUNNING: Final = ("run", "restart")


WAITS_FOR_APPLICANT: Final = "waits for the applicant"
WAITS_AT_THE_COUNTER: Final = "waits for the applicant at the counter"
"""Why a clock stands still: the applicant has to answer or correct something; or only to pay or to collect."""
WAITS_FOR_SESSION: Final = "waits for the chosen session"
"""Why it does until a moment that is known: what is to be done next can only be done on the day that was chosen."""


class BadLedger(ValueError):
    """Stretches that are not in order, overlap, or stay open before the last; no clock can have been so."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of a ledger; ``ended_at`` is None while it lasts, ``reason`` says why it began."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    reason: str = ""


def due_at(term: Term, intervals: Sequence[Interval], working_time: WorkingTime) -> datetime | None:
    """When the term ends if nothing changes any more, UTC; None while the clock stands still before that."""
    counted = _counted(intervals)
    if not counted:
        return None
    if isinstance(term, WorkingDays):
        return _day_due(term.count, counted, working_time)
    if isinstance(term, Months):
        return _calendar_due(_calendar_days(term, counted, working_time), counted, working_time)
    return _hour_due(timedelta(hours=term.count), counted, working_time)


def share_at(share: Share, term: Term, intervals: Sequence[Interval], working_time: WorkingTime) -> datetime | None:
    """When that share of the term is used up, UTC: whole days of a term in days, rounded down, or whole minutes. None
    while the clock stands still before that, and for a share that is less than a day of a term in days."""
    counted = _counted(intervals)
    if not counted:
        return None
    if isinstance(term, WorkingDays):
        days = term.count * share.percent // 100
        return _day_due(days, counted, working_time) if days else None
    if isinstance(term, Months):
        days = _calendar_days(term, counted, working_time) * share.percent // 100
        return _calendar_due(days, counted, working_time) if days else None
    return _hour_due(timedelta(minutes=term.count * 60 * share.percent // 100), counted, working_time)


def consumed(term: Term, intervals: Sequence[Interval], working_time: WorkingTime, *, now: datetime) -> int:
    """How much was used up by ``now``: whole working days for a term in those, whole minutes for one in hours, calendar
    days for one in months."""
    counted = _counted(intervals)
    if not counted:
        return 0
    if isinstance(term, WorkingDays):
        return sum(_closings_in(stretch, counted[0], working_time, now) for stretch in _running(counted))
    if isinstance(term, Months):
        return sum(1 for mark, _ in _marks(counted, working_time, until=now) if mark <= now)
    return int(_open_time(counted, working_time, now) / timedelta(minutes=1))


def remaining(term: Term, intervals: Sequence[Interval], working_time: WorkingTime, *, now: datetime) -> int:
    """How much is left at ``now``, in the unit of ``consumed``; negative by what was used beyond the term."""
    whole = term.count if isinstance(term, WorkingDays) else term.count * 60
    if isinstance(term, Months):
        counted = _counted(intervals)
        start = counted or [Interval("run", now, None)]
        whole = _calendar_days(term, start, working_time)
    return whole - consumed(term, intervals, working_time, now=now)


def begin(at: datetime) -> tuple[Interval, ...]:
    """The ledger of a clock that starts to run."""
    return (Interval("run", at, None),)


def turn(intervals: Sequence[Interval], kind: Kind, *, at: datetime, reason: str = "") -> tuple[Interval, ...]:
    """The ledger with its open stretch ended at ``at`` and one of ``kind`` begun there: pause, run on, or restart."""
    return (*stop(intervals, at=at), Interval(kind, at, None, reason))


def leave_out(intervals: Sequence[Interval], begin: datetime, end: datetime, reason: str) -> tuple[Interval, ...]:
    """The ledger of a clock that, as it turns out, stood still from ``begin`` to ``end``; its start stays as it was."""
    parts: list[Interval] = []
    for stretch in _checked(intervals):
        ended = end if stretch.ended_at is None else stretch.ended_at
        if stretch.kind == "pause" or ended <= begin or stretch.started_at >= end:
            parts.append(stretch)
            continue
        before = max(begin, stretch.started_at)
        parts.append(replace(stretch, ended_at=before))
        parts.append(Interval("pause", before, min(end, ended), reason))
        if stretch.ended_at is None or stretch.ended_at > end:
            parts.append(Interval("run", min(end, ended), stretch.ended_at))
    return tuple(parts)


def stop(intervals: Sequence[Interval], *, at: datetime) -> tuple[Interval, ...]:
    """The ledger with its open stretch ended: the clock is over."""
    *earlier, last = present(intervals, at=at)
    if last.ended_at is not None:
        return (*earlier, last)
    if at < last.started_at:
        raise BadLedger(f"A stretch that began at {last.started_at} cannot end at {at}.")
    return (*earlier, Interval(last.kind, last.started_at, at, last.reason))


def present(intervals: Sequence[Interval], *, at: datetime) -> tuple[Interval, ...]:
    """The ledger as it is at ``at``, without what was planned: a wait for a session that is still to end lasts."""
    *earlier, last = _checked(intervals)
    if earlier and last.started_at > at and earlier[-1].reason == WAITS_FOR_SESSION:
        return (*earlier[:-1], replace(earlier[-1], ended_at=None))
    return (*earlier, last)


def no_earlier(intervals: Sequence[Interval], at: datetime) -> datetime:
    """This moment, or when the last stretch began: what began later may have been kept first, or by another server
    whose clock is a little ahead, and no stretch ends before it began."""
    return max(at, present(intervals, at=at)[-1].started_at)


def stand(
    intervals: Sequence[Interval], reason: str, *, restarts: bool, at: datetime, until: datetime | None = None
) -> tuple[Interval, ...]:
    """The ledger after the clock was told why it stands still, or with an empty reason that it runs. Nothing changes
    when it does so already. ``restarts``: a clock that waited for an answer of the applicant begins anew. ``until``: it
    runs on by itself at that moment, when a session begins."""
    ledger = present(intervals, at=at)
    last = ledger[-1]
    # One wait of the applicant may follow another; one for a day ends by itself, and is told from those.
    is_another = last.reason != reason and WAITS_FOR_SESSION in (last.reason, reason)
    if last.kind == "pause" and (not reason or (is_another and restarts)):
        ledger = turn(ledger, after(last.reason, restarts=restarts), at=at)
    if reason and (last.kind != "pause" or is_another):
        ledger = _paused(ledger, reason, at)
    if until is None:
        return ledger
    return (*ledger[:-1], replace(ledger[-1], ended_at=until), Interval("run", until, None))


def _paused(ledger: Sequence[Interval], reason: str, at: datetime) -> tuple[Interval, ...]:
    """The ledger with a pause from ``at`` on. A clock that waits for a session from its first moment begins with that:
    the day of a session counts for nothing, as the day of every start."""
    *earlier, last = ledger
    begins_so = reason == WAITS_FOR_SESSION and last.kind == "run" and last.started_at == at
    return (*(earlier if begins_so else stop(ledger, at=at)), Interval("pause", at, None, reason))


def after(reason: str, *, restarts: bool) -> Kind:
    """How a clock goes on that stood still for this reason."""
    return "restart" if restarts and reason == WAITS_FOR_APPLICANT else "run"


def since(intervals: Sequence[Interval], at: datetime) -> tuple[Interval, ...]:
    """What the ledger says of the time from ``at`` on, as the ledger of a clock that began to count then."""
    later = [stretch for stretch in _checked(intervals) if stretch.ended_at is None or stretch.ended_at > at]
    return tuple(replace(stretch, started_at=max(stretch.started_at, at)) for stretch in later)


def that_count(intervals: Sequence[Interval]) -> Sequence[Interval]:
    """The stretches that count: since the last restart, from the first one that runs; none before it has begun."""
    return _counted(intervals)


def _checked(intervals: Sequence[Interval]) -> Sequence[Interval]:
    if not intervals:
        raise BadLedger("A ledger has at least one stretch.")
    for earlier, later in pairwise(intervals):
        if earlier.ended_at is None or earlier.ended_at > later.started_at:
            raise BadLedger(
                f"The stretch of {earlier.started_at} must end before the one of {later.started_at} begins."
            )
    return intervals


def _counted(intervals: Sequence[Interval]) -> Sequence[Interval]:
    """The stretches since the last restart, from the first one that runs."""
    checked = _checked(intervals)
    restarts = [place for place, stretch in enumerate(checked) if stretch.kind == "restart"]
    since = checked[restarts[-1] :] if restarts else checked
    first = next((place for place, stretch in enumerate(since) if stretch.kind in _RUNNING), len(since))
    return since[first:]


def _running(counted: Sequence[Interval]) -> list[Interval]:
    return [stretch for stretch in counted if stretch.kind in _RUNNING]


def _closings_in(stretch: Interval, first: Interval, working_time: WorkingTime, now: datetime) -> int:
    """The closings after the day of the clock's start at which this stretch was running, up to and with ``now``.

    A stretch runs at its first moment and not at its last: a pause that begins at closing gives the day back.
    """
    before = working_time.working_days_between(first.started_at, stretch.started_at - _INSTANT)
    if stretch.ended_at is not None and stretch.ended_at <= now:
        return max(working_time.working_days_between(first.started_at, stretch.ended_at - _INSTANT) - before, 0)
    return max(working_time.working_days_between(first.started_at, now) - before, 0)


_INSTANT: Final = timedelta(microseconds=1)
_MOST_QUIET_DAYS: Final = 366 * 60
"""An office that does not work for so long never does again."""


def _day_due(days: int, counted: Sequence[Interval], working_time: WorkingTime) -> datetime | None:
    start = counted[0].started_at
    used = 0
    for stretch in _running(counted):
        passed = working_time.working_days_between(start, stretch.started_at - _INSTANT)
        due = next(working_time.closings(start, passed + days - used))
        if stretch.ended_at is None or due < stretch.ended_at:
            return due
        used += working_time.working_days_between(start, stretch.ended_at - _INSTANT) - passed
    return None


def _calendar_days(months: Months, counted: Sequence[Interval], working_time: WorkingTime) -> int:
    """How many days on the calendar a term in months has that began with these stretches."""
    start = working_time.local_date(counted[0].started_at)
    return (CalendarLength(months=months.count).after(start) - start).days


def _calendar_due(days: int, counted: Sequence[Interval], working_time: WorkingTime) -> datetime | None:
    """The first closing at which the clock runs and so many calendar days are used up."""
    for used, (mark, is_closing) in enumerate(_marks(counted, working_time), 1):
        if used >= days and is_closing:
            return mark
    return None


def _marks(
    counted: Sequence[Interval], working_time: WorkingTime, *, until: datetime | None = None
) -> Iterator[tuple[datetime, bool]]:
    """The ends of the calendar days after that of the start at which the clock runs: the closing moment of a working
    day (True), midnight of a day off. Without end where the clock runs on, unless ``until`` ends it."""
    day = working_time.local_date(counted[0].started_at)
    quiet = 0
    for stretch in _running(counted):
        while quiet < _MOST_QUIET_DAYS:
            mark, is_closing = working_time.end_of(day + timedelta(days=1))
            if stretch.ended_at is not None and mark >= stretch.ended_at:
                break
            if until is not None and mark > until:
                return
            day += timedelta(days=1)
            quiet = 0 if is_closing else quiet + 1
            if mark >= stretch.started_at:
                yield mark, is_closing


def _hour_due(length: timedelta, counted: Sequence[Interval], working_time: WorkingTime) -> datetime | None:
    left = length
    for stretch in _running(counted):
        if stretch.ended_at is None:
            return working_time.add_open_time(stretch.started_at, left)
        used = working_time.open_time_between(stretch.started_at, stretch.ended_at)
        if used >= left:
            return working_time.add_open_time(stretch.started_at, left)
        left -= used
    return None


def _open_time(counted: Sequence[Interval], working_time: WorkingTime, now: datetime) -> timedelta:
    total = timedelta(0)
    for stretch in _running(counted):
        ended = stretch.ended_at if stretch.ended_at is not None else datetime.max.replace(tzinfo=UTC)
        total += working_time.open_time_between(stretch.started_at, min(ended, now))
    return total
