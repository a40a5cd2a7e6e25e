"""Days off of a province or a ministry, which its offices inherit.

Whoever administers the office of the province, or that of the ministry, keeps its list; an administrator of every
office keeps all of them. An office may still keep a day of its own otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, DayListed, NotAllowed, NotFound
from engine.khmer import Bilingual
from engine.offices import recomputing
from engine.offices.day_checks import check_hours, checked_name, day_in_words, note_calendar, stored_hours
from engine.offices.recomputing import Changed
from engine.packages import gazetteer
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from storage.offices import AreaDay, AreaLevel, Ministry, Office, OfficeLevel


@dataclass(frozen=True, slots=True)
class Area:
    """A province by its code, or a ministry by its key."""

    level: AreaLevel
    key: str

    @property
    def whose(self) -> str:
        """In one word, for the security log."""
        return f"{self.level}/{self.key}"


def offices_in(area: Area) -> ColumnElement[bool]:
    """Over offices: those that inherit the days of an area."""
    if area.level == AreaLevel.MINISTRY:
        return Office.ministry_key == area.key
    return and_(Office.level != OfficeLevel.MINISTRY, Office.code.startswith(area.key, autoescape=True))


def area_name(session: Session, area: Area) -> Bilingual:
    """How it is called; ``NotFound`` for a province or a ministry that there is not."""
    if area.level == AreaLevel.PROVINCE:
        place = gazetteer.place(area.key)
        if place is None or place.level != OfficeLevel.PROVINCE:
            raise NotFound
        return Bilingual(place.name.km, place.name.en)
    ministry = session.scalar(select(Ministry).where(Ministry.key == area.key))
    if ministry is None:
        raise NotFound
    return Bilingual(ministry.name_km, ministry.name_en)


def require_may_keep(session: Session, actor: Actor, area: Area) -> None:
    """``NotAllowed`` for whoever administers neither the office of the area nor every one."""
    if actor.acts_for(ADMINISTRATOR, None):
        return
    of_area = Office.ministry_key == area.key if area.level == AreaLevel.MINISTRY else Office.code == area.key
    office_id = session.scalar(select(Office.id).where(of_area))
    if office_id is None or not actor.acts_for(ADMINISTRATOR, office_id):
        raise NotAllowed


def add_day(
    session: Session,
    actor: Actor,
    area: Area,
    day: date,
    *,
    name: Bilingual,
    works: bool = False,
    hours: Sequence[tuple[time, time]] = (),
    now: datetime,
) -> Changed:
    """A day off, a half day or a worked day of every office of an area. The same day twice with the same name changes
    nothing; with another it is refused."""
    area_name(session, area)
    require_may_keep(session, actor, area)
    offices = _locked(session, area)
    name = checked_name(name, day, national=False, works=works)
    check_hours(day, hours)
    written = stored_hours(hours)
    of_area = AreaDay.level == area.level, AreaDay.area == area.key
    there = session.scalar(select(AreaDay).where(AreaDay.day == day, *of_area))
    if there is not None:
        if (there.name_km, there.name_en, there.works, there.hours or []) == (name.km, name.en, works, written):
            return Changed()
        raise BadAnswers({"day": DayListed()})
    kept = {"name_km": name.km, "name_en": name.en, "works": works, "hours": written or None}
    try:
        with session.begin_nested():
            session.add(AreaDay(level=area.level, area=area.key, day=day, **kept))
    except IntegrityError as there_now:  # of an area without offices nothing is locked
        raise BadAnswers({"day": DayListed()}) from there_now
    added = {"is": day_in_words(day, name, works=works, hours=written)}
    note_calendar(session, actor, area.whose, "days_off", added, now=now)
    return recomputing.begin(session, offices, actor, day=day, now=now)


def remove_day(session: Session, actor: Actor, day_id: int, *, now: datetime) -> Changed:
    """Takes a day off the list of an area. One that is gone already, by a second click, changes nothing."""
    listed = session.get(AreaDay, day_id)
    if listed is None:
        return Changed()
    area = Area(listed.level, listed.area)
    require_may_keep(session, actor, area)
    offices = _locked(session, area)
    listed = session.get(AreaDay, day_id, populate_existing=True)
    if listed is None:
        return Changed()
    day, name = listed.day, Bilingual(listed.name_km, listed.name_en)
    removed = {"was": day_in_words(day, name, works=listed.works, hours=listed.hours or ())}
    session.delete(listed)
    note_calendar(session, actor, area.whose, "days_off", removed, now=now)
    return recomputing.begin(session, offices, actor, day=day, now=now)


def _locked(session: Session, area: Area) -> Sequence[Office]:
    """The offices of an area; two editors wait for each other, unless it has none yet."""
    wanted = select(Office).where(offices_in(area)).order_by(Office.id)
    return session.scalars(wanted.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
