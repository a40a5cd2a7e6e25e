"""Warnings and breaches of the clocks of one case: the citizen is told first, then the office, then it escalates.

A new day that was set after a breach is a promise like the first: it is watched, and when it is broken too the case
goes one level higher, as often as that happens. However many clocks of a case come to the same moment, each person gets
one message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.holding import calendar_at
from engine.case.kept_apart import kept_out
from engine.case.messages import day_told, tell_about, tell_officer_about
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.clockwork import climbing, silence
from engine.clockwork.batches import Due
from engine.clockwork.clock_notices import KINDS, LATE, ClockNotices
from engine.clockwork.watched import Officers, Wanted, Watched, watched
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, APPLICANT, HEAD, escalation
from engine.working_time import promises
from engine.working_time.terms import parse_term
from storage.applications import Application
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.events import CaseEvent
from storage.messages import Notification
from storage.people import Person
from storage.processes import OPEN_TASK, ProcessInstance, UserTask
from storage.together import change_together, write_together

Reached: TypeAlias = Mapping[int, AbstractSet[str]]
"""By the clocks that go up a chain: the groups at their office that they have reached."""
NOWHERE: Final[Reached] = {}
"""Of clocks that are not late."""
DEFAULT_EXTENSION = "2 working days"
_ABOVE: Final[Mapping[str, tuple[str, ...]]] = {HEAD: (ADMINISTRATOR,), ADMINISTRATOR: ()}
_WEIGHT: Final = {ClockKind.NORM: 0, ClockKind.TERM: 1, ClockKind.TASK: 2}
"""Which clock a message is about when several come to the same moment: what the applicant was promised, first."""
TO_BREACH: Final = Due(
    Clock.watch_at,
    Clock.id,
    ProcessInstance.application_id == Clock.application_id,
    which=lambda now: Clock.runs() & (Clock.watch_at < now),
)
TO_WARN: Final = Due(
    Clock.warn_at,
    Clock.id,
    ProcessInstance.application_id == Clock.application_id,
    which=lambda now: Clock.is_unwarned() & (Clock.warn_at <= now) & (Clock.watch_at >= now),
)


def warn(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> int:
    """Warns the officers and the heads about every clock of these locked cases whose warning moment has come; in how
    many cases. What of theirs is broken is told first, so that nobody is told twice."""
    return _meet(session, watched(session, house, cases, now=now), now)[1]


def breach(session: Session, house: House, cases: Sequence[Case], *, now: datetime) -> int:
    """For every clock of these locked cases whose day has passed, the first or a new one: tells the applicant when
    their day moves, then the office, and escalates; in how many cases. What of theirs is to be warned of is told with
    it."""
    return _meet(session, watched(session, house, cases, now=now), now)[0]


def _meet(session: Session, cases: Sequence[Watched], now: datetime) -> tuple[int, int]:
    """In how many of the cases something was broken, or decided because nobody did, and in how many of them something
    was warned of."""
    silent = {id(each) for each in cases if silence.decide(each.turn, _broken(each))}
    cases = [each for each in cases if id(each) not in silent]
    late = [(each, broken) for each in cases if (broken := _broken(each))]
    near = [(each, due) for each in cases if (due := _to_warn_of(each))]
    climbs = climbing.on_their_chains(session, late, now)
    reached = climbing.levels_reached(climbs)
    officers = Officers(session, [*wanted_in(late, reached), *wanted_in(near, reached)])
    notices = ClockNotices()
    told = _told_now(session, [each.turn.case.application.id for each, _ in near], now)
    for each, broken in late:
        told[each.turn.case.application.id] |= _breach(each, broken, officers, notices, reached)
    climbing.go_up(session, climbs, told)
    for each, due in near:
        for clock in due:
            clock.warned_at = now
            _record(each, "warned", clock, clock.due_at)
        without = told[each.turn.case.application.id]
        tell_office(each, due, officers, notices, reached, text="task_warned", without=without)
    change_together(session, Clock, UserTask, Application)
    write_together(session, CaseEvent, Notification)
    notices.write(session, now=now)
    return len(silent) + len(late), len(near)


def _to_warn_of(each: Watched) -> list[Clock]:
    now = each.turn.now
    return [
        clock
        for clock in each.clocks
        if clock.status == ClockStatus.RUNNING
        and not (clock.warned_at or clock.breached_at)
        and clock.warn_at
        and clock.warn_at <= now
        and not _is_broken(clock, now)
    ]


def _broken(each: Watched) -> list[Clock]:
    return [clock for clock in each.clocks if _is_broken(clock, each.turn.now)]


def _is_broken(clock: Clock, now: datetime) -> bool:
    return clock.status == ClockStatus.RUNNING and clock.watch_at is not None and clock.watch_at < now


def _breach(
    each: Watched, broken: Sequence[Clock], officers: Officers, notices: ClockNotices, reached: Reached
) -> set[int]:
    """Who was told."""
    turn = each.turn
    extended = ((clock, clock.extension or DEFAULT_EXTENSION) for clock in broken)
    new_day, by = max(
        (calendar_at(turn, clock.office_id).add(turn.now, parse_term(term)), term) for clock, term in extended
    )
    again = any(clock.breaches for clock in broken)
    told = _tell_applicant(turn, each.clocks, new_day)
    text = "promise_broken_again_head" if again else "promise_broken_head"
    people = tell_office(each, broken, officers, notices, reached, text=text)
    for clock in broken:
        missed = clock.watch_at
        promises.extend(clock, by, new_day, told=told, now=turn.now)
        task = each.task_of(clock)
        if task is not None and clock.id not in reached and (clock.escalate_to or clock.breaches > 1):
            task.escalated_to = _level(clock, clock.breaches)
        if clock.breaches == 1:
            _record(each, "breached", clock, missed)
        else:
            _record(each, "breached_again", clock, missed)
    return {*people, turn.case.applicant.id} if told else people


def _tell_applicant(turn: Turn, running: Sequence[Clock], new_day: datetime) -> bool:
    """Tells the applicant the new day before anybody else; whether they were told. What is late inside the office
    breaks no promise to the applicant while the day they were told still stands, or when none was promised."""
    case, promised = turn.case, turn.case.application.promised_at
    if promised is None or new_day <= promised or all(clock.kind == ClockKind.TASK for clock in running):
        return False
    again = any(clock.told_at for clock in running)
    case.application.promised_at = new_day  # which is the date that the message names
    tell_about(
        turn,
        case.applicant,
        turn.house.texts["promise_broken_again" if again else "promise_broken"],
        key=f"{case.application.id}/broken/{case.application.event_seq}",
    )
    return True


def _level(clock: Clock, breaches: int) -> str:
    """The group that a clock has come to when its day was broken so often: the one that the package names or the head,
    then the head, then the administrators."""
    first = clock.escalate_to or HEAD
    levels = (first, *_ABOVE.get(first, (HEAD, ADMINISTRATOR)))
    return levels[min(breaches, len(levels)) - 1]


def _record(each: Watched, kind: str, clock: Clock, due_at: datetime | None) -> None:
    task = each.task_of(clock)
    data: dict[str, Any] = {
        "clock": clock.kind,
        "term": clock.term,
        "due_at": due_at.isoformat() if due_at else None,
    }
    if clock.new_due_at is not None:
        data |= {"new_due_at": clock.new_due_at.isoformat(), "told": clock.told_at == each.turn.now}
    each.turn.record(kind, element_id=task.element_id if task else "", data=data)


def _told_now(session: Session, ids: Sequence[int], now: datetime) -> dict[int, set[int]]:
    """Who was told something of each case at this very moment already."""
    told: dict[int, set[int]] = defaultdict(set)
    rows = select(Notification.application_id, Notification.person_id).where(
        Notification.application_id.in_(ids), Notification.created_at == now
    )
    for application_id, person_id in session.execute(rows) if ids else ():
        if application_id is not None and person_id is not None:
            told[application_id].add(person_id)
    return told


def tell_office(
    each: Watched,
    clocks: Sequence[Clock],
    officers: Officers,
    notices: ClockNotices,
    reached: Reached,
    *,
    text: str,
    without: AbstractSet[int] = frozenset(),
) -> set[int]:
    """One message for each officer whom any of the clocks concerns, about the one that weighs most for them; whom. Of a
    clock on a chain nobody is told instead of those whom it lacks: its rungs follow.
    ``without`` are those who were told of this case at this very moment already."""
    turn, application = each.turn, each.turn.case.application
    concerned: dict[int, tuple[Person, Clock]] = {}
    if not any(task.group == HEAD and task.status in OPEN_TASK for task in each.tasks):  # who is heard hears of it
        without = without | kept_out(turn.session, application)
    for clock in sorted(clocks, key=lambda each: (_WEIGHT[each.kind], each.id)):
        wanted = _wanted(each, clock, reached)
        for person in officers.serving(wanted) if clock.id in reached else officers.of(wanted):
            if person.id not in without:
                concerned.setdefault(person.id, (person, clock))
    key = f"{application.id}/{text}/{application.event_seq}"
    for person, clock in concerned.values():
        due = day_told(clock.watch_at, person.language)
        tell_officer_about(turn, person, turn.house.texts[text], key=key, **due)
        notices.add(each, clock, person.id, KINDS.get(text, LATE))
    return set(concerned)


def wanted_in(held: Sequence[tuple[Watched, Sequence[Clock]]], reached: Reached) -> list[Wanted]:
    """Whom these clocks of these cases concern."""
    return [wanted for each, clocks in held for clock in clocks for wanted in _wanted(each, clock, reached)]


def _wanted(each: Watched, clock: Clock, reached: Reached) -> list[Wanted]:
    """The officers who have the task (before a promise to the applicant is late: all who have a task of the case), or
    the group that should take it, always the head of the office at which the clock runs, and the levels that a breach
    has reached; of a clock that goes up a chain, instead of the head and those, whom it has reached by its rungs. Where
    an office has nobody of these, the administrators."""
    today = each.today
    groups = reached.get(clock.id, {HEAD, *(_level(clock, times) for times in range(1, clock.breaches + 2))})
    wanted = [Wanted(frozenset(groups), clock.office_id, today)]
    for task in _tasks_of(each, clock):
        if task.assignee_id is None:
            wanted.append(Wanted(frozenset({task.group}), task.office_id, today))
        else:  # who has left since is not told any more
            theirs = frozenset({task.group, *escalation(task.escalated_to)})
            wanted.append(Wanted(theirs, task.office_id, today, only=task.assignee_id))
    return wanted


def _tasks_of(each: Watched, clock: Clock) -> list[UserTask]:
    """The task of a clock; while a promise to the applicant can still be kept, every task that the office has open."""
    if clock.user_task_id is not None:
        return [task for task in each.tasks if task.id == clock.user_task_id]
    if clock.watch_at is None or clock.watch_at < each.turn.now:
        return []
    return [task for task in each.tasks if task.status in OPEN_TASK and task.group != APPLICANT]
