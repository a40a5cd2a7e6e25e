"""What keeps an installation in order: its tables at the newest version, no file that nobody needs, no save of a draft
that is too much, no promise that runs while only the applicant can go on, what services usually take, no trial that is
kept no longer, how often each flow was taken, what was counted since, how long steps take at each office, when open
cases will be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import case, func, literal, select, true
from sqlalchemy.exc import IntegrityError

from engine.applications.forgetting import LEFT_FOR, forget_unnamed
from engine.case import standing
from engine.case.opening import try_lock_cases
from engine.claiming import Queue, Soonest, soonest
from engine.clockwork import expected_dates, step_times, tallies, usual_times
from engine.clockwork.watched import watched
from engine.exports import asking
from engine.house import House
from engine.people import attempts, codes, notices, passkeys, sign_ins
from engine.reporting import measuring
from engine.studio import readers, thinning
from engine.tasks import task_drafts
from engine.versions import clearing, flow_volumes
from storage.applications import Application
from storage.chores import Chore, ChoreKind
from storage.database import Database, give_way
from storage.files import SHELVES
from storage.migrations import is_current, upgrade
from storage.offices import Office
from storage.package_drafts import PackageDraft
from storage.processes import ProcessInstance

ALL_IN: Final = timedelta(days=1)
"""In this time everything is gone through once, a piece at a time."""
LOOKED_THROUGH: Final = 1000
"""So many applications are looked through in one piece, whatever is found of them."""
TOGETHER: Final = 20
"""So many cases are locked in one transaction."""
NOT_BEGUN: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a chore is due that nobody has begun yet."""
MEASURED_EVERY: Final = timedelta(hours=3)
"""What is waiting at an office is part of when its cases are expected to be done."""
FOLD_EVERY: Final = timedelta(minutes=1)
"""What is not folded yet is read with every page of numbers: some thousands of rows at the busiest."""
COUNT_STEPS_EVERY: Final = timedelta(minutes=15)
"""So often it is looked what offices have completed."""
log = structlog.get_logger("owso.upkeep")
CHORES: Final = Queue(Chore, Chore.id, Chore.due_at, is_open=lambda _now: true())


def migrate(database: Database) -> bool:
    """Bring the tables to the newest version; whether anything had to be done."""
    if is_current(database):
        return False
    upgrade(database)
    return True


def tidy_due(house: House, *, now: datetime) -> int:
    """Does the piece that is due of what keeps the house in order; how many pieces were done."""
    _begin(house, now)
    return CHORES.work_off(house.database, partial(_tidy, house, now), now=now)


def next_due(after: datetime | None = None) -> Soonest:
    """The next moment at which there is a piece to do; at once where a chore was never begun."""
    begun = select(func.count(Chore.id)).scalar_subquery()
    never = literal(NOT_BEGUN, Chore.due_at.type)
    return select(case((begun < len(ChoreKind), never), else_=soonest(Chore.due_at, after=after))).scalar_subquery()


def _begin(house: House, now: datetime) -> None:
    """A new installation has no chores yet."""
    with house.database.reading() as session:
        there = set(session.scalars(select(Chore.kind)))
    for kind in set(ChoreKind) - there:
        try:
            with house.database.transaction() as session:
                session.add(Chore(kind=kind, due_at=now))
        except IntegrityError:
            continue  # another worker began it


def _tidy(house: House, now: datetime, chore: Chore) -> bool:
    position, wait = _WORK[chore.kind](house, chore.position, now)
    with house.database.transaction() as session:
        done = session.get_one(Chore, chore.id)
        done.position, done.due_at = position, now + wait
    return True


def _files(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    """A shelf of the store, the drafts of services whose turn comes with it, and what is long over: sign-ins, codes,
    failed attempts, challenges that passkeys have answered, what was typed on tasks to which nobody came back, what
    officers were told long ago, and prepared files whose time is over."""
    shelf = position % SHELVES
    forget_unnamed(house, shelf)
    with house.database.reading() as session:
        drafts = session.scalars(select(PackageDraft.id).where(PackageDraft.id % SHELVES == shelf)).all()
    for draft_id in drafts:
        with house.database.transaction() as session:
            thinning.thin(session, draft_id, now=now)
    with house.database.transaction() as session:
        readers.forget_silent(session, now=now)
        sign_ins.clear(session)
        codes.clear(session, now=now)
        attempts.clear(session)
        passkeys.clear(session)
        task_drafts.clear(session, now=now)
        cleared = notices.clear(session, now=now)
        asking.clear(session, house, now=now)
    house.files.clear_benches(older=LEFT_FOR)
    if cleared:
        log.info("notices_cleared", count=cleared)
    return (shelf + 1) % SHELVES, ALL_IN / SHELVES


def _promises(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    until = position + LOOKED_THROUGH
    with house.database.reading() as session:
        last = session.scalar(select(func.max(Application.id))) or 0
        found = standing.that_may_run_wrongly(session, after=position, until=until)
    if len(found) > TOGETHER:
        found, until = found[:TOGETHER], found[TOGETHER - 1]
    if found:
        _put_right(house, found, now)
    return (until, timedelta()) if until < last else (0, ALL_IN)


def _put_right(house: House, application_ids: Sequence[int], now: datetime) -> None:
    """These cases together; each by itself where one of them breaks."""
    wanted = select(ProcessInstance.application_id).where(ProcessInstance.application_id.in_(application_ids))
    try:
        with house.database.transaction() as session:
            give_way(session)
            cases, _ = try_lock_cases(session, house, wanted.order_by(ProcessInstance.application_id))
            watched(session, house, cases, now=now)
    except Exception:  # said for the case that it comes from
        for application_id in application_ids:
            _put_one_right(house, application_id, now)


def _put_one_right(house: House, application_id: int, now: datetime) -> None:
    try:
        with house.database.transaction() as session:
            standing.put_right(session, house, application_id, now=now)
    except Exception as failure:  # whatever breaks stops this case, and no other
        log.error("promise_not_looked_at", application=application_id, failure=type(failure).__name__)


def _usual_times(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    """One office at a time; the next sweep takes the next, until all were measured that day."""
    with house.database.transaction() as session:
        office_id = session.scalar(select(Office.id).where(Office.id > position).order_by(Office.id).limit(1))
        if office_id is None:
            return 0, ALL_IN
        usual_times.measure(session, house, office_id, now=now)
    return office_id, timedelta()


def _trials(house: House, _position: int, now: datetime) -> tuple[int, timedelta]:
    with house.database.transaction() as session:
        cleared = clearing.clear(session, now=now)
    return 0, timedelta() if cleared == clearing.TOGETHER else ALL_IN


def _flows(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    position = flow_volumes.count(house, after=position, now=now).position
    return position, timedelta() if position else flow_volumes.EVERY


def _tallies(house: House, _position: int, _now: datetime) -> tuple[int, timedelta]:
    tallies.fold(house)
    return 0, FOLD_EVERY


def _steps(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    """A piece of one office; then the next office, until all were gone through."""
    with house.database.transaction() as session:
        office_id = session.scalar(select(Office.id).where(Office.id > position).order_by(Office.id).limit(1))
        if office_id is None:
            return 0, COUNT_STEPS_EVERY
        counted = step_times.count(session, house, office_id, now=now)
    return (position if counted == step_times.TOGETHER else office_id), timedelta()


def _step_histories(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    """One office at a time, as the usual times."""
    with house.database.reading() as session:
        office_id = session.scalar(select(Office.id).where(Office.id > position).order_by(Office.id).limit(1))
        if office_id is None:
            return 0, MEASURED_EVERY
        measured = measuring.measure(session, house, office_id, now=now)
    with house.database.transaction() as session:
        measuring.keep(session, measured, now=now)
    return office_id, timedelta()


def _expected_dates(house: House, position: int, now: datetime) -> tuple[int, timedelta]:
    return expected_dates.look(house, position, now=now)


_WORK: Final = {
    ChoreKind.FILES: _files,
    ChoreKind.PROMISES: _promises,
    ChoreKind.USUAL_TIMES: _usual_times,
    ChoreKind.TRIALS: _trials,
    ChoreKind.FLOWS: _flows,
    ChoreKind.TALLIES: _tallies,
    ChoreKind.STEPS: _steps,
    ChoreKind.STEP_HISTORIES: _step_histories,
    ChoreKind.EXPECTED_DATES: _expected_dates,
}
"""How a piece of each chore is done: where the next one begins, and how long it may wait."""
