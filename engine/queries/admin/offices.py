"""Offices for those who look after them: hours, days off, and what an edit will touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine.case.holding import responsible
from engine.errors import NotAllowed, NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.facts import OfficeWords, words_of
from engine.offices.staffing import TooFew, too_few_offered
from engine.offices.weeks import newest_from
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.working_time.calendar import Opening
from engine.working_time.calendars import Whose, area_of, at_work
from storage.offices import AreaDay, Holiday, Office, OfficeLevel
from storage.tallies import STANDINGS, ClockChange, ClockTally

_HOLDS = ("office", "province", "ministry", "nation")
"""Of a day that is on several lists, that of the first holds."""


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An office in the list: whether it works today, and how many of its promises run."""

    code: str
    name: Bilingual
    level: str
    works_today: bool
    open_clocks: int
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on a list; ``works`` for one on which the office opens all the same, ``hours`` (``07:30``, ``11:30``) where
    it keeps others than usual. ``whose`` list it is: of the ``nation``, a ``province``, a ``ministry`` or an
    ``office``."""

    id: int
    day: date
    name: Bilingual
    whose: str
    works: bool
    hours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OfficePage:
    """One office: how it is called and reached, the office to which its cases go up, its week and the day from which it
    holds (None: always), its days off of a year with those it inherits, and the revision that an edit refers to."""

    code: str
    name: Bilingual
    level: str
    words: OfficeWords
    above: Bilingual | None
    closed_from: date | None
    timezone: str
    weekly: tuple[Opening, ...]
    weekly_from: date | None
    revision: int
    year: int
    days_off: tuple[DayOff, ...]
    open_clocks: int


def office_lines(session: Session, actor: Actor, *, today: date) -> tuple[OfficeLine, ...]:
    """The offices that the administrator looks after, by code; three statements, however many they are."""
    mine = actor.offices(ADMINISTRATOR)
    offices = select(Office).order_by(Office.code)
    if mine is not None:
        offices = offices.where(Office.id.in_(mine))
    found = session.scalars(offices).all()
    running = _open_clocks(session, [office.id for office in found])
    working = at_work(session, found, today)
    return tuple(
        OfficeLine(
            code=office.code,
            name=office_name(office),
            level=office.level,
            works_today=office.id in working,
            open_clocks=running.get(office.id, 0),
            is_closed=office.closed_from is not None,
        )
        for office in found
    )


def office_page(session: Session, actor: Actor, code: str, *, year: int) -> OfficePage:
    """One office with its calendar of that year; ``NotFound`` when it is not the administrator's."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    return OfficePage(
        code=office.code,
        name=office_name(office),
        level=office.level,
        words=words_of(office),
        above=_above(session, office),
        closed_from=office.closed_from,
        timezone=office.timezone,
        weekly=tuple(
            (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in office.hours
        ),
        weekly_from=newest_from(office.earlier_hours),
        revision=office.calendar_revision,
        year=year,
        days_off=_with_inherited(session, year, office),
        open_clocks=_open_clocks(session, [office.id]).get(office.id, 0),
    )


def _above(session: Session, office: Office) -> Bilingual | None:
    """The office of the province to which the cases of a district go up, while it is open."""
    found = responsible(session, office, OfficeLevel.PROVINCE, "") if office.level == OfficeLevel.DISTRICT else None
    return office_name(found) if found is not None else None


def _open_clocks(session: Session, offices: Collection[int]) -> Mapping[int, int]:
    """How many promises of each of these offices run, as they are kept beside the clocks; one statement."""
    kept = union_all(
        *(
            select(table.office_id, sum((getattr(table, name) for name in STANDINGS), literal(0)).label("open"))
            for table in (ClockTally, ClockChange)
        )
    ).subquery()
    wanted = select(kept.c.office_id, func.sum(kept.c.open)).where(kept.c.office_id.in_(offices))
    return {office: int(number) for office, number in session.execute(wanted.group_by(kept.c.office_id))}


def office_lacks(
    session: Session, house: House, actor: Actor, code: str, *, today: date, now: datetime
) -> tuple[TooFew, ...]:
    """The groups with too few people for what the office offers; ``NotFound`` when it is not the administrator's."""
    office = session.scalar(select(Office).where(Office.code == code))
    if office is None or not actor.acts_for(ADMINISTRATOR, office.id):
        raise NotFound
    return too_few_offered(session, house, office, today=today, now=now)


def national_days(session: Session, actor: Actor, *, year: int) -> tuple[DayOff, ...]:
    """The national days off of a year, for an administrator of every office."""
    if not actor.acts_for(ADMINISTRATOR, None):
        raise NotAllowed
    return _days(session, year, None)


def _with_inherited(session: Session, year: int, office: Office) -> tuple[DayOff, ...]:
    """The days of all lists that concern an office, by day: of those on several the one that holds first."""
    of_both = (*_days(session, year, office.id), *area_days(session, area_of(office), year))
    return tuple(sorted(of_both, key=lambda day: (day.day, _HOLDS.index(day.whose))))


def _days(session: Session, year: int, office_id: int | None) -> tuple[DayOff, ...]:
    rows = session.scalars(
        select(Holiday)
        .where(Holiday.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(or_(Holiday.office_id.is_(None), Holiday.office_id == office_id))
        .order_by(Holiday.day, Holiday.office_id.is_(None))
    )
    return tuple(_day_off(row) for row in rows)


def day_off(session: Session, actor: Actor, holiday_id: int) -> DayOff | None:
    """One day of a list, for an administrator who may change that list; None when it is gone."""
    row = session.get(Holiday, holiday_id)
    if row is not None and not actor.acts_for(ADMINISTRATOR, row.office_id):
        raise NotAllowed
    return None if row is None else _day_off(row)


def _day_off(row: Holiday) -> DayOff:
    return listed_day(row, "nation" if row.office_id is None else "office")


def listed_day(row: Holiday | AreaDay, whose: str) -> DayOff:
    """A day as pages show it."""
    hours = tuple((str(opens), str(closes)) for opens, closes in row.hours or ())
    return DayOff(row.id, row.day, Bilingual(row.name_km, row.name_en), whose, row.works, hours)


def area_days(session: Session, area: Whose, year: int) -> tuple[DayOff, ...]:
    """The days that the list of a province or a ministry has in a year; one statement."""
    level, key = area
    of_year = AreaDay.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = select(AreaDay).where(AreaDay.level == level, AreaDay.area == key, of_year).order_by(AreaDay.day)
    return tuple(listed_day(row, level) for row in session.scalars(rows))
