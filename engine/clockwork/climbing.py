"""A promise that was broken goes up the chain of its service and office, a rung at a time, until its clock ends.

Each rung is reached once: the row that says so, the message and the moment of the next are of one transaction, and the
database refuses the row twice. The time between two rungs is working time of the office at which the clock runs, and
it stands still with the clock (decision 73).
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from engine.case.holding import calendar_at
from engine.case.kept_apart import kept_out
from engine.case.messages import day_told, tell_officer_about
from engine.case.opening import Case
from engine.clockwork import raising
from engine.clockwork.batches import Due
from engine.clockwork.raising import Rung
from engine.clockwork.watched import Watched, watched
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.notices import News, tell_all
from engine.working_time import clocks
from engine.working_time.promises import intervals
from engine.working_time.terms import parse_term
from storage.chains import Climb, EscalationChain, Raised, RaisedTo
from storage.clocks import OPEN_CLOCK, Clock, ClockStatus
from storage.events import CaseEvent
from storage.messages import Notification
from storage.notices import NoticeKind, NoticePlace
from storage.offices import Office
from storage.processes import ProcessInstance
from storage.together import write_together

LOOK_AGAIN: Final = timedelta(hours=1)
"""After this time a clock that stands still is looked at again."""
TO_RAISE: Final = Due(
    Climb.next_at,
    Climb.clock_id,
    ProcessInstance.application_id == Climb.application_id,
    which=lambda now: Climb.next_at <= now,
)


@dataclass(frozen=True, slots=True)
class Climbing:
    """A clock on its chain."""

    each: Watched
    clock: Clock
    climb: Climb
    chain: EscalationChain


def raise_due(house: House, *, now: datetime) -> int:
    """Has every case go up whose next rung has come; how many. What has ended goes nowhere any more."""
    over = Climb.next_at <= now, ~exists().where(Clock.id == Climb.clock_id, Clock.status.in_(OPEN_CLOCK))
    with house.database.transaction() as session:
        session.execute(update(Climb).where(*over).values(next_at=None).execution_options(synchronize_session=False))
    return TO_RAISE.work_off(house, raise_cases, now=now)


def raise_cases(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> int:
    """Has these locked cases go up as far as it is time; how many did."""
    ids = [case.application.id for case in cases]
    due = Climb.application_id.in_(ids), Climb.next_at <= now
    rows = select(Climb, EscalationChain).join(EscalationChain, EscalationChain.id == Climb.chain_id)
    held = {climb.clock_id: (climb, chain) for climb, chain in session.execute(rows.where(*due))}
    found = [
        Climbing(each, clock, *held[clock.id])
        for each in watched(session, house, cases, now=now)
        for clock in each.clocks
        if clock.id in held
    ]
    raised = go_up(session, found, {})
    write_together(session, CaseEvent, Notification)
    return raised


def on_their_chains(session: Session, late: Sequence[tuple[Watched, Sequence[Clock]]], now: datetime) -> list[Climbing]:
    """Those clocks that go up a chain: that on which they are, or that which holds for them now that their day is
    broken for the first time. Two statements at most."""
    chains = _chains(session, [(each, clock) for each, broken in late for clock in broken if not clock.breaches])
    again = [clock.id for _, broken in late for clock in broken if clock.breaches]
    rows = select(Climb, EscalationChain).join(EscalationChain, EscalationChain.id == Climb.chain_id)
    there = session.execute(rows.where(Climb.clock_id.in_(again))).all() if again else ()
    held = {climb.clock_id: (climb, chain) for climb, chain in there}
    found = []
    for each, broken in late:
        for clock in broken:
            chain = chains.get(clock.id)
            if chain is not None:
                climb = Climb(clock_id=clock.id, application_id=clock.application_id, chain_id=chain.id, rung=0)
                climb.since, climb.next_at = now, now
                session.add(climb)
                held[clock.id] = climb, chain
            if clock.id in held:
                found.append(Climbing(each, clock, *held[clock.id]))
    return found


def levels_reached(found: Sequence[Climbing]) -> dict[int, frozenset[str]]:
    """By the clock the groups at its own office that it has reached."""
    here = (RaisedTo.HEAD, RaisedTo.ADMINISTRATOR)
    return {one.clock.id: frozenset(to for to, _ in one.chain.rungs[: one.climb.rung] if to in here) for one in found}


def go_up(session: Session, found: Sequence[Climbing], told: MutableMapping[int, set[int]]) -> int:
    """Takes these as far up as it is time, and tells each person once of a case; how many cases went up. ``told``: by
    the application who was told of it at this very moment already, and from now on these too."""
    rungs = [(one, to, number) for one in found for to, number in _reached(one)]
    if not rungs:
        return 0
    places = raising.places(session, [Rung(one.each, one.clock, to, _before(one, number)) for one, to, number in rungs])
    for (one, to, number), place in zip(rungs, places, strict=True):
        now, clock = one.each.turn.now, one.clock
        row = Raised(clock_id=clock.id, rung=number, level=to, group=place.group, office_id=place.office.id)
        row.raised_at = now
        session.add(row)
        task = one.each.task_of(clock)
        if task is not None and place.office.id == task.office_id and task.escalated_to != ADMINISTRATOR:
            task.escalated_to = place.group
        data = {"clock": clock.kind, "level": to, "to": place.office.code}
        data |= {"to_km": place.name.km, "to_en": place.name.en}
        one.each.turn.record("raised", element_id=task.element_id if task else "", data=data)
    _tell(rungs, places, told)
    return len({one.clock.application_id for one, _, _ in rungs})


def _before(one: Climbing, number: int) -> tuple[RaisedTo, ...]:
    return tuple(RaisedTo(to) for to, _ in one.chain.rungs[: number - 1])


def _tell(
    rungs: Sequence[tuple[Climbing, RaisedTo, int]],
    places: Sequence[raising.Place],
    told: MutableMapping[int, set[int]],
) -> None:
    told_now: list[tuple[News, list[int]]] = []
    for (one, _, number), place in zip(rungs, places, strict=True):
        turn, application = one.each.turn, one.each.turn.case.application
        text, key = turn.house.texts["promise_raised"], f"{application.id}/raised/{application.event_seq}"
        out = kept_out(turn.session, application)
        for person in place.people:
            if person.id not in out and person.id not in (known := told.setdefault(application.id, set())):
                known.add(person.id)
                tell_officer_about(turn, person, text, key=key, **day_told(one.clock.breached_at, person.language))
                told_now.append((_news(one, number), [person.id]))
    tell_all(rungs[0][0].each.turn.session, told_now, now=rungs[0][0].each.turn.now)


def _news(one: Climbing, number: int) -> News:
    case = one.each.turn.case
    return News(
        NoticeKind.RAISED,
        f"{one.clock.id}/{number}",
        NoticePlace.CASE,
        case.application.key,
        reference=case.application.reference or "",
        what=case.published.package.manifest.title,
    )


def _reached(one: Climbing) -> list[tuple[RaisedTo, int]]:
    """The rungs that a clock has come to by now, with their numbers; its climb says when the next one is due."""
    climb, now, reached = one.climb, one.each.turn.now, []
    calendar = calendar_at(one.each.turn, one.clock.office_id)
    climb.next_at = None
    for to, after in one.chain.rungs[climb.rung :]:
        due: datetime | None = climb.since
        if after:
            counted = clocks.since(intervals(one.clock), climb.since)
            due = clocks.due_at(parse_term(after), counted, calendar)
        if one.clock.status != ClockStatus.RUNNING or due is None or due > now:
            stands_still = one.clock.status != ClockStatus.RUNNING or due is None
            climb.next_at = now + LOOK_AGAIN if stands_still else due
            break
        climb.rung, climb.since = climb.rung + 1, due
        reached.append((RaisedTo(to), climb.rung))
    return reached


def _chains(session: Session, broken: Sequence[tuple[Watched, Clock]]) -> dict[int, EscalationChain]:
    """By the clock the chain that holds for it today: of its service at its office, else of its office, else of its
    service everywhere, else of all; of several the one that began last. One statement."""
    if not broken:
        return {}
    service = {clock.id: each.turn.case.published.package.manifest.key for each, clock in broken}
    today = max(each.today for each, _ in broken)
    rows = session.execute(
        select(EscalationChain, Office.id)
        .join(Office, or_(Office.code == EscalationChain.office_code, EscalationChain.office_code == ""))
        .where(Office.id.in_({clock.office_id for _, clock in broken}), EscalationChain.withdrawn_at.is_(None))
        .where(EscalationChain.service_key.in_(["", *set(service.values())]), EscalationChain.from_day <= today)
        .order_by(EscalationChain.office_code, EscalationChain.service_key, EscalationChain.from_day)
    ).all()
    found: dict[int, EscalationChain] = {}
    for each, clock in broken:
        for chain, office_id in rows:
            fits = chain.service_key in ("", service[clock.id]) and chain.from_day <= each.today
            if fits and office_id == clock.office_id:
                found[clock.id] = chain  # the narrowest comes last
    return {clock_id: chain for clock_id, chain in found.items() if chain.rungs}
