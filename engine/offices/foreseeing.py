"""What a change of a calendar would move, before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.case.catching_up import MovedDay
from engine.house import House
from engine.offices.held_cases import caught_up
from engine.offices.recomputing import Changed
from engine.working_time.calendars import Calendars
from storage.clocks import Clock

FORESEEN: Final = 300
"""Of so many cases a change is reckoned before it is made; of more, the first ones."""
_READ: Final = 4 * FORESEEN
"""Clocks, of which a case has some."""
COUNTED: Final = 100_000
"""So many promises are counted before it is made; of more is said that there are more."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change would move: so many ``clocks`` in so many ``cases``, and so many ``people`` are told a new day.
    ``days`` are those of the applications whose promised day moves, the earliest first.

    Where too many cases may move, not ``is_all`` was reckoned: then this is of the first of them, and ``at_most`` so
    many clocks move; more than ``COUNTED`` when it is more than that."""

    clocks: int = 0
    cases: int = 0
    people: int = 0
    days: tuple[MovedDay, ...] = field(default=(), compare=False)
    is_all: bool = True
    at_most: int = 0


def rehearsed(session: Session, house: House, change: Callable[[], Changed], *, now: datetime) -> Foreseen:
    """What a change of a calendar would move and whom it would tell. It is made, and taken back at once."""
    trial = session.begin_nested()
    try:
        changed = change()
        # Of a calendar that is taken back nothing is kept.
        return _foreseen(session, replace(house, calendars=Calendars()), changed, now) if changed else Foreseen()
    finally:
        trial.rollback()


def _foreseen(session: Session, house: House, changed: Changed, now: datetime) -> Foreseen:
    may_move = _may_move(changed)
    first = select(Clock.application_id).where(*may_move).order_by(Clock.watch_at, Clock.id).limit(_READ)
    rows = session.scalars(first).all()
    found = list(dict.fromkeys(rows))
    is_all = len(rows) < _READ and len(found) <= FORESEEN
    caught = list(caught_up(session, house, sorted(found[:FORESEEN]), now=now))
    days = sorted((each.day for each in caught if each.day is not None), key=lambda day: day.becomes)
    counted = select(Clock.id).where(*may_move).limit(COUNTED + 1).subquery()
    return Foreseen(
        clocks=sum(each.clocks for each in caught),
        cases=sum(each.clocks > 0 for each in caught),
        people=len(days),
        days=tuple(days),
        is_all=is_all,
        at_most=0 if is_all else session.scalar(select(func.count()).select_from(counted)) or 0,
    )


def _may_move(changed: Changed) -> tuple[ColumnElement[bool], ...]:
    """The clocks of which a change may move a moment: those whose day does not lie before what changed. Of the whole
    country they are found by their days, of one office by the office."""
    begins: ColumnElement[bool] = Clock.watch_at.is_not(None)
    if changed.day is not None:
        begins = Clock.watch_at >= datetime.combine(changed.day, time(), UTC) - timedelta(days=1)
    if changed.national:
        return Clock.runs(), begins
    return Clock.is_open(), Clock.office_id.in_(changed.offices), begins
