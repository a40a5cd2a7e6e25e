"""What time does, in six parts that each keep their own pace: deadlines (timers, promises, reminders), what goes
between cases, the post, what is asked of the outside, what keeps the house in order, and the upkeep behind it.

A sweep does what is due in one part or in all of them. Every piece of work is a transaction that looks again, under the
lock, whether there is still something to do: any number of workers may sweep at once, and one that is killed leaves the
rest to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.applications import lapsing
from engine.claiming import Soonest, soonest
from engine.clockwork import climbing, deadlines, digests, monthly_reports, outbox, reminders, reports, timers, upkeep
from engine.clockwork.batches import Act, Due
from engine.flow import bringing, connector_answers, follow_ups
from engine.house import House
from engine.money import bank_polling
from engine.offices import departures, recomputing
from engine.people import security_log
from engine.releases import replaying, telling
from engine.results import drawing, renewals
from engine.versions import transfers, trials
from storage.chains import Climb
from storage.clocks import Clock
from storage.follow_ups import StartEvent
from storage.processes import Timer
from storage.transfers import Transfer

log = structlog.get_logger("owso.schedule")


@dataclass(frozen=True, slots=True)
class Swept:
    """How much a sweep did; ``messages`` were due and left, are recorded or wait for a later moment, ``removed`` are
    drafts that nobody came back to, ``tried`` the trials of many cases that went on, ``reckoned`` the cases whose
    office changed its calendar, ``raised`` those that went up their chain, ``files`` the lists that
    were made into files."""

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
    reckoned: int
    raised: int
    files: int

    def __bool__(self) -> bool:
        return any(astuple(self))


Moment: TypeAlias = Callable[[datetime | None], Soonest]
"""When some work is due next, of the moments later than the one given."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: does what is due and may say how much that was, under the name ``counted`` of ``Swept``.

    What has a ``moment`` is done when it has come; what has none is looked for in every sweep."""

    act: Callable[..., object]
    name: str
    counted: str = ""
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what time does: its work, in the order in which it is done."""

    name: str
    work: tuple[Work, ...]


def sweep(house: House, *, now: datetime, parts: Sequence[Part] | None = None) -> Swept:
    """Does what is due now, in these parts or in all. A piece that fails is logged and left; the others go on."""
    done: Counter[str] = Counter()
    for part in EVERYTHING if parts is None else parts:
        for work in _due(house, part, now):
            done[work.counted] += _done(work, house, now)
    return Swept(**{name: done[name] for name in Swept.__slots__})


def next_due(
    session: Session, *, after: datetime | None = None, parts: Sequence[Part] | None = None
) -> datetime | None:
    """The next moment at which a sweep will find something; ``None`` when nothing is planned. One statement. Where no
    parts are named, of those that people wait for: the upkeep always has a next piece.

    ``after`` is the moment of a sweep that found nothing to do: what was due then is stuck behind an incident, which
    only a person ends, and hides nothing that falls due after it.
    """
    works = [work for part in (FOR_PEOPLE if parts is None else parts) for work in part.work]
    return min(_moments(session, works, after).values(), default=None)


def _due(house: House, part: Part, now: datetime) -> list[Work]:
    """The work of a part for which it is time; all of it when the database does not say."""
    try:
        with house.database.reading() as session:
            moments = _moments(session, part.work, None)
    except SQLAlchemyError:
        return list(part.work)
    return [work for work in part.work if work.moment is None or (work.name in moments and moments[work.name] <= now)]


def _moments(session: Session, works: Sequence[Work], after: datetime | None) -> dict[str, datetime]:
    """When each work is due next, by its name, where it is; one statement."""
    asked = {work.name: work.moment(after) for work in works if work.moment is not None}
    if not asked:
        return {}
    found = session.execute(select(*(moment.label(name) for name, moment in asked.items()))).one()
    return {name: moment for name, moment in zip(asked, found, strict=True) if moment is not None}


def _done(work: Work, house: House, now: datetime) -> int:
    """What this kind of work did. When it breaks as a whole, the other kinds still get their turn."""
    try:
        done = work.act(house, now=now)
    except Exception as failure:  # the next sweep tries again
        log.error("sweep_failed", work=work.name, failure=type(failure).__name__)
        return 0
    return done if isinstance(done, int) else 0


def _of_cases(due: Due, act: Act, counted: str, moment: Moment) -> Work:
    return Work(partial(_work_off, due, act), counted, counted, moment)


def _work_off(due: Due, act: Act, house: House, *, now: datetime) -> int:
    return due.work_off(house, act, now=now)


def _breach(after: datetime | None) -> Soonest:
    kept_until = after and after - timedelta(microseconds=1)  # what is done at the due moment itself is not late
    return soonest(Clock.watch_at, Clock.runs(), after=kept_until)


IN_ORDER: Final = Part(
    "order",
    (
        Work(recomputing.reckon_due, "recomputing", "reckoned", recomputing.next_due),
        Work(departures.give_back, "departures"),
        Work(security_log.seal_new, "security_log"),
        Work(
            transfers.go_on_with_all,
            "transfers",
            "transferred",
            lambda after: soonest(Transfer.made_at, Transfer.goes_on(), after=after),
        ),
        Work(trials.go_on_due, "trials", "tried", trials.next_due),
        Work(replaying.settle_due, "replaying"),
        Work(telling.tell_due, "telling", "", telling.next_due),
        Work(monthly_reports.tell_due, "monthly_reports", "", monthly_reports.next_due),
        Work(renewals.tell_due, "renewals", "", renewals.next_due),
        Work(drawing.draw_due, "drawing", "", drawing.next_due),
        Work(lapsing.lapse_due, "lapsing", "removed"),
    ),
)
DEADLINES: Final = Part(
    "deadlines",
    (
        _of_cases(timers.DUE, timers.fire, "timers", lambda after: soonest(Timer.due_at, after=after)),
        _of_cases(deadlines.TO_BREACH, deadlines.breach, "breached", _breach),
        _of_cases(
            deadlines.TO_WARN,
            deadlines.warn,
            "warned",
            lambda after: soonest(Clock.warn_at, Clock.is_unwarned(), after=after),
        ),
        Work(climbing.raise_due, "raised", "raised", lambda after: soonest(Climb.next_at, after=after)),
        _of_cases(reminders.DUE, reminders.remind, "reminded", reminders.next_due),
    ),
)
BETWEEN: Final = Part(
    "between",
    (
        Work(follow_ups.fire_due, "follow_ups", "", lambda after: soonest(StartEvent.due_at, after=after)),
        Work(bringing.route_due, "bringing", "routed"),
    ),
)
OUTSIDE: Final = Part(
    "outside",
    (
        Work(bank_polling.ask_due, "bank", "paid"),
        Work(connector_answers.make_due, "calls", "called", connector_answers.next_due),
        Work(reports.ask_due, "reports", "", reports.next_due),
    ),
)
POST: Final = Part(
    "post",
    (
        Work(digests.send_at_once, "at_once", "", digests.next_at_once),
        Work(digests.send_digests, "digests", "", digests.next_digests),
        Work(outbox.deliver_due, "outbox", "messages", outbox.next_due),
    ),
)
UPKEEP: Final = Part("upkeep", (Work(upkeep.tidy_due, "upkeep", "", upkeep.next_due),))
"""A piece of each chore that is due, twice a second while there is more of it."""
FOR_PEOPLE: Final = (IN_ORDER, DEADLINES, BETWEEN, OUTSIDE, POST)
EVERYTHING: Final = (*FOR_PEOPLE, UPKEEP)
