"""When open cases are expected to be done, looked at again and again behind the work, some hundred at a time; and who
is told before a promise is broken.

What was expected first is kept, and compared with what came: dates that do not hold make later ones longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from engine.case.opening import try_lock_cases
from engine.clockwork import will_be_late
from engine.clockwork.watched import watched
from engine.house import House
from engine.packages.groups import APPLICANT
from engine.reporting.courses import days_from
from engine.reporting.expecting import Expected, Known, OpenCase, read_known
from engine.working_time import promises
from engine.working_time.calendar import WorkingTime
from storage.applications import Application
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.database import give_way
from storage.expected_dates import ExpectedDate
from storage.offices import Office
from storage.processes import OPEN_TASK, ProcessInstance, UserTask

LOOKED_THROUGH: Final = 500
"""So many applications are looked through in one piece, whatever is found of them."""
EMPTY: Final = 40
"""So many times as many, while nothing is found of them."""
TOGETHER: Final = 20
"""So many cases are locked together when their people are told."""
PAUSE: Final = timedelta(seconds=5)
"""Between two pieces in which there was something to look at."""
EVERY: Final = timedelta(minutes=5)
"""Between the end of all and the next beginning."""
_WRITTEN_AGAIN: Final = timedelta(hours=12)
log = structlog.get_logger("owso.expected_dates")


@dataclass(frozen=True, slots=True)
class _Piece:
    """The promises of some applications: the open clocks, the officers' steps at which they are, what was expected
    before, the clocks of those of these that are over, and the calendars of their offices."""

    clocks: Mapping[int, Sequence[Clock]]
    steps: Mapping[int, Sequence[tuple[str, datetime]]]
    rows: Mapping[int, ExpectedDate]
    over: Mapping[int, Clock]
    calendars: Mapping[int, WorkingTime]


def look(house: House, position: int, *, now: datetime) -> tuple[int, timedelta]:
    """Looks at the applications after this one; where the next piece begins, and how long it may wait. What is
    reckoned holds nobody up: a transaction begins where something changed."""
    with house.database.reading() as session:
        last = session.scalar(select(func.max(Application.id))) or 0
        until, piece = _next(session, house, position, last)
        cases = {application_id: _case(piece, application_id) for application_id in piece.clocks}
        known = read_known(session, list(cases.values()))
        rows = [*_closed(piece, now), *_expected(piece, known, cases, now)]
    late = [row.application_id for row in rows if row.late_since is not None and row.told_at is None]
    changed = [row for row in rows if inspect(row).transient or inspect(row).modified]
    if changed:
        with house.database.transaction() as session:
            session.add_all(changed)
    for place in range(0, len(late), TOGETHER):
        _tell(house, late[place : place + TOGETHER], now)
    if until >= last:
        return 0, EVERY
    return until, PAUSE if piece.clocks else timedelta()


def _next(session: Session, house: House, position: int, last: int) -> tuple[int, _Piece]:
    """Up to where it is looked, and what is there: past applications that are all over, of which there come to be many
    more than of those that are not, and each piece costs a sweep."""
    for until in range(position + LOOKED_THROUGH, position + EMPTY * LOOKED_THROUGH + 1, LOOKED_THROUGH):
        piece = _read(session, house, until - LOOKED_THROUGH, until)
        if piece.clocks or piece.rows or until >= last:
            break
    return until, piece


def _read(session: Session, house: House, position: int, until: int) -> _Piece:
    """Five statements, and one for each calendar that changed."""
    clocks: dict[int, list[Clock]] = defaultdict(list)
    ranged = Clock.application_id > position, Clock.application_id <= until
    is_promise = Clock.kind.in_((ClockKind.TERM, ClockKind.NORM))
    for clock in session.scalars(select(Clock).where(*ranged, is_promise, Clock.is_open()).order_by(Clock.id)):
        clocks[clock.application_id].append(clock)
    of_them = ExpectedDate.application_id > position, ExpectedDate.application_id <= until
    known = select(ExpectedDate).where(*of_them, ExpectedDate.is_over.is_(False))
    rows = {row.application_id: row for row in session.scalars(known)}
    for row in rows.values():
        session.expunge(row)  # what changes of it is written later, if anything does
    ended = [application_id for application_id in rows if application_id not in clocks]
    over = select(Clock).where(Clock.application_id.in_(ended), Clock.is_of_law())
    offices = {clock.office_id for held in clocks.values() for clock in held} | {row.office_id for row in rows.values()}
    places = session.scalars(select(Office).where(Office.id.in_(sorted(offices))))
    return _Piece(
        clocks,
        _steps(session, list(clocks)),
        rows,
        {clock.application_id: clock for clock in session.scalars(over)} if ended else {},
        {office.id: house.calendars.of(session, office) for office in places},
    )


def _steps(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    steps: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    open_ = select(UserTask.application_id, UserTask.element_id, UserTask.ready_at).where(
        UserTask.application_id.in_(ids), UserTask.status.in_(OPEN_TASK), UserTask.group != APPLICANT
    )
    for application_id, element, at in session.execute(open_.order_by(UserTask.id)) if ids else ():
        steps[application_id].append((element, at))
    return steps


def _closed(piece: _Piece, now: datetime) -> Iterator[ExpectedDate]:
    """Of cases whose promise is over: what they took. What was withdrawn or lapsed says nothing."""
    for application_id, row in piece.rows.items():
        if application_id in piece.clocks:
            continue
        row.is_over, row.late_since, row.half_at, row.most_at = True, None, None, None
        clock = piece.over.get(application_id)
        if clock is None or clock.ended_at is None or clock.status == ClockStatus.STOPPED:
            row.took = row.known_at = None
        else:
            calendar = piece.calendars[row.office_id]
            row.took = days_from(promises.intervals(clock), row.based_at, clock.ended_at, calendar)
            row.known_at = row.known_at or min(clock.ended_at, now)
        yield row


def _expected(piece: _Piece, known: Known, cases: Mapping[int, OpenCase], now: datetime) -> Iterator[ExpectedDate]:
    """When each case is expected to be done; nothing of one of which nothing was and is known."""
    for application_id, case in cases.items():
        calendar, row = piece.calendars[case.office_id], piece.rows.get(application_id)
        found = known.expected(case, calendar, now=now)
        if row is None and found is not None and found.most_at is not None:
            row = _first(application_id, case, found, now)
        if row is not None:
            _look_again(row, case, found, calendar, now)
            _mark(row, _promise(piece.clocks[application_id]), calendar, now)
            yield row


def _case(piece: _Piece, application_id: int) -> OpenCase:
    held = piece.clocks[application_id]
    term = next((clock for clock in held if clock.kind == ClockKind.TERM), held[0])
    steps = tuple(piece.steps.get(application_id, ()))
    return OpenCase(term.service_key, term.office_id, promises.intervals(term), steps)


def _promise(held: Sequence[Clock]) -> Clock:
    """What the applicant was promised: the norm, else the term of the law."""
    return min(held, key=lambda clock: (clock.kind != ClockKind.NORM, clock.id))


def _first(application_id: int, case: OpenCase, found: Expected, now: datetime) -> ExpectedDate:
    return ExpectedDate(
        application_id=application_id,
        service_key=case.service_key,
        office_id=case.office_id,
        based_at=found.based_at,
        half=found.half,
        most=found.most,
        told_half=found.told_half,
        told_most=found.told_most,
        is_over=False,
        looked_at=now,
    )


def _look_again(
    row: ExpectedDate, case: OpenCase, found: Expected | None, calendar: WorkingTime, now: datetime
) -> None:
    """Only what changed is written: most cases are where they were five minutes ago."""
    elements = " ".join(sorted({element for element, _ in case.steps}))
    half_at, most_at = (None, None) if found is None else (found.half_at, found.most_at)
    if (row.half_at, row.most_at, row.elements) != (half_at, most_at, elements):
        row.half_at, row.most_at, row.elements, row.looked_at = half_at, most_at, elements, now
    elif now - row.looked_at >= _WRITTEN_AGAIN:
        row.looked_at = now
    so_far = days_from(case.ledger, row.based_at, now, calendar)
    if so_far > row.told_most and so_far != row.took:
        row.took, row.known_at = so_far, row.known_at or now


def _mark(row: ExpectedDate, promise: Clock, calendar: WorkingTime, now: datetime) -> None:
    """Whether it is more likely than not that the promise is missed. What was missed is no longer foreseen; while
    nothing is expected the mark stays as it is."""
    day, expected = promise.watch_at, row.half_at
    if promise.breached_at is not None or (day is not None and day < now):
        is_late = False
    elif day is None or expected is None:
        return
    else:
        is_late = calendar.local_date(expected) > calendar.local_date(day)
    if is_late != (row.late_since is not None):
        row.late_since = now if is_late else None


def _tell(house: House, ids: Sequence[int], now: datetime) -> None:
    """These cases together; each by itself where one of them breaks."""
    try:
        with house.database.transaction() as session:
            _tell_of(session, house, ids, now)
    except Exception as failure:  # said for the case that it comes from
        if len(ids) == 1:
            log.error("not_told_in_time", application=ids[0], failure=type(failure).__name__)
        else:
            for application_id in ids:
                _tell(house, [application_id], now)


def _tell_of(session: Session, house: House, ids: Sequence[int], now: datetime) -> None:
    give_way(session)
    wanted = select(ProcessInstance.application_id).where(ProcessInstance.application_id.in_(ids))
    cases, _ = try_lock_cases(session, house, wanted.order_by(ProcessInstance.application_id))
    of_them = ExpectedDate.application_id.in_(ids), ExpectedDate.late_since.is_not(None), ExpectedDate.told_at.is_(None)
    rows = {row.application_id: row for row in session.scalars(select(ExpectedDate).where(*of_them))}
    held = [each for each in watched(session, house, cases, now=now) if each.turn.case.application.id in rows]
    will_be_late.tell(session, [(each, rows[each.turn.case.application.id]) for each in held], now=now)
