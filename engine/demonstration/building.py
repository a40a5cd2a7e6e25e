"""Building a demonstration: offices, officers, published packages, and a month of applications up to now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from pwdlib import PasswordHash
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clockwork import schedule
from engine.demonstration import people
from engine.demonstration.desk import Desk, Told
from engine.demonstration.stories import STORIES, Move, Story
from engine.house import House
from engine.offices import officers, offices, opening
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import OPERATOR, Actor
from engine.versions import publishing
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays
from engine.working_time.calendars import read_calendar
from storage.offices import Office, OfficeLevel
from storage.people import Person
from storage.processes import ProcessDefinition

SWEEPS = (time(7, 0), time(17, 30))
"""When the clock looks on a day of the demonstration, local time."""
JUST_NOW = timedelta(minutes=30)
BEFORE = timedelta(days=3)
"""How long before its first application the installation was set up."""


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that happens at a moment: a move of a story, or a look of the clock (``told`` is None)."""

    moment: datetime
    order: int
    told: Told | None
    move: Move | None


class _HashedOnce(PasswordHash):
    """Hashing is slow on purpose, and all invented people share one password: it is hashed for the first of them."""

    def __init__(self, usual: PasswordHash) -> None:
        super().__init__(usual.hashers)
        self._hashed: dict[str | bytes, str] = {}

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        if password not in self._hashed:
            self._hashed[password] = super().hash(password, salt=salt)
        return self._hashed[password]


def is_empty(house: House) -> bool:
    """Whether nobody has set up an office or published a service here yet. The stories of the demonstration begin
    a month ago: a version that counts from today would be missing in them."""
    with house.database.reading() as session:
        return all(session.scalar(select(row).limit(1)) is None for row in (Office.id, ProcessDefinition.id))


def is_built(house: House) -> bool:
    """Whether what is set up here is the demonstration."""
    login = people.officer(ADMINISTRATOR, None).login
    with house.database.reading() as session:
        return session.scalar(select(Person.id).where(Person.email == login)) is not None


def build(house: House, *, password: str, now: datetime) -> int:
    """Fills an empty installation; the number of applications. Everybody signs in with ``password``.

    What the stories would do later than ``now`` does not happen.
    """
    house = replace(house, passwords=_HashedOnce(house.passwords))
    opened = _opening_day(now)
    with house.database.transaction() as session:
        _publish(session, house, opened)
        _open_ministries(session, house, password, opened, now)
        codes = _open_offices(session, house, opened, now)
        staff = _hire(session, house, password, opened)
    with house.database.reading() as session:
        desks = {
            code: Desk(house, office_id, staff[code], read_calendar(session, _office(session, code)), password)
            for code, office_id in codes.items()
        }
    told = [Told(story, people.applicant(number)) for number, story in enumerate(STORIES, 1)]
    for due in sorted(_timeline(told, desks, now), key=lambda each: (each.moment, each.order)):
        if due.told is None or due.move is None:
            schedule.sweep(house, now=due.moment)
        else:
            desks[due.told.story.office].play(due.told, due.move, now=due.moment)
    schedule.sweep(house, now=now)
    return sum(bool(each.key) for each in told)


def _opening_day(now: datetime) -> datetime:
    """A few days before the first story, by the calendar that the offices will have."""
    closed = {day for year in (now.year - 1, now.year) for day in public_holidays(year)}
    calendar = WorkingTime(weekly=USUAL_WEEK, holidays=frozenset(closed))
    return min(_start_of(story, calendar, now) for story in STORIES) - BEFORE


def _publish(session: Session, house: House, opened: datetime) -> None:
    for manifest in sorted(house.processes.rglob("service.yaml")):
        publishing.publish(session, house, manifest.parent, author=OPERATOR, note="Demonstration", now=opened)


def _open_ministries(session: Session, house: House, password: str, opened: datetime, now: datetime) -> None:
    """The office of every ministry to which cases of its services go up, with an officer for each group of theirs."""
    working: dict[str, set[str]] = {}
    for published in house.catalog.all_current(session, now=now):
        groups = {task.group for task in published.package.tasks.values() if task.level == OfficeLevel.MINISTRY}
        if groups:
            working.setdefault(published.package.manifest.ministry, set()).update(groups)
    for ministry, groups in sorted(working.items()):
        facts = opening.ministry_facts(session, ministry)
        opening.open_office(session, OPERATOR, facts)
        for group in sorted(groups):
            _enter(
                session, house, people.at_ministry(group, ministry), group, facts.code, password=password, opened=opened
            )


def _open_offices(session: Session, house: House, opened: datetime, now: datetime) -> Mapping[str, int]:
    """The pilot offices; each offers what is published for its level. National holidays of all years in question."""
    codes = {}
    from_day = opened.date()
    for code in people.PILOT:
        codes[code] = opening.open_office(session, OPERATOR, opening.usual_facts(code))
        for published in house.catalog.all_current(session, now=now):
            if "province" in published.package.manifest.office_levels:
                opening.offer(session, OPERATOR, codes[code], published, from_day=from_day)
    for year in sorted({opened.year, now.year, now.year + 1}):
        offices.seed_national_holidays(session, house, OPERATOR, year, now=opened)
    return codes


def _hire(session: Session, house: House, password: str, opened: datetime) -> Mapping[str, Mapping[str, Actor]]:
    """One officer for each role of each office, by office code and role; an administrator and an analyst everywhere."""
    for role in people.EVERYWHERE:
        _officer(session, house, role, None, password=password, opened=opened)
    return {
        code: {
            role: _officer(session, house, role, code, password=password, opened=opened) for role in people.OFFICE_ROLES
        }
        for code in people.PILOT
    }


def _officer(session: Session, house: House, role: str, code: str | None, *, password: str, opened: datetime) -> Actor:
    return _enter(session, house, people.officer(role, code), role, code, password=password, opened=opened)


def _enter(
    session: Session,
    house: House,
    sample: people.Sample,
    role: str,
    code: str | None,
    *,
    password: str,
    opened: datetime,
) -> Actor:
    new = officers.NewOfficer(sample.name.km, sample.name.en, password, email=sample.login)
    person_id = officers.add_officer(session, house, OPERATOR, new, now=opened)
    officers.grant(session, house, OPERATOR, person_id, role, office_code=code, today=opened.date(), now=opened)
    office_id = _office(session, code).id if code else None
    return Actor(person_id, sample.name.km, sample.name.en, memberships=frozenset({(role, office_id)}))


def _office(session: Session, code: str) -> Office:
    return session.scalars(select(Office).where(Office.code == code)).one()


def _timeline(told: list[Told], desks: Mapping[str, Desk], now: datetime) -> Iterator[_Due]:
    """Every move, and every look of the clock between the first move and now."""
    moves = [
        _Due(_moment(each.story, move, desks[each.story.office].calendar, now), order, each, move)
        for each in told
        for order, move in enumerate(each.story.moves)
    ]
    yield from (due for due in moves if due.moment <= now)
    zone = next(iter(desks.values())).calendar.zone
    day = min((due.moment for due in moves), default=now).astimezone(zone).date()
    while day <= now.astimezone(zone).date():
        for at in SWEEPS:
            moment = datetime.combine(day, at, zone).astimezone(UTC)
            if moment <= now:
                yield _Due(moment, -1, None, None)
        day += timedelta(days=1)


def _moment(story: Story, move: Move, calendar: WorkingTime, now: datetime) -> datetime:
    if move.broken:
        return now - JUST_NOW
    day = calendar.local_date(_start_of(story, calendar, now))
    for _ in range(move.day):
        day = _working_day(day, calendar, 1)
    return datetime.combine(day, time.fromisoformat(move.at), calendar.zone).astimezone(UTC)


def _start_of(story: Story, calendar: WorkingTime, now: datetime) -> datetime:
    """Midnight of the day on which a story begins, UTC."""
    day = calendar.local_date(now)
    for _ in range(story.ago):
        day = _working_day(day, calendar, -1)
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)


def _working_day(day: date, calendar: WorkingTime, step: int) -> date:
    day += timedelta(days=step)
    while not calendar.is_working_day(day):
        day += timedelta(days=step)
    return day
