"""Many cases tried on another package at once: which cases is fixed when it is asked for, the sweep tries them piece by
piece, and anybody who may read the trial sees how far it is. Cases are only read: whoever works on one waits for
nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from engine.catalog.archives import pack, unpack
from engine.catalog.published import Published
from engine.claiming import Queue, Soonest, soonest
from engine.errors import NotAllowed, NotFound, OtherService, PackageRefused
from engine.house import House
from engine.packages import ServicePackage
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.ministries import acts_for_ministry, offices_of_service
from engine.references import new_key
from engine.versions.publishing import Files
from engine.versions.trial_cases import CaseTried, Found, try_case
from storage.applications import Application
from storage.processes import ProcessInstance
from storage.releases import Release, ReleaseStatus
from storage.trials import OPEN_TRIAL, Trial, TrialCase, TrialStatus, TrialVerdict

USUAL: Final = 1_000
MOST: Final = 5_000
"""Cases of one trial."""
PIECE: Final = 100
"""Cases that a sweep tries before it goes on to other work."""
_TOGETHER: Final = 25
"""Cases that are read in one transaction, and written down in the next."""
READERS: Final = (ANALYST, ADMINISTRATOR)
log = structlog.get_logger("owso.trials")
TRIALS: Final = Queue(
    Trial,
    Trial.id,
    Trial.due_at,
    is_open=lambda _now: Trial.status.in_(OPEN_TRIAL),
    taken={Trial.status: TrialStatus.RUNNING},
)


def ask(
    session: Session,
    house: House,
    actor: Actor,
    service_key: str,
    package: int | Files,
    *,
    office_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = USUAL,
    release_id: int | None = None,
    now: datetime,
) -> str:
    """Fixes the newest cases of a service (of an office, or of all that somebody reads of; sent from ``since`` on and
    before ``until``, at most so many), to be tried on a version or on files that are none yet, for the gate of a
    release where one is named; the key of the trial. It is over at once where there is no case. ``NotAllowed``,
    ``NoSuchVersion``; ``PackageRefused`` for files that are no package, ``OtherService`` for those of another one."""
    theirs = offices_of_service(session, actor, service_key, *READERS)
    if theirs is not None and (office_id not in theirs if office_id is not None else not theirs):
        raise NotAllowed
    tried = _package_of(session, house, service_key, package)
    row = Trial(
        key=new_key(),
        service_key=service_key,
        definition_id=_version_of(session, house, service_key, package),
        archive=None if isinstance(package, int) else pack(package),
        digest=tried.digest,
        office_id=office_id,
        since=since,
        until=until,
        most=max(1, min(most, MOST)),
        total=0,
        ways={},
        asked_at=now,
        asked_by_id=actor.person_id,
        due_at=now,
        release_id=release_id,
    )
    session.add(row)
    session.flush()
    _fix(session, row, actor)
    if not row.total:
        row.status, row.finished_at = TrialStatus.DONE, now
    return row.key


def repeat(session: Session, actor: Actor, key: str, *, now: datetime) -> str:
    """The same package tried again on the very same cases, as they stood then; the key of the new trial.
    ``NotAllowed``, ``NotFound``."""
    before = found(session, actor, key)
    kept = {name: getattr(before, name) for name in _ASKED}
    row = Trial(key=new_key(), asked_at=before.asked_at, asked_by_id=actor.person_id, due_at=now, ways={}, **kept)
    session.add(row)
    session.flush()
    same = select(TrialCase.place, TrialCase.application_id, TrialCase.event_seq)
    cases = session.execute(same.where(TrialCase.trial_id == before.id).order_by(TrialCase.place)).all()
    _add(session, row, [(place, one, seq) for place, one, seq in cases])
    return row.key


_ASKED: Final = (
    *("service_key", "definition_id", "archive", "digest"),
    *("office_id", "since", "until", "most", "total"),
)


def cancel(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """No further case is tried; what was found stays. Nothing happens to a trial that is over. ``NotAllowed``,
    ``NotFound``."""
    row = found(session, actor, key)
    ended = {Trial.status: TrialStatus.CANCELLED, Trial.finished_at: now}
    session.execute(update(Trial).where(Trial.id == row.id, Trial.status.in_(OPEN_TRIAL)).values(ended))


def found(session: Session, actor: Actor, key: str) -> Trial:
    """The trial, for somebody who may read of all its cases; ``NotFound``, ``NotAllowed``."""
    row = session.scalar(select(Trial).where(Trial.key == key))
    if row is None:
        raise NotFound
    if row.asked_by_id is None or row.asked_by_id != actor.person_id:
        theirs = offices_of_service(session, actor, row.service_key, *READERS)
        if theirs is not None and row.office_id not in theirs:
            raise NotAllowed
    return row


def readable(session: Session, actor: Actor, key: str) -> Trial:
    """The trial, also for an approver of the ministry once its release was submitted; ``NotFound``, ``NotAllowed``."""
    submitted = select(Release.ministry_key).join(Trial, Trial.release_id == Release.id)
    ministry_key = session.scalar(submitted.where(Trial.key == key, Release.status != ReleaseStatus.DRAFT))
    if ministry_key is not None and acts_for_ministry(session, actor, ministry_key, APPROVER):
        return session.scalars(select(Trial).where(Trial.key == key)).one()
    return found(session, actor, key)


def published_for(session: Session, house: House, trial: Trial) -> Published:
    """The package of a trial as cases run on it; of files that were not published under the version 0."""
    if trial.definition_id is not None:
        return house.catalog.of(session, trial.definition_id)
    package = house.catalog.draft(unpack(trial.archive or b"")).package
    return Published(0, trial.service_key, 0, package, package.process)


def go_on_due(house: House, *, now: datetime) -> int:
    """Tries the next cases of each trial that is not over; how many trials went on."""
    return TRIALS.work_off(house.database, partial(_go_on, house, now), now=now)


def go_on_with(house: House, key: str, *, now: datetime) -> bool:
    """Tries the next cases of one trial, unless another worker is at it; whether it went on."""
    return bool(TRIALS.work_off(house.database, partial(_go_on, house, now), Trial.key == key, now=now))


def next_due(after: datetime | None = None) -> Soonest:
    """When cases are to be tried next."""
    return soonest(Trial.due_at, Trial.status.in_(OPEN_TRIAL), after=after)


def _package_of(session: Session, house: House, service_key: str, package: int | Files) -> ServicePackage:
    if isinstance(package, int):
        return house.catalog.numbered(session, service_key, package).package
    draft = house.catalog.draft(package)
    if not draft.is_whole:
        raise PackageRefused(draft.problems)
    if draft.package.manifest.key != service_key:
        raise OtherService(service=service_key, found=draft.package.manifest.key)
    return draft.package


def _version_of(session: Session, house: House, service_key: str, package: int | Files) -> int | None:
    if not isinstance(package, int):
        return None
    return house.catalog.numbered(session, service_key, package).definition_id


def _fix(session: Session, row: Trial, actor: Actor) -> None:
    """Writes down which cases are tried, the newest first, each with how far it is now."""
    wanted = (
        select(Application.id, Application.event_seq)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.service_key == row.service_key, Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .limit(row.most)
    )
    theirs = offices_of_service(session, actor, row.service_key, *READERS)
    offices = theirs if row.office_id is None else frozenset({row.office_id})
    limits = [
        Application.office_id.in_(sorted(offices)) if offices is not None else None,
        Application.submitted_at >= row.since if row.since is not None else None,
        Application.submitted_at < row.until if row.until is not None else None,
    ]
    for limit in limits:
        wanted = wanted if limit is None else wanted.where(limit)
    cases = session.execute(wanted).all()
    _add(session, row, [(place, one, seq) for place, (one, seq) in enumerate(cases, 1)])


def _add(session: Session, row: Trial, cases: list[tuple[int, int, int]]) -> None:
    rows = [
        {"trial_id": row.id, "place": place, "application_id": one, "event_seq": seq, "documents": {}}
        for place, one, seq in cases
    ]
    if rows:
        session.execute(insert(TrialCase), rows)
    row.total = len(rows)


def _go_on(house: House, now: datetime, trial: Trial) -> bool:
    tried = 0
    with house.database.reading() as session:
        there = published_for(session, house, trial)
    while tried < PIECE:
        with house.database.reading() as session:
            results = [(row.id, _tried(session, house, row, there, trial)) for row in _next(session, trial.id)]
        with house.database.transaction() as session:
            goes_on = _keep(session, trial.id, results, now)
        if not goes_on:
            return True
        tried += len(results)
    with house.database.transaction() as session:
        session.execute(update(Trial).where(Trial.id == trial.id).values({Trial.due_at: now}))
    return True


def _next(session: Session, trial_id: int) -> list[TrialCase]:
    waiting = TrialCase.trial_id == trial_id, TrialCase.verdict == TrialVerdict.WAITING
    return list(session.scalars(select(TrialCase).where(*waiting).order_by(TrialCase.place).limit(_TOGETHER)))


def _tried(session: Session, house: House, row: TrialCase, there: Published, trial: Trial) -> CaseTried:
    """What was found; whatever breaks is told of this case and stops no other."""
    try:
        return try_case(session, house, row.application_id, there, up_to=row.event_seq, asked_at=trial.asked_at)
    except Exception as failure:
        log.error("trial_case_failed", trial=trial.id, case=row.application_id, failure=type(failure).__name__)
        return CaseTried(Found(TrialVerdict.UNTRIED, reason=type(failure).__name__))


def _keep(session: Session, trial_id: int, results: list[tuple[int, CaseTried]], now: datetime) -> bool:
    """Writes down what was found; whether there is more to try. What was stopped meanwhile stays so."""
    if results:
        session.execute(update(TrialCase), [{"id": row_id, **asdict(one.found)} for row_id, one in results])
    done = (
        select(func.count())
        .where(TrialCase.trial_id == trial_id, TrialCase.verdict != TrialVerdict.WAITING)
        .scalar_subquery()
    )
    begun = func.coalesce(Trial.started_at, now)
    ways = Counter(flow for _, one in results for flow in one.ways)
    session.execute(update(Trial).where(Trial.id == trial_id).values({Trial.done: done, Trial.started_at: begun}))
    row = session.get_one(Trial, trial_id, populate_existing=True)
    row.ways = dict(sorted((Counter(row.ways) + ways).items()))
    if row.status not in OPEN_TRIAL:
        return False
    if row.done >= row.total:
        row.status, row.finished_at = TrialStatus.DONE, now
    return row.status in OPEN_TRIAL
