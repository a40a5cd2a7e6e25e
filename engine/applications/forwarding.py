"""An application that came to the wrong office goes on at another one, and whoever asks later finds who sent it there.

What is a draft at the counter simply lies at the other counter. What was sent keeps its number, its fee and the moment
at which its promise began; its tasks lie at the other office, whose calendar counts from then on. That is exact only
while nothing was done: after a payment, a claimed task or a broken day it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engine.applications.filing import require_offered
from engine.applications.lapsing import touch_draft
from engine.case import events, giving, received
from engine.case.concerned import helps_here
from engine.case.holding import NobodyHolds, calendar_at, holder
from engine.case.interests import require_no_interest
from engine.case.kept_apart import is_apart
from engine.case.messages import tell_about
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.errors import (
    AlreadySubmitted,
    LevelNotServed,
    NotAllowed,
    NotFound,
    OfficeMissing,
    OtherMinistry,
    ServiceNotOffered,
)
from engine.errors.counter import NotTakenThere, TooLateToForward
from engine.errors.offices import OfficeClosed
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.opening import require_served
from engine.packages.groups import APPLICANT, FRONT_OFFICE, HEAD
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.telling import tell
from engine.reasons import reason_given
from engine.working_time import promises
from storage.applications import Application, ApplicationStatus, Channel
from storage.clocks import Clock, ClockKind
from storage.forwardings import Forwarding
from storage.offices import Office
from storage.payments import Payment
from storage.people import Person
from storage.photo_links import PhotoLink
from storage.processes import OPEN_TASK, TaskStatus, UserTask
from storage.security_log import SecurityKind
from storage.sessions import Seat

WHO_FORWARDS: Final = (FRONT_OFFICE, HEAD)
FORWARDED: Final = "forwarded"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Where an application lies now; ``reference`` is empty for a draft."""

    office: Bilingual
    reference: str


@dataclass(frozen=True, slots=True)
class Onward:
    """To which office, by its code, and why."""

    office_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Way:
    """From which office to which, and why."""

    left: Office
    reached: Office
    why: str


def forward(session: Session, house: House, actor: Actor, key: str, onward: Onward, *, now: datetime) -> Forwarded:
    """Sends an application of the actor's office on to another one. ``NotFound`` for those of other offices and one's
    own, ``NotTakenThere``, ``TooLateToForward``, ``ReasonMissing``; ``AlreadySubmitted`` for one that has ended."""
    application = session.scalar(select(Application).where(Application.key == key))
    if application is None or not may_forward(session, application, actor):
        raise NotFound
    why = reason_given(onward.reason)
    target = session.scalar(select(Office).where(Office.code == onward.office_code))
    if target is None or target.id == application.office_id:
        raise NotTakenThere(office=onward.office_code)
    way = _Way(session.get_one(Office, application.office_id), target, why)
    if application.status == ApplicationStatus.DRAFT:
        return _forward_draft(session, house, actor, application.id, way, now=now)
    return _forward_case(Turn(session, house, lock_case(session, house, application.id), actor, now), way)


def may_forward(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor sends it on: the front office or the head of its office, never whose own it is nor who acts for
    them, nor who worked on what it is about. A draft at home is its applicant's."""
    if actor.person_id is None or application.applicant_id == actor.person_id:
        return False
    if application.status == ApplicationStatus.DRAFT and application.channel != Channel.COUNTER:
        return False
    serves = any(actor.acts_for(group, application.office_id) for group in WHO_FORWARDS)
    return serves and not helps_here(session, application, actor) and not is_apart(session, application, actor)


def forwardings(session: Session, application_id: int) -> Sequence[Forwarding]:
    """How it came to where it lies, the first time first."""
    mine = select(Forwarding).where(Forwarding.application_id == application_id)
    return session.scalars(mine.order_by(Forwarding.id)).all()


def tell_history(session: Session, application: Application, actor: Actor, *, now: datetime) -> None:
    """What was forwarded as a draft becomes part of the history once it is sent; one statement."""
    for one in forwardings(session, application.id):
        left, reached = (session.get_one(Office, each) for each in (one.from_office_id, one.to_office_id))
        _record(session, application, actor, _Way(left, reached, one.reason), now=now)


def _forward_draft(
    session: Session, house: House, actor: Actor, application_id: int, way: _Way, *, now: datetime
) -> Forwarded:
    locked = select(Application).where(Application.id == application_id).with_for_update()
    draft = session.scalars(locked.execution_options(populate_existing=True)).one()
    if draft.status != ApplicationStatus.DRAFT:
        raise AlreadySubmitted
    target = way.reached
    if draft.office_id != way.left.id or not may_forward(session, draft, actor):
        raise NotFound
    draft.definition_id = _taken(session, house, draft.service_key, target, now)
    draft.office_id = target.id
    draft.revision += 1
    session.execute(
        update(PhotoLink).where(PhotoLink.application_id == draft.id, PhotoLink.ended_at.is_(None)).values(ended_at=now)
    )
    touch_draft(session, draft, now=now)
    row = _note(session, actor, draft, way, now=now)
    applicant = session.get_one(Person, draft.applicant_id)
    title = house.catalog.of(session, draft.definition_id).package.manifest.title
    facts = {
        "service": title(applicant.language),
        "office": office_name(target)(applicant.language),
        "applicant": applicant.name_latin if applicant.language == "en" else applicant.name_km,
    }
    tell(session, applicant, house.texts["draft_forwarded"], facts, key=f"forwarding/{row.id}", now=now)
    return Forwarded(office_name(target), "")


def _forward_case(turn: Turn, way: _Way) -> Forwarded:
    session, case, target = turn.session, turn.case, way.reached
    application = case.application
    if application.status != ApplicationStatus.RUNNING:
        raise AlreadySubmitted
    if application.office_id != way.left.id or not may_forward(session, application, turn.actor):
        raise NotFound
    require_no_interest(session, application, turn.actor)
    if _taken(session, turn.house, application.service_key, target, turn.now) != case.instance.definition_id:
        raise NotTakenThere(office=office_name(target))
    tasks = _untouched_tasks(session, application)
    application.office_id, case.office = target.id, target
    case.calendar = turn.house.calendars.of(session, target)
    _move(turn, tasks, promises.open_clocks(session, application.id))
    session.flush()
    received.move(session, application, case.calendar, left_id=way.left.id, reached_id=target.id)
    _record(session, application, turn.actor, way, now=turn.now)
    giving.give(turn, [task for task in tasks if task.status == TaskStatus.READY])
    row = _note(session, turn.actor, application, way, now=turn.now)
    tell_about(turn, case.applicant, turn.house.texts["application_forwarded"], key=f"forwarding/{row.id}")
    return Forwarded(office_name(target), application.reference or "")


def _taken(session: Session, house: House, service_key: str, target: Office, now: datetime) -> int:
    """The version of the service at the other office; ``NotTakenThere`` where it does not offer it today."""
    try:
        published = house.catalog.current(session, service_key, now=now, office_id=target.id)
        require_offered(session, target, published, house.calendars.of(session, target).local_date(now))
        require_served(session, target, published)
    except (NotFound, ServiceNotOffered, OfficeClosed, LevelNotServed, OfficeMissing, OtherMinistry) as refusal:
        raise NotTakenThere(office=office_name(target)) from refusal
    return published.definition_id


def _untouched_tasks(session: Session, application: Application) -> Sequence[UserTask]:
    """The open tasks of a case to which nothing was done yet; raises ``TooLateToForward``."""
    tasks = session.scalars(select(UserTask).where(UserTask.application_id == application.id)).all()
    paid = exists().where(Payment.application_id == application.id)
    seated = exists().where(Seat.application_id == application.id)
    ended = exists().where(
        Clock.application_id == application.id,
        Clock.ended_at.is_not(None) | Clock.breached_at.is_not(None) | (Clock.times_given > 0),
    )
    is_touched = any(task.status != TaskStatus.READY and task.group != APPLICANT for task in tasks)
    is_done = any(task.status not in OPEN_TASK for task in tasks)
    if is_touched or is_done or application.decided_at is not None or session.scalar(select(paid | seated | ended)):
        raise TooLateToForward
    return tasks


def _move(turn: Turn, tasks: Sequence[UserTask], clocks: Sequence[Clock]) -> None:
    """The tasks lie where the process has them at the new office, and its calendar counts from the beginning of each
    clock. ``TooLateToForward`` where a day would have passed by it."""
    case, session = turn.case, turn.session
    package = case.published.package
    for task in tasks:
        if task.group == APPLICANT:
            task.office_id = case.office.id
            continue
        try:
            task.office_id = holder(session, case, package.tasks[task.element_id]).id
        except NobodyHolds as missing:
            raise NotTakenThere(office=office_name(case.office)) from missing
    by_id = {task.id: task for task in tasks}
    for clock in clocks:
        mine = by_id.get(clock.user_task_id or 0)
        clock.office_id = mine.office_id if mine is not None else case.office.id
        promises.reckon(clock, calendar_at(turn, clock.office_id))
        if clock.watch_at is not None and clock.watch_at <= turn.now:
            raise TooLateToForward
        if mine is not None:
            mine.due_at = clock.due_at
    if any(clock.kind != ClockKind.TASK for clock in clocks):
        case.application.promised_at = promises.promised_at(clocks)


def _record(session: Session, application: Application, actor: Actor, way: _Way, *, now: datetime) -> None:
    before, name = office_name(way.left), office_name(way.reached)
    data = {"from": way.left.code, "from_km": before.km, "from_en": before.en}
    data |= {"to": way.reached.code, "to_km": name.km, "to_en": name.en}
    events.record(session, application, FORWARDED, actor, at=now, data=data, personal={"reason": way.why})


def _note(session: Session, actor: Actor, application: Application, way: _Way, *, now: datetime) -> Forwarding:
    if actor.person_id is None:
        raise NotAllowed
    row = Forwarding(application_id=application.id, by_id=actor.person_id, reason=way.why, at=now)
    row.from_office_id, row.to_office_id = way.left.id, way.reached.id
    session.add(row)
    session.flush()
    data = {
        "reference": application.reference or "",
        "was": way.left.code,
        "office": way.reached.code,
        "reason": way.why,
    }
    kind, about = SecurityKind.APPLICATION_FORWARDED, application.applicant_id
    security_log.note(session, kind, actor, person_id=about, data=data, at=now)
    return row
