"""What time does: fires timers, begins cases, brings messages, warns, escalates, goes on with transfers and trials,
asks the bank and connectors, removes drafts that nobody came back to, tidies up, sends the outbox.

Every piece of work is its own transaction that looks again, under the lock, whether there is still something to do: any
number of workers may sweep at once, and one that is killed leaves the rest to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from engine.applications import lapsing
from engine.bpmn import Step
from engine.case.opening import try_lock_case
from engine.case.turn import Turn
from engine.claiming import soonest
from engine.clockwork import deadlines, outbox, reminders, reports, upkeep
from engine.flow import bringing, connector_answers, follow_ups
from engine.flow.advance import advance
from engine.house import House
from engine.money import bank_polling
from engine.offices import departures, recomputing
from engine.people import security_log
from engine.people.actors import THE_CLOCK
from engine.releases import replaying, telling
from engine.results import drawing, renewals
from engine.sessions import waiting
from engine.versions import transfers, trials
from storage.clocks import Clock, ClockStatus
from storage.follow_ups import StartEvent
from storage.processes import Incident, IncidentKind, IncidentStatus, InstanceStatus, ProcessInstance, Timer
from storage.transfers import Transfer

BATCH = 200
_WITH_MOMENTS = (connector_answers, reminders, renewals, drawing, outbox, reports, trials, telling, recomputing)
log = structlog.get_logger("owso.schedule")


@dataclass(frozen=True, slots=True)
class Swept:
    """How much a sweep did; ``messages`` were taken by a sender or recorded, ``removed`` are drafts that nobody came
    back to, ``tried`` the trials of many cases that went on, ``reckoned`` the cases whose office changed its
    calendar."""

    timers: int
    warned: int
    reminded: int
    breached: int
    messages: int
    paid: int
    routed: int
    called: int
    transferred: int
    tried: int
    removed: int
    reckoned: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))


def sweep(house: House, *, now: datetime) -> Swept:
    """Does everything that is due now. A piece that fails is logged and left; the others go on."""
    reckoned = _stage(recomputing.reckon_due, house, now)
    _stage(departures.give_back, house, now)
    _stage(upkeep.tidy_due, house, now)
    _stage(security_log.seal_new, house, now)
    timers = _each(house, _cases_with_due_timers, fire_timers, now)
    _stage(follow_ups.fire_due, house, now)
    routed = _stage(bringing.route_due, house, now)
    breached = _each(house, _cases_to_breach, deadlines.breach, now)
    warned = _each(house, _cases_to_warn, deadlines.warn, now)
    reminded = _each(house, _cases_to_remind, reminders.remind, now)
    transferred = _stage(transfers.go_on_with_all, house, now)
    tried = _stage(trials.go_on_due, house, now)
    _stage(replaying.settle_due, house, now)
    _stage(telling.tell_due, house, now)
    _stage(renewals.tell_due, house, now)
    _stage(drawing.draw_due, house, now)
    paid = _stage(bank_polling.ask_due, house, now)
    called = _stage(connector_answers.make_due, house, now)
    removed = _stage(lapsing.lapse_due, house, now)
    messages = _stage(outbox.deliver_due, house, now)
    _stage(reports.ask_due, house, now)
    return Swept(
        timers, warned, reminded, breached, messages, paid, routed, called, transferred, tried, removed, reckoned
    )


def next_due(session: Session, *, after: datetime | None = None) -> datetime | None:
    """The next moment at which a sweep will find something; ``None`` when nothing is planned.

    ``after`` is the moment of a sweep that found nothing to do: what was due then is stuck behind an incident, which
    only a person ends, and hides nothing that falls due after it.
    """
    kept_until = after and after - timedelta(microseconds=1)  # what is done at the due moment itself is not late
    moments = [
        soonest(session, Timer.due_at, after=after),
        soonest(session, StartEvent.due_at, after=after),
        soonest(session, Clock.watch_at, _runs(), after=kept_until),
        soonest(session, Clock.warn_at, _unwarned(), after=after),
        soonest(session, Transfer.made_at, Transfer.goes_on(), after=after),
        *(room.next_due(session, after=after) for room in _WITH_MOMENTS),
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
    """What was done to the cases that are found, the longest due first; several rows may be of one case."""
    with house.database.reading() as session:
        found = dict.fromkeys(find(session, now))
    done = 0
    for application_id in found:
        try:
            with house.database.transaction() as session:
                done += act(session, house, application_id, now=now)
        except Exception as failure:  # whatever breaks stops this case, and no other
            log.error("sweep_failed", work=act.__name__, application=application_id, failure=type(failure).__name__)
    return done


def _cases_with_due_timers(session: Session, now: datetime) -> Sequence[int]:
    """Looked for from the timers that are due: few, however many cases run."""
    case = select(ProcessInstance.application_id).where(
        ProcessInstance.id == Timer.instance_id, ProcessInstance.status == InstanceStatus.RUNNING
    )
    stopped = exists().where(
        Incident.instance_id == Timer.instance_id,
        Incident.status == IncidentStatus.OPEN,
        Incident.kind == IncidentKind.TIMERS,
    )
    due = select(case.scalar_subquery()).where(Timer.due_at <= now, case.exists(), ~stopped)
    return session.scalars(due.order_by(Timer.due_at, Timer.id).limit(BATCH)).all()


def _cases_to_warn(session: Session, now: datetime) -> Sequence[int]:
    due = select(Clock.application_id).where(_unwarned(), Clock.warn_at <= now)
    return session.scalars(due.order_by(Clock.warn_at, Clock.id).limit(BATCH)).all()


def _cases_to_remind(session: Session, now: datetime) -> Sequence[int]:
    return reminders.cases_to_remind(session, now, most=BATCH)


def _cases_to_breach(session: Session, now: datetime) -> Sequence[int]:
    due = select(Clock.application_id).where(_runs(), Clock.watch_at < now)
    return session.scalars(due.order_by(Clock.watch_at, Clock.id).limit(BATCH)).all()


def _runs() -> ColumnElement[bool]:
    return Clock.status == ClockStatus.RUNNING


def _unwarned() -> ColumnElement[bool]:
    return _runs() & Clock.warned_at.is_(None) & Clock.breached_at.is_(None)
