"""The releases that analysts and approvers see: those of the ministries that they work for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.ministries import ministries_of
from engine.releases.in_hand import may_read
from engine.releases.standing import Standing, standing_of
from storage.offices import Ministry, Office
from storage.people import Person
from storage.releases import MinistryEvent, Release

MOST_SHOWN = 200
NOBODY = Bilingual("អ្នកដំណើរការប្រព័ន្ធ", "Operator")


@dataclass(frozen=True, slots=True)
class Names:
    """What ministries, offices (by code) and people are called."""

    ministries: Mapping[str, Bilingual]
    offices: Mapping[str, Bilingual]
    people: Mapping[int, Bilingual]

    def who(self, person_id: int | None) -> Bilingual:
        """The name of somebody; the operator where it is nobody with an account."""
        return self.people.get(person_id, NOBODY) if person_id is not None else NOBODY


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release in a list: where it stands now, from when, and for which pilot offices (none: for all)."""

    key: str
    ministry_key: str
    ministry: Bilingual
    number: int | None
    title: str
    standing: Standing
    effective_from: datetime | None
    planned_for: datetime | None
    offices: tuple[Bilingual, ...]
    made_at: datetime
    made_by: Bilingual


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The releases that somebody may see, the newest first, the ministries whose history they may read, and those for
    which they may begin a release; ``may_take_in``: whether they import those of others."""

    lines: tuple[ReleaseLine, ...]
    ministries: Mapping[str, Bilingual]
    may_begin: Mapping[str, Bilingual]
    may_take_in: bool


@dataclass(frozen=True, slots=True)
class EventShown:
    """Something that was done for a ministry: by whom, in which release, if in one."""

    at: datetime
    who: Bilingual
    kind: str
    data: Mapping[str, Any]
    release_key: str
    release_title: str


def release_list(session: Session, actor: Actor, *, most: int = MOST_SHOWN, now: datetime) -> ReleaseList:
    """The newest releases of the ministries that somebody works for; of all for an administrator. Seven statements at
    most."""
    ministries = session.scalars(select(Ministry.key).order_by(Ministry.key)).all()
    read = None if actor.acts_for(ADMINISTRATOR, None) else ministries_of(session, actor, ANALYST, APPROVER)
    made = ministries_of(session, actor, ANALYST)
    theirs = [key for key in ministries if read is None or key in read]
    wanted = select(Release).where(Release.ministry_key.in_(theirs)).order_by(Release.id.desc()).limit(most)
    rows = session.scalars(wanted).all()
    names = names_for(session, [row.made_by_id for row in rows])
    return ReleaseList(
        lines=tuple(line_of(row, rows, names, now) for row in rows),
        ministries={key: names.ministries[key] for key in theirs},
        may_begin={key: names.ministries[key] for key in theirs if made is None or key in made},
        may_take_in=bool(actor.groups & {APPROVER, ADMINISTRATOR}),
    )


def ministry_history(
    session: Session, actor: Actor, ministry_key: str, *, most: int = MOST_SHOWN
) -> tuple[Bilingual, tuple[EventShown, ...]]:
    """What a ministry is called, and what was done for it, the newest first; ``NotFound`` for somebody of another."""
    ministry = session.scalar(select(Ministry).where(Ministry.key == ministry_key))
    if ministry is None or not may_read(session, actor, ministry_key):
        raise NotFound
    of_ministry = MinistryEvent.ministry_key == ministry_key
    return Bilingual(ministry.name_km, ministry.name_en), events_shown(session, of_ministry, most)


def events_shown(session: Session, which: ColumnElement[bool], most: int = MOST_SHOWN) -> tuple[EventShown, ...]:
    """The newest of these events, the newest first, with the names of those who did it; two statements."""
    rows = session.execute(
        select(MinistryEvent, Release.key, Release.title)
        .outerjoin(Release, Release.id == MinistryEvent.release_id)
        .where(which)
        .order_by(MinistryEvent.seq.desc())
        .limit(most)
    ).all()
    people = _people(session, [event.actor_id for event, _key, _title in rows])
    return tuple(
        EventShown(event.at, people.get(event.actor_id or 0, NOBODY), event.kind, event.data, key or "", title or "")
        for event, key, title in rows
    )


def line_of(row: Release, siblings: Iterable[Release], names: Names, now: datetime) -> ReleaseLine:
    """A release in a list, among others of which those of its ministry count."""
    theirs = [one for one in siblings if one.ministry_key == row.ministry_key]
    return ReleaseLine(
        key=row.key,
        ministry_key=row.ministry_key,
        ministry=names.ministries[row.ministry_key],
        number=row.number,
        title=row.title,
        standing=standing_of(row, theirs, now),
        effective_from=row.effective_from,
        planned_for=row.planned_for,
        offices=tuple(names.offices.get(code, Bilingual(code, code)) for code in row.offices),
        made_at=row.made_at,
        made_by=names.who(row.made_by_id),
    )


def names_for(session: Session, people: Iterable[int | None]) -> Names:
    """The names of all ministries, of the offices that could be in a pilot, and of these people; three statements."""
    offices = session.scalars(select(Office).where(Office.ministry_key.is_(None)).order_by(Office.code))
    return Names(
        {one.key: Bilingual(one.name_km, one.name_en) for one in session.scalars(select(Ministry))},
        {office.code: office_name(office) for office in offices},
        _people(session, people),
    )


def _people(session: Session, people: Iterable[int | None]) -> dict[int, Bilingual]:
    wanted = {one for one in people if one is not None}
    rows = session.execute(select(Person.id, Person.name_km, Person.name_latin).where(Person.id.in_(wanted)))
    return {row.id: Bilingual(row.name_km or row.name_latin, row.name_latin or row.name_km) for row in rows}
