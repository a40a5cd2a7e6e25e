"""The report of looks: who of the offices looked at people and cases how often, what for, and how far from their own
offices. It names nobody who was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median_low
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from engine.case.look_purposes import PURPOSE_OF, PURPOSES, TASK
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.pages import Page, page_of
from engine.queries.shared.people import person_name
from storage.look_reasons import LookReason, LookWhy
from storage.months import local_day
from storage.offices import Office
from storage.people import AccessLog, Person

LOCAL_ZONE: Final = ZoneInfo("Asia/Phnom_Penh")
LONGEST: Final = timedelta(days=30)
"""Between the first and the last day of a report."""
FIRST_DAY: Final = date(2000, 1, 1)
MANY: Final = 30
TIMES_USUAL: Final = 3
"""A day stands out with at least so many looks beyond one's own offices, and so many times what half of the people who
looked beyond theirs on some day of the report have."""
MOST_OUTSTANDING: Final = 20
MOST_LINES: Final = 20_000
"""The longest file."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a report, first and last included."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From this moment, and before that one."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time.min, LOCAL_ZONE), datetime.combine(after, time.min, LOCAL_ZONE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which looks: of one person, of one purpose or reason; ``only_outside``: beyond the looker's own offices."""

    person_id: int | None = None
    purpose: str = ""
    only_outside: bool = False


@dataclass(frozen=True, slots=True)
class LookLine:
    """The looks of one person on one day with one purpose: ``purpose`` is a reason that was given (one of ``LookWhy``)
    or what follows from the page (one of ``PURPOSES``)."""

    day: date
    person_id: int
    who: Bilingual
    office: Bilingual | None
    purpose: str
    inside: int
    outside: int
    reasons: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A day on which somebody looked far more often beyond their own offices than others do."""

    day: date
    person_id: int
    who: Bilingual
    outside: int


@dataclass(frozen=True, slots=True)
class Words:
    """A reason that somebody gave with words of their own."""

    at: datetime
    why: str
    text: str


def days_between(first: str, last: str, *, today: date) -> Days:
    """The days that were asked for, at most 31 of them; the last seven where nothing readable was asked."""
    end = min(_day(last) or today, today)
    begin = _day(first) or end - timedelta(days=6)
    return Days(max(min(begin, end), end - LONGEST), end)


def look_lines(session: Session, actor: Actor, days: Days, wanted: Wanted, number: int) -> Page[LookLine]:
    """A page of the report, the newest day first; two statements, and one that names who looked."""
    actor.require(None, ADMINISTRATOR)
    found = page_of(session, _counts(days, wanted), lambda row: row, number)
    return Page(_named(session, found.items), found.number, found.pages, found.total)


def all_look_lines(session: Session, actor: Actor, days: Days, wanted: Wanted) -> tuple[LookLine, ...]:
    """The whole report, for a file; two statements."""
    actor.require(None, ADMINISTRATOR)
    return _named(session, session.execute(_counts(days, wanted).limit(MOST_LINES)).all())


def outstanding(session: Session, actor: Actor, days: Days) -> tuple[Outstanding, ...]:
    """The days that stand out, the most looks first; two statements."""
    actor.require(None, ADMINISTRATOR)
    day, count = local_day(AccessLog.at).label("day"), func.count().label("outside")
    outside = _within(select(day, AccessLog.person_id, count), days).where(AccessLog.is_outside.is_(True))
    rows = session.execute(outside.group_by(day, AccessLog.person_id).order_by(count.desc(), day.desc())).all()
    usual = median_low([0, *(row.outside for row in rows)])  # of one person alone: 0
    enough = max(MANY, TIMES_USUAL * usual)
    out = [row for row in rows if row.outside >= enough][:MOST_OUTSTANDING]
    people = _people(session, {row.person_id for row in out})
    return tuple(
        Outstanding(date.fromisoformat(row.day), row.person_id, people[row.person_id], row.outside) for row in out
    )


def words_given(session: Session, actor: Actor, days: Days, person_id: int) -> tuple[Words, ...]:
    """What one person wrote as their reasons on these days, the newest first, at most a hundred; one statement."""
    actor.require(None, ADMINISTRATOR)
    begin, end = days.moments
    mine = LookReason.person_id == person_id, LookReason.at >= begin, LookReason.at < end, LookReason.text != ""
    rows = session.scalars(select(LookReason).where(*mine).order_by(LookReason.id.desc()).limit(100))
    return tuple(Words(row.at, row.kind, row.text) for row in rows)


def _counts(days: Days, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    day, purpose = local_day(AccessLog.at).label("day"), _purpose().label("purpose")
    outside = func.sum(case((AccessLog.is_outside.is_(True), 1), else_=0)).label("outside")
    keys = (day, AccessLog.person_id, AccessLog.office_id, purpose)
    counted = select(
        *keys, func.count().label("all"), outside, func.count(AccessLog.reason_id.distinct()).label("reasons")
    )
    found = _within(counted, days).outerjoin(LookReason, LookReason.id == AccessLog.reason_id)
    if wanted.person_id is not None:
        found = found.where(AccessLog.person_id == wanted.person_id)
    if wanted.purpose:
        found = found.where(_purpose() == wanted.purpose)
    if wanted.only_outside:
        found = found.where(AccessLog.is_outside.is_(True))
    return found.group_by(*keys).order_by(day.desc(), outside.desc(), AccessLog.person_id, AccessLog.office_id, purpose)


def _within(statement: Select[*tuple[Any, ...]], days: Days) -> Select[*tuple[Any, ...]]:
    begin, end = days.moments
    return statement.where(AccessLog.at >= begin, AccessLog.at < end)


def _purpose() -> ColumnElement[str]:
    pages = {purpose: [page for page, its in PURPOSE_OF.items() if its == purpose] for purpose in PURPOSES}
    ways = [(LookReason.kind == why, literal(why.value)) for why in LookWhy]
    ways += [(AccessLog.page.in_(of), literal(purpose)) for purpose, of in pages.items() if purpose != TASK]
    return case(*ways, else_=literal(TASK))


def _named(session: Session, rows: Sequence[Any]) -> tuple[LookLine, ...]:
    people = _people(session, {row.person_id for row in rows})
    offices = _offices(session, {row.office_id for row in rows if row.office_id is not None})
    return tuple(
        LookLine(
            day=date.fromisoformat(row.day),
            person_id=row.person_id,
            who=people[row.person_id],
            office=offices.get(row.office_id),
            purpose=row.purpose,
            inside=row.all - row.outside,
            outside=row.outside,
            reasons=row.reasons,
        )
        for row in rows
    )


def _people(session: Session, ids: set[int]) -> Mapping[int, Bilingual]:
    rows = session.execute(select(Person.id, Person.name_km, Person.name_latin).where(Person.id.in_(ids)))
    return {row.id: person_name(row.name_km, row.name_latin) for row in rows}


def _offices(session: Session, ids: set[int]) -> Mapping[int, Bilingual]:
    rows = session.scalars(select(Office).where(Office.id.in_(ids)))
    return {row.id: office_name(row) for row in rows}


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None
