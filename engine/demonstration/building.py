"""Building a demonstration: offices, officers, published packages, and a month of applications up to now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clockwork import schedule
from engine.demonstration import installing, people, sessions
from engine.demonstration.books import close_books
from engine.demonstration.fitting import Days, Fitting, working_days_from
from engine.demonstration.founding import calendar_around, found, hashing_once, moment_at
from engine.demonstration.playing import Players
from engine.demonstration.refunds import ask_for_refunds
from engine.demonstration.stories import LONGEST, RENEWED, Story, stories
from engine.demonstration.told import CannotGoOn, Told
from engine.errors import DemonstrationUnfinished, Refused
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, ANALYST
from engine.packages.register_rules import NEW
from engine.packages.scenarios import ScenarioStep
from engine.working_time.calendar import WorkingTime
from storage.applications import Application, ApplicationStatus, Certificate
from storage.offices import Office, OfficeService
from storage.people import Membership, Person
from storage.processes import ProcessDefinition

SWEEPS = (time(7, 0), time(17, 30))
"""When the clock looks on a day of the demonstration, local time."""
JUST_NOW = timedelta(minutes=30)
SWEPT = 3 * LONGEST
"""For how many working days the clock looked on each; longer ago on those on which something happened."""
BEFORE = RENEWED + SWEPT
"""How many working days ago the installation was set up."""
APART = timedelta(minutes=7)
"""Nobody in a demonstration does everything at the full hour."""
log = structlog.get_logger("owso.demonstration")


@dataclass(frozen=True, slots=True)
class Built:
    """How many applications were filed, and the stories that could not be told to their end, each in a sentence."""

    applications: int
    stopped: tuple[str, ...]


@dataclass
class _Running:
    """A story that is being told."""

    story: Story
    told: Told
    days: Days
    later: timedelta
    before: tuple[_Running, ...]
    stopped: str = ""

    def moment(self, local: datetime) -> datetime:
        """When something happens that the scenario has at this local moment."""
        return self.days.moment(local).astimezone(UTC) + self.later


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that happens at a moment: the filing of a story (``step`` is None), a step of it, or a look of the
    clock (``running`` is None)."""

    moment: datetime
    order: int
    running: _Running | None = None
    step: ScenarioStep | None = None
    broken: bool = False


def is_empty(house: House) -> bool:
    """Whether nobody has set up an office or published a service here yet. The stories of the demonstration begin
    a month ago: a version that counts from today would be missing in them."""
    with house.database.reading() as session:
        return all(session.scalar(select(row).limit(1)) is None for row in (Office.id, ProcessDefinition.id))


def is_built(house: House) -> bool:
    """Whether what is set up here is the demonstration, down to whoever is hired last. Raises
    ``DemonstrationUnfinished`` for one that is being built, or whose building was stopped."""
    begun, done = (people.officer(role, None).login for role in (ADMINISTRATOR, ANALYST))
    with house.database.reading() as session:
        there = set(session.scalars(select(Person.email).where(Person.email.in_((begun, done)))))
    if begun in there and done not in there:
        raise DemonstrationUnfinished
    return done in there


def sign_ins(house: House) -> list[tuple[str, str, str]]:
    """Whose accounts to try, as place, role and login: a citizen with a running case, one officer of each group at one
    office of each level, and who works everywhere."""
    with house.database.reading() as session:
        citizen = session.scalar(
            select(Person.email)
            .join(Application, Application.applicant_id == Person.id)
            .where(Person.password_hash.is_not(None), Application.status == ApplicationStatus.RUNNING)
            .order_by(Person.id)
            .limit(1)
        )
        officers = session.execute(
            select(Office, Membership.group, Person.email)
            .select_from(Membership)
            .join(Person, Person.id == Membership.person_id)
            .outerjoin(Office, Office.id == Membership.office_id)
            .order_by(Person.id)
        ).all()
    shown = {("", "citizen"): citizen or ""}
    for office, group, login in officers:
        place = (office.ministry_key or office.code) if office else ""
        if office is None or place in people.SHOWN:
            shown.setdefault((place, group), login or "")
    return [(place, group, login) for (place, group), login in shown.items()]


def build(house: House, *, password: str, now: datetime) -> Built:
    """Fills an empty installation, in many transactions: ``is_built`` knows one that was stopped. Everybody signs in
    with ``password``. What the stories would do later than ``now``
    does not happen; one that a package no longer lets be told stops where it is."""
    house = hashing_once(house)
    calendar = calendar_around(now)
    opened = moment_at(working_days_from(calendar.local_date(now), -BEFORE, calendar), time(8, 0))
    codes, staff = found(house, password=password, opened=opened, now=now)
    players = Players(house, staff, password)
    with house.database.reading() as session:
        packages = [one.package for one in house.catalog.all_current(session, now=now)]
        told = stories(packages, offering(session, codes), calendar)
    running = list(_cast(told, codes, calendar, now))
    for due in sorted(_timeline(running, calendar, now), key=lambda each: (each.moment, each.order)):
        _happen(house, players, due)
    with house.database.transaction() as session:
        sessions.publish_ahead(session, house, staff, codes, now=now)
    ask_for_refunds(house, staff, now=now)
    close_books(house, staff, now=now)
    schedule.sweep(house, now=now)
    with house.database.transaction() as session:
        installing.hire_last(session, house, password=password, opened=opened)
    stopped = tuple(each.stopped for each in running if each.stopped)
    for why in stopped:
        log.warning("story_stopped", why=why)
    return Built(sum(bool(each.told.key) for each in running), stopped)


def offering(session: Session, codes: Mapping[str, int]) -> Mapping[str, list[str]]:
    """Of each service the offices, by code, that offer it."""
    offered: dict[str, list[str]] = {}
    by_id = {office_id: code for code, office_id in codes.items()}
    for office_id, key in session.execute(select(OfficeService.office_id, OfficeService.service_key)):
        offered.setdefault(key, []).append(by_id[office_id])
    return offered


def _cast(
    told: tuple[Story, ...], codes: Mapping[str, int], calendar: WorkingTime, now: datetime
) -> Iterator[_Running]:
    """Each story with its applicant, after those that the applicant needs for it."""
    for number, story in enumerate(told, 1):
        before: tuple[_Running, ...] = ()
        for each in (*story.holds, story):
            before += (_begun(number, each, before, codes, calendar, now=now),)
        yield from before


def _begun(
    number: int,
    story: Story,
    before: tuple[_Running, ...],
    codes: Mapping[str, int],
    calendar: WorkingTime,
    *,
    now: datetime,
) -> _Running:
    sample = people.applicant(number)
    begins = working_days_from(calendar.local_date(now), -story.ago, calendar)
    scenario = story.scenario
    held = (begins.date() for moments in scenario.sessions.values() for begins in moments)
    happens = sorted({scenario.starts.date(), *(step.at.date() for step in scenario.steps), *held})
    days = Days(tuple(happens), begins, calendar)
    fits = Fitting(sample, people.COMMUNES.get(story.office, people.COMMUNES["02"]), days, number)
    told = Told(story.service, scenario, sample, codes[story.office], fits, story.at_counter)
    told.moves = lambda local: days.moment(local).astimezone(UTC)
    return _Running(story, told, days, APART * (number % 6), before)


def _timeline(running: list[_Running], calendar: WorkingTime, now: datetime) -> Iterator[_Due]:
    """Every move, and every look of the clock on the days on which offices work: on others nothing falls due that the
    next morning does not find. Longer ago the clock looks on the days of moves alone."""
    moves = [due for each in running for due in _moves(each, now) if due.moment <= now]
    yield from moves
    today, happens = calendar.local_date(now), {calendar.local_date(due.moment) for due in moves}
    earliest = working_days_from(today, -SWEPT, calendar)
    day, each_day = min(happens, default=today), min((day for day in happens if day >= earliest), default=today)
    while day <= today:
        if calendar.is_working_day(day) and (day >= each_day or day in happens):
            yield from (_Due(moment_at(day, at), -1) for at in SWEEPS if moment_at(day, at) <= now)
        day += timedelta(days=1)


def _moves(each: _Running, now: datetime) -> Iterator[_Due]:
    story, steps = each.story, each.story.scenario.steps
    yield _Due(each.moment(story.scenario.starts), 0, each)
    for order, step in enumerate(steps[: story.steps], 1):
        is_last = order == story.steps
        moment = now - JUST_NOW if story.broken and is_last else each.moment(step.at)
        yield _Due(moment, order, each, step, broken=story.broken and is_last)


def _happen(house: House, players: Players, due: _Due) -> None:
    running = due.running
    if running is None:
        schedule.sweep(house, now=due.moment)
        return
    if running.stopped:
        return
    told = running.told
    try:
        if due.step is not None:
            players.take(told, due.step, now=due.moment, broken=due.broken)
            return
        told.person = next((each.told.person for each in running.before), None)
        if running.before and told.scenario.kind != NEW:
            told.continues = _number(house, running.before[-1].told)
        players.file(told, now=due.moment)
    except (CannotGoOn, Refused) as stops:
        running.stopped = f"{told.service}, “{told.scenario.name}”: {type(stops).__name__} {stops}"
        if due.step is None:
            told.key = ""


def _number(house: House, told: Told) -> str:
    """The number of what the story ended with; raises ``CannotGoOn``."""
    mine = select(Certificate.number).join(Application, Application.id == Certificate.application_id)
    with house.database.reading() as session:
        found = session.scalar(mine.where(Application.key == told.key).order_by(Certificate.place))
    if found is None:
        raise CannotGoOn(f"{told.service}, “{told.scenario.name}” granted nothing that could be changed")
    return found
