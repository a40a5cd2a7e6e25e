"""After an office's hours or holidays changed: every promise that runs there is reckoned again, in the background.

The change itself is a small transaction: it gives the calendar a new revision and writes down that there are clocks
behind it. Workers go through those in pieces, each a short transaction that holds the cases of the piece and waits for
nobody: what somebody has in hand is passed over and looked at again. A clock says itself by which calendar it was
reckoned, so nothing has to be remembered: who is killed leaves the rest to the next, two workers share the work, and
after a second change what is left is reckoned once, by the newest calendar (decision 54).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from engine.claiming import Soonest, soonest
from engine.house import House
from engine.offices import held_cases
from engine.offices.held_cases import Reckoned
from engine.people.actors import Actor
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from storage.database import give_way
from storage.offices import Office

LONGEST_TRANSACTION: Final = timedelta(minutes=1)
"""Long past this, nothing that began before a change is still to be committed."""
AGAIN: Final = timedelta(seconds=2)
"""After this time cases are looked at again that somebody had in hand. While nothing moves, the pauses grow to a tenth
of the time since the change."""
LONGEST_PAUSE: Final = timedelta(minutes=5)
MOST_BROKEN: Final = 1000
"""So many cases of an office are tried that break."""
TOGETHER: Final = 50
"""So many cases at most are reckoned in one transaction; nobody else takes a step in them meanwhile."""
AT_ONCE: Final = 1000
"""So many are reckoned before other work gets its turn."""
FIRST: Final = 100
"""So many are reckoned at once by whoever makes the change: in an office of the usual size these are all."""
log = structlog.get_logger("owso.calendars")

_Place = tuple[int, int]
_BEGIN: Final[_Place] = (-1, 0)


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the calendars of these offices that was written down, of all when it is ``national``; of this ``day``
    alone, if it was one. Nothing, when everything was so already."""

    offices: tuple[int, ...] = ()
    day: date | None = None
    national: bool = False

    def __bool__(self) -> bool:
        return bool(self.offices)


def begin(
    session: Session,
    offices: Sequence[Office],
    actor: Actor,
    *,
    day: date | None = None,
    national: bool = False,
    now: datetime,
) -> Changed:
    """Gives the calendars of these offices a new revision, and writes down that their open clocks are behind it.

    The caller has locked the offices and written the change, of this ``day`` or of many.
    """
    ids = tuple(office.id for office in offices)
    counted = select(Clock.office_id, func.count()).where(Clock.is_open(), Clock.office_id.in_(ids))
    promises = dict(session.execute(counted.group_by(Clock.office_id)).all())
    for office in offices:
        office.calendar_revision += 1
        session.add(
            CalendarChange(
                office_id=office.id,
                revision=office.calendar_revision,
                day=day,
                made_at=now,
                made_by_id=actor.doer_id,
                made_as=actor.role,
                look_at=now,
                promises=promises.get(office.id, 0),
            )
        )
    session.flush()
    return Changed(ids, day, national)


def reckon_due(house: House, *, now: datetime) -> int:
    """Reckons a part of what is behind; how many cases were looked at, without those that broke."""
    done = work_off(house, now=now, most=AT_ONCE)
    return done.looked - done.broken


def work_off(
    house: House,
    *,
    now: datetime,
    most: int | None = None,
    most_broken: int = MOST_BROKEN,
    offices: Collection[int] | None = None,
    on_piece: Callable[[Reckoned], None] | None = None,
) -> Reckoned:
    """Reckons the clocks that are behind, of all offices or of these, in so many cases at most.

    A case that somebody has in hand, or that breaks, is left for the next time and stops no other; one that breaks
    takes no other's place. After ``most_broken`` of them an office is left for the next time.
    """
    done = Reckoned()
    for office_id in _to_look_at(house, offices, now):
        theirs = Reckoned()
        for window in _windows(house, office_id):
            together = done + theirs
            if most is not None and together.looked - together.broken >= most:
                return together + Reckoned(is_all=False)
            piece = _reckon(house, office_id, window, now)
            theirs += piece
            if on_piece is not None:
                on_piece(piece)
            if theirs.broken >= most_broken:
                break
        done += theirs + Reckoned(is_all=_put_down(house, office_id, now, has_moved=theirs.cases > 0))
    return done


def next_due(after: datetime | None = None) -> Soonest:
    """When somebody is to look for clocks that are behind."""
    return soonest(CalendarChange.look_at, CalendarChange.look_at.is_not(None), after=after)


def is_behind(office_id: int) -> ColumnElement[bool]:
    """The open clocks of an office that were reckoned by an earlier calendar."""
    newest = select(Office.calendar_revision).where(Office.id == office_id).scalar_subquery()
    return (Clock.office_id == office_id) & Clock.is_open() & (Clock.calendar_revision < newest)


def _to_look_at(house: House, offices: Collection[int] | None, now: datetime) -> Sequence[int]:
    wanted = select(CalendarChange.office_id).where(CalendarChange.look_at.is_not(None), CalendarChange.look_at <= now)
    if offices is not None:
        wanted = wanted.where(CalendarChange.office_id.in_(offices))
    with house.database.reading() as session:
        return session.scalars(wanted.distinct().order_by(CalendarChange.office_id)).all()


def _windows(house: House, office_id: int) -> Iterator[Sequence[int]]:
    """The cases of an office with a clock that is behind, so many at a time."""
    place = _BEGIN
    while window := _behind(house, office_id, after=place):
        yield [application_id for _, application_id in window]
        place = window[-1]


def _behind(house: House, office_id: int, *, after: _Place) -> Sequence[_Place]:
    """The next cases with a clock that is behind, behind this place: so, nobody looks twice at one that was passed
    over."""
    place = Clock.calendar_revision, Clock.application_id
    with house.database.reading() as session:
        wanted = select(*place).where(is_behind(office_id), tuple_(*place) > tuple_(*after))
        return session.execute(wanted.distinct().order_by(*place).limit(TOGETHER)).all()


def _reckon(house: House, office_id: int, application_ids: Sequence[int], now: datetime) -> Reckoned:
    """These cases together; where one breaks, each by itself."""
    try:
        with house.database.transaction() as session:
            give_way(session)
            return held_cases.reckon(session, house, office_id, application_ids, now=now)
    except Exception as failure:  # whatever breaks stops this case, and no other
        if len(application_ids) == 1:
            log.error("not_reckoned", application=application_ids[0], failure=type(failure).__name__)
            return Reckoned(looked=1, broken=1)
    done = Reckoned()
    for application_id in application_ids:
        done += _reckon(house, office_id, [application_id], now)
    return done


def _put_down(house: House, office_id: int, now: datetime, *, has_moved: bool) -> bool:
    """Whether nothing of an office is behind any more. Then it is looked at once more when all is committed that began
    before the change: on PostgreSQL that was reckoned by the calendar of before. Else a little later, and less and less
    often while nothing has moved."""
    with house.database.transaction() as session:
        changes = session.scalars(
            select(CalendarChange)
            .where(CalendarChange.office_id == office_id, CalendarChange.look_at.is_not(None))
            .order_by(CalendarChange.id)
            .with_for_update()
        ).all()
        left = session.scalar(select(Clock.id).where(is_behind(office_id)).limit(1))
        for change in changes:
            settled = change.made_at + LONGEST_TRANSACTION
            if left is not None:
                change.look_at = now + (AGAIN if has_moved else _pause(now - changes[-1].made_at))
                continue
            change.done_at = change.done_at or now
            change.look_at = settled if settled > now else None
    return left is None


def _pause(since: timedelta) -> timedelta:
    """How long until what nobody could reckon is tried again, so long after the newest change."""
    return min(max(since / 10, AGAIN), LONGEST_PAUSE)
