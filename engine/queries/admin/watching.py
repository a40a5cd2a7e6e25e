"""Whose cases somebody watches in the control room: those of the own offices and of what lies below them.

An administrator, a head or a governor watches the own offices; at the office of a province also its districts (whose
codes begin with the same two digits), at the office of a ministry also its services wherever they are. Whoever belongs
to one of the three groups for every office watches the nation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, false, or_, select
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.errors import NotAllowed
from engine.khmer import Bilingual
from engine.packages.gazetteer import PROVINCE_DIGITS, place
from engine.packages.groups import ADMINISTRATOR, GOVERNOR, HEAD
from engine.people.actors import THE_CLOCK, Actor
from engine.queries.shared.names import Names
from storage.offices import Office, OfficeLevel

WHO_WATCHES: Final = (ADMINISTRATOR, HEAD, GOVERNOR)


@dataclass(frozen=True, slots=True)
class WatchFilter:
    """Which part of what is watched: a province (two digits), the code of an office, the key of a service; empty lets
    all through."""

    province: str = ""
    office: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """The cases that are watched: at these ``offices`` (``None`` for all) or of these ``services``; ``only`` narrows
    them to offices that were asked for. ``places`` are the offices that can be asked for, by province; ``reader`` is
    who watches."""

    now: datetime
    offices: frozenset[int] | None
    services: frozenset[str] = frozenset()
    only: frozenset[int] | None = None
    service: str = ""
    places: Mapping[int, str] = field(default_factory=dict)
    reader: Actor = THE_CLOCK

    def of(self, table: Any) -> Iterator[ColumnElement[bool]]:
        """The conditions on a table of clocks, or of numbers of them."""
        if self.only is not None:
            yield table.office_id.in_(sorted(self.only)) if self.only else false()
        if self.offices is not None:
            here = table.office_id.in_(sorted(self.offices)) if self.offices else false()
            yield or_(here, table.service_key.in_(sorted(self.services))) if self.services else here
        if self.service:
            yield table.service_key == self.service

    def reads(self, application_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Over a column of applications, where single cases are shown: the reader is not kept apart from this one."""
        return not_apart(self.reader, application_id)

    def few_offices(self, most: int) -> Sequence[int]:
        """The offices where all that is asked for lies, where they are so few; nothing where they are more."""
        asked = self.only
        if self.offices is not None and not self.services:
            asked = self.offices if asked is None else asked & self.offices
        return sorted(asked) if asked is not None and len(asked) <= most else ()

    def one_office(self) -> int | None:
        """The office that was asked for, or the only one that is watched, where all its cases are: its officers may be
        named."""
        asked = self.few_offices(1)
        return asked[0] if asked and (self.offices is None or asked[0] in self.offices) else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody may ask for of what they watch: keys and names."""

    provinces: tuple[tuple[str, Bilingual], ...]
    offices: tuple[tuple[str, Bilingual], ...]
    services: tuple[tuple[str, Bilingual], ...]


def choices(names: Names, watch: Watched) -> Choices:
    """The provinces, offices and services of which a case may be watched."""
    everywhere = watch.offices is None or bool(watch.services)
    seen = [one for one in names.offices.values() if everywhere or one.id in (watch.offices or ())]
    provinces = sorted({watch.places[one.id] for one in seen} - {""})
    return Choices(
        tuple((code, province_name(code)) for code in provinces),
        tuple((one.code, one.name) for one in seen),
        tuple((key, names.service(key)) for key in names.services),
    )


def province_name(code: str) -> Bilingual:
    """What a province is called; a code that is none is shown as it is."""
    found = place(code) if len(code) == PROVINCE_DIGITS else None
    return Bilingual(code, code) if found is None else found.name


def watched(session: Session, names: Names, actor: Actor, wanted: WatchFilter, *, now: datetime) -> Watched:
    """What this person watches of what they asked for; one statement. ``NotAllowed`` for whoever watches nothing."""
    if actor.groups.isdisjoint(WHO_WATCHES):
        raise NotAllowed
    rows = session.execute(select(Office.id, Office.code, Office.level, Office.ministry_key)).all()
    own = actor.offices(*WHO_WATCHES)
    offices, services = own, frozenset[str]()
    if own is not None:
        mine = [row for row in rows if row.id in own]
        provinces = {row.code[:2] for row in mine if row.level == OfficeLevel.PROVINCE}
        below = {row.id for row in rows if row.level == OfficeLevel.DISTRICT and row.code[:2] in provinces}
        offices = own | below
        ministries = {row.ministry_key for row in mine if row.ministry_key}
        services = frozenset(key for key, each in names.services.items() if each.ministry.key in ministries)
    places = {row.id: "" if row.level == OfficeLevel.MINISTRY else row.code[:2] for row in rows}
    return Watched(now, offices, services, _asked(rows, places, wanted), wanted.service, places, actor)


def _asked(rows: Any, places: Mapping[int, str], wanted: WatchFilter) -> frozenset[int] | None:
    if wanted.office:
        return frozenset(row.id for row in rows if row.code == wanted.office)
    if wanted.province:
        return frozenset(office for office, province in places.items() if province == wanted.province)
    return None
