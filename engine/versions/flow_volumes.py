"""How often each sequence flow was really taken, counted behind the cases: no step pays, no page reads a history.

Every case is walked again through its recorded steps, and what it took since it was last counted is added to the month
and the office. New cases are found behind the last one that was counted, changed ones among those that went on then, so
that looking for them costs nothing for cases that are over. Those that went on are looked through piece by piece, since
a nation has a million of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final

import structlog
from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.versions.replaying import found_case, walked
from storage.applications import Application
from storage.processes import LIVE_INSTANCE, ProcessInstance
from storage.traffic import CountedCase, FlowVolume

EVERY: Final = timedelta(hours=1)
"""So often it is looked which cases went on."""
TOGETHER: Final = 20
"""Cases that are read in one transaction, and written down in the next."""
LOOKED_THROUGH: Final = 1000
"""So many applications are looked through in one piece, whatever is found of them."""
SETTLED: Final = timedelta(minutes=5)
"""A case that was begun less long ago may be beside one with a smaller number that nobody can see yet."""
Volume = tuple[int, str, int, str]
"""Definition, month, office and flow."""
log = structlog.get_logger("owso.flows")
_FACTS: Final = (Application.event_seq, ProcessInstance.status, ProcessInstance.started_at)


@dataclass(frozen=True, slots=True)
class _Due:
    """A case that is to be counted from behind the event ``counted`` (None: from its beginning) to ``event_seq``."""

    application_id: int
    counted: int | None
    event_seq: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """A piece of the counting: so many cases were counted, and the next piece begins behind the application
    ``position``; 0 when all were looked through."""

    cases: int
    position: int


def count(house: House, *, after: int = 0, now: datetime) -> Counted:
    """Counts the next cases ``after`` an application, ``TOGETHER`` at most."""
    with house.database.reading() as session:
        found, position = _due(session, after, now)
        ways = [_taken(session, house, one) for one in found]
    with house.database.transaction() as session:
        volumes: Counter[Volume] = Counter()
        for one, taken in zip(found, ways, strict=True):
            volumes += taken if _note(session, one) else Counter()
        for key, taken_now in sorted(volumes.items()):
            _add(session, key, taken_now)
    return Counted(len(found), position)


def _due(session: Session, after: int, now: datetime) -> tuple[list[_Due], int]:
    """The cases to be counted, and where the next piece begins: first those that were counted before and went on,
    behind them the new ones."""
    last = session.scalar(select(func.max(CountedCase.application_id))) or 0
    rows = list(session.execute(_changed(after)))
    is_last = after + LOOKED_THROUGH >= last
    if is_last and len(rows) < TOGETHER:
        new = session.execute(_new(last, TOGETHER - len(rows)))
        rows += takewhile(lambda row: row.started_at < now - SETTLED, new)
    if len(rows) == TOGETHER:
        position: int = rows[-1].application_id
    else:
        position = 0 if is_last else after + LOOKED_THROUGH
    return [_Due(one, counted, seq, status in LIVE_INSTANCE) for one, counted, seq, status, _ in rows], position


def _changed(after: int) -> Select[*tuple[Any, ...]]:
    """Of the next applications those that were counted, were open then and went on."""
    return (
        select(CountedCase.application_id, CountedCase.event_seq, *_FACTS)
        .join(Application, Application.id == CountedCase.application_id)
        .join(ProcessInstance, ProcessInstance.application_id == CountedCase.application_id)
        .where(CountedCase.application_id > after, CountedCase.application_id <= after + LOOKED_THROUGH)
        .where(CountedCase.is_open, Application.event_seq > CountedCase.event_seq)
        .order_by(CountedCase.application_id)
        .limit(TOGETHER)
    )


def _new(last: int, most: int) -> Select[*tuple[Any, ...]]:
    """Cases behind the last one that was counted."""
    return (
        select(ProcessInstance.application_id, null(), *_FACTS)
        .join(Application, Application.id == ProcessInstance.application_id)
        .where(ProcessInstance.application_id > last)
        .order_by(ProcessInstance.application_id)
        .limit(most)
    )


def _taken(session: Session, house: House, one: _Due) -> Counter[Volume]:
    """What the case took; as far as it can be walked, which stops no other."""
    try:
        instance, office = found_case(session, one.application_id)
        calendar = house.calendars.of(session, office)
        walk = walked(session, house, instance, calendar, up_to=one.event_seq)
    except Exception as failure:
        log.error("flows_not_counted", case=one.application_id, failure=type(failure).__name__)
        return Counter()
    return Counter(
        (step.definition_id, f"{calendar.local_date(step.at):%Y-%m}", office.id, flow)
        for step in walk.ways
        if step.event_seq > (one.counted or 0)
        for flow in step.flows
    )


def _note(session: Session, one: _Due) -> bool:
    """Writes down how far the case is counted; False when another worker was quicker."""
    row = session.get(CountedCase, one.application_id, with_for_update=True)
    if (row.event_seq if row else None) != one.counted:
        return False
    if row is None:
        session.add(CountedCase(application_id=one.application_id, event_seq=one.event_seq, is_open=one.is_open))
    else:
        row.event_seq, row.is_open = one.event_seq, one.is_open
    return True


def _add(session: Session, key: Volume, taken: int) -> None:
    row = session.get(FlowVolume, key)
    if row is None:
        definition_id, month, office_id, flow_id = key
        session.add(
            FlowVolume(definition_id=definition_id, month=month, office_id=office_id, flow_id=flow_id, taken=taken)
        )
    else:
        row.taken += taken
