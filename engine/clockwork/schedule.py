"""What time does: fires timers, begins cases, brings messages, warns, escalates, goes on with transfers, asks the bank
and connectors, removes drafts that nobody came back to, tidies up, sends the outbox.

Every piece of work is its own transaction that looks again, under the lock, whether there is still something to do: any
number of workers may sweep at once, and one that is killed leaves the rest to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from engine.applications import lapsing
from engine.bpmn import Step
from engine.case.opening import try_lock_case
from engine.case.turn import Turn
from engine.clockwork import deadlines, outbox, reminders, upkeep
from engine.flow import bringing, connector_answers, follow_ups
from engine.flow.advance import advance
from engine.house import House
from engine.money import bank_polling
from engine.offices import departures, recomputing
from engine.people.actors import THE_CLOCK
from engine.results import renewals
from engine.sessions import waiting
from engine.versions import transfers
from storage.clocks import Clock, ClockStatus
from storage.follow_ups import StartEvent
from storage.processes import Incident, IncidentKind, IncidentStatus, InstanceStatus, ProcessInstance, Timer
from storage.transfers import Transfer

BATCH = 200
log = structlog.get_logger("owso.schedule")


@dataclass(frozen=True, slots=True)
class Swept:
    """How much a sweep did; ``removed`` are drafts that nobody came back to."""

    timers: int
    warned: int
    reminded: int
    breached: int
    delivered: int
    paid: int
    routed: int
    called: int
    transferred: int
    removed: int

    def __bool__(self) -> bool:
        return any(astuple(self))


def sweep(house: House, *, now: datetime) -> Swept:
    """Does everything that is due now. A piece that fails is logged and left; the others go on."""
    _stage(recomputing.catch_up, house, now)
    _stage(departures.give_back, house, now)
    _stage(upkeep.tidy_due, house, now)
    timers = _each(house, _cases_with_due_timers, fire_timers, now)
    _stage(follow_ups.fire_due, house, now)
    routed = _stage(bringing.route_due, house, now)
    breached = _each(house, _cases_to_breach, deadlines.breach, now)
    warned = _each(house, _cases_to_warn, deadlines.warn, now)
    reminded = _each(house, _cases_to_remind, reminders.remind, now)
    transferred = _stage(transfers.go_on_with_all, house, now)
    _stage(renewals.tell_due, house, now)
    paid = _stage(bank_polling.ask_due, house, now)
    called = _stage(connector_answers.make_due, house, now)
    removed = _stage(lapsing.lapse_due, house, now)
    delivered = _stage(outbox.deliver_due, house, now)
    return Swept(timers, warned, reminded, breached, delivered, paid, routed, called, transferred, removed)


def next_due(session: Session) -> datetime | None:
    """The next moment at which a sweep will find something; ``None`` when nothing is planned."""
    moments: list[datetime | None] = [
        session.scalar(select(Timer.due_at).order_by(Timer.due_at).limit(1)),
        session.scalar(
            select(StartEvent.due_at).where(StartEvent.due_at.is_not(None)).order_by(StartEvent.due_at).limit(1)
        ),
        connector_answers.next_due(session),
        reminders.next_due(session),
        session.scalar(
            select(Clock.watch_at).where(Clock.status == ClockStatus.RUNNING).order_by(Clock.watch_at).limit(1)
        ),
        renewals.next_due(session),
        session.scalar(select(Clock.warn_at).where(_unwarned()).order_by(Clock.warn_at).limit(1)),
        session.scalar(select(Transfer.made_at).where(Transfer.goes_on()).limit(1)),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def fire_timers(session: Session, house: House, application_id: int, *, now: datetime) -> bool:
    """Fires the due timers of one case, unless another worker has it or has done so."""
    case = try_lock_case(session, house, application_id)
    if case is None or case.instance.status != InstanceStatus.RUNNING:
        return False
    due = select(Timer.id).where(Timer.instance_id == case.instance.id, Timer.due_at <= now).limit(1)
    if session.scalar(due) is None:
        return False
    if waiting.put_off(session, house, case, now=now) and session.scalar(due) is None:
        return True
    return advance(Turn(session, house, case, THE_CLOCK, now), Step("timers"))


def _stage(act: Callable[..., object], house: House, now: datetime) -> int:
    """What this kind of work did. When it breaks as a whole, the other kinds still get their turn."""
    try:
        done = act(house, now=now)
    except Exception as failure:  # the next sweep tries again
        log.error("sweep_failed", work=act.__module__, failure=type(failure).__name__)
        return 0
    return done if isinstance(done, int) else 0


def _each(
    house: House,
    find: Callable[[Session, datetime], Sequence[int]],
    act: Callable[..., bool],
    now: datetime,
) -> int:
    with house.database.reading() as session:
        found = find(session, now)
    done = 0
    for application_id in found:
        try:
            with house.database.transaction() as session:
                done += act(session, house, application_id, now=now)
        except Exception as failure:  # whatever breaks stops this case, and no other
            log.error("sweep_failed", work=act.__name__, application=application_id, failure=type(failure).__name__)
    return done


def _cases_with_due_timers(session: Session, now: datetime) -> Sequence[int]:
    """The one whose timer fell due first, first. Looked for from the timers that are due: few, however many cases
    run."""
    due = select(Timer.instance_id).where(Timer.due_at <= now)
    first = select(func.min(Timer.due_at)).where(Timer.instance_id == ProcessInstance.id).scalar_subquery()
    stopped = exists().where(
        Incident.instance_id == ProcessInstance.id,
        Incident.status == IncidentStatus.OPEN,
        Incident.kind == IncidentKind.TIMERS,
    )
    return session.scalars(
        select(ProcessInstance.application_id)
        .where(ProcessInstance.id.in_(due), ProcessInstance.status == InstanceStatus.RUNNING, ~stopped)
        .order_by(first, ProcessInstance.id)
        .limit(BATCH)
    ).all()


def _cases_to_warn(session: Session, now: datetime) -> Sequence[int]:
    return session.scalars(
        select(Clock.application_id).where(_unwarned(), Clock.warn_at <= now).distinct().limit(BATCH)
    ).all()


def _cases_to_remind(session: Session, now: datetime) -> Sequence[int]:
    return reminders.cases_to_remind(session, now, most=BATCH)


def _cases_to_breach(session: Session, now: datetime) -> Sequence[int]:
    return session.scalars(
        select(Clock.application_id)
        .where(Clock.status == ClockStatus.RUNNING, Clock.watch_at < now)
        .distinct()
        .limit(BATCH)
    ).all()


def _unwarned() -> ColumnElement[bool]:
    return (Clock.status == ClockStatus.RUNNING) & Clock.warned_at.is_(None) & Clock.breached_at.is_(None)
