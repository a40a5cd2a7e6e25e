"""How far the promises were reckoned again after the calendars of offices changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.offices.area_days import Area, offices_in, require_may_keep
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from storage.offices import Office


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest change, or all that are not done yet, since the first of them (``made_at``): of so many ``promises``
    that were open then so many are ``left`` to look at; those of so many ``stuck`` cases were, and could not be
    reckoned: somebody had the case in hand, or it breaks. Workers gave another moment to so many ``clocks`` in so many
    ``cases`` and told so many ``people`` another day; what somebody's step did meanwhile is not counted."""

    made_at: datetime
    done_at: datetime | None
    promises: int
    left: int
    stuck: int
    clocks: int
    cases: int
    people: int

    @property
    def looked_at(self) -> int:
        return max(self.promises - self.left, 0)


def progress(session: Session, actor: Actor, code: str | None) -> Progress | None:
    """Of one office, or of the whole country when ``code`` is None; None while no calendar was ever changed. At most
    four statements. ``NotFound`` for another's office, ``NotAllowed``."""
    return _progress(session, _whose(session, actor, code))


def progress_of_area(session: Session, actor: Actor, area: Area) -> Progress | None:
    """Of the offices of a province or a ministry; ``NotAllowed``."""
    require_may_keep(session, actor, area)
    return _progress(session, CalendarChange.office_id.in_(select(Office.id).where(offices_in(area))))


def _progress(session: Session, of: ColumnElement[bool]) -> Progress | None:
    going_on = of & CalendarChange.done_at.is_(None)
    newest = select(func.max(CalendarChange.made_at)).where(of).scalar_subquery()
    if found := _sums(session, going_on):
        left, stuck = _left(session, going_on)
        return replace(found, left=left, stuck=stuck, promises=max(found.promises, left))
    return _sums(session, of & (CalendarChange.made_at == newest))


def _whose(session: Session, actor: Actor, code: str | None) -> ColumnElement[bool]:
    if code is None:
        actor.require(None, ADMINISTRATOR)
        return true()
    office_id = session.scalar(select(Office.id).where(Office.code == code))
    if office_id is None or not actor.acts_for(ADMINISTRATOR, office_id):
        raise NotFound
    return CalendarChange.office_id == office_id


def _sums(session: Session, which: ColumnElement[bool]) -> Progress | None:
    """Of several changes of one office the promises are counted once."""
    moved = (func.sum(column).label(column.key) for column in _MOVED)
    of_office = (
        select(
            func.min(CalendarChange.made_at).label("made_at"),
            func.max(CalendarChange.done_at).label("done_at"),
            func.max(CalendarChange.promises).label("promises"),
            *moved,
        )
        .where(which)
        .group_by(CalendarChange.office_id)
        .subquery()
    ).c
    row = session.execute(
        select(
            func.min(of_office.made_at).label("made_at"),
            func.max(of_office.done_at).label("done_at"),
            *(func.sum(of_office[name]).label(name) for name in ("promises", "clocks", "cases", "people")),
        )
    ).one()
    if row.made_at is None:
        return None
    return Progress(
        made_at=row.made_at,
        done_at=row.done_at,
        promises=int(row.promises),
        left=0,
        stuck=0,
        clocks=int(row.clocks),
        cases=int(row.cases),
        people=int(row.people),
    )


_MOVED = (CalendarChange.clocks, CalendarChange.cases, CalendarChange.people)


def _left(session: Session, going_on: ColumnElement[bool]) -> tuple[int, int]:
    """The clocks that are behind, and the cases among them that were looked at since the newest change. Found by those
    clocks: few entries of an index, however many are open."""
    behind = (Clock.office_id == Office.id) & (Clock.calendar_revision < Office.calendar_revision) & Clock.is_open()
    offices = select(CalendarChange.office_id).where(going_on)
    not_tried = offices.where(CalendarChange.look_at <= CalendarChange.made_at)
    stuck = func.count(case((Office.id.not_in(not_tried), Clock.application_id)).distinct())
    counted = select(func.count(Clock.id), stuck).select_from(Office).join(Clock, behind).where(Office.id.in_(offices))
    clocks, cases = session.execute(counted).one()
    return clocks, cases
