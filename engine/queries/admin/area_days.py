"""The lists of days off that provinces and ministries keep for their offices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.area_days import Area, area_name, offices_in, require_may_keep
from engine.packages import gazetteer
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.offices import DayOff, area_days, listed_day
from storage.offices import AreaDay, AreaLevel, Ministry, Office, OfficeLevel


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A province or a ministry whose list somebody keeps."""

    level: AreaLevel
    key: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class AreaPage:
    """The list of an area in a year, and the offices that inherit it."""

    area: AreaShown
    year: int
    days: tuple[DayOff, ...]
    offices: tuple[Bilingual, ...]


def areas_kept(session: Session, actor: Actor) -> tuple[AreaShown, ...]:
    """The provinces, then the ministries, whose lists the administrator keeps; one statement for each ministry at
    most."""
    offices = actor.offices(ADMINISTRATOR)
    if offices is None:
        areas = [Area(AreaLevel.PROVINCE, each.code) for each in gazetteer.provinces()]
        areas += [Area(AreaLevel.MINISTRY, key) for key in session.scalars(select(Ministry.key).order_by(Ministry.key))]
    else:
        of_areas = Office.level.in_((OfficeLevel.PROVINCE, OfficeLevel.MINISTRY))
        rows = session.scalars(select(Office).where(Office.id.in_(sorted(offices)), of_areas).order_by(Office.code))
        areas = [Area(*_kept_by(one)) for one in rows]
    return tuple(AreaShown(area.level, area.key, area_name(session, area)) for area in areas)


def area_page(session: Session, actor: Actor, area: Area, *, year: int) -> AreaPage:
    """One list with the days of a year; ``NotFound``, ``NotAllowed``."""
    name = area_name(session, area)
    require_may_keep(session, actor, area)
    offices = session.scalars(select(Office).where(offices_in(area)).order_by(Office.code))
    days = area_days(session, (area.level, area.key), year)
    return AreaPage(AreaShown(area.level, area.key, name), year, days, tuple(office_name(one) for one in offices))


def area_day(session: Session, actor: Actor, day_id: int) -> tuple[Area, DayOff] | None:
    """One day of a list with whose it is, for whoever may change that list; None when it is gone."""
    row = session.get(AreaDay, day_id)
    if row is None:
        return None
    area = Area(row.level, row.area)
    require_may_keep(session, actor, area)
    return area, listed_day(row, area.level)


def _kept_by(office: Office) -> tuple[AreaLevel, str]:
    if office.ministry_key is not None:
        return AreaLevel.MINISTRY, office.ministry_key
    return AreaLevel.PROVINCE, office.code
