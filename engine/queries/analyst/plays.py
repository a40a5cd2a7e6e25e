"""The plays of a draft as analysts see them listed, and what a new one may begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import ErrorsBeforePlay
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import ServicePackage
from engine.packages.playing.examples import scenarios_of
from engine.packages.playing.play import Play, play_of
from engine.packages.trying import office
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown_in
from engine.queries.analyst.package_drafts import DraftLine, line
from engine.studio.keeping import find
from engine.studio.plays import package_to_play
from storage.people import Person
from storage.plays import DraftPlay


@dataclass(frozen=True, slots=True)
class PlayLine:
    """A play in a list: how many moves were made, and its own clock; ``touched_by`` None: the operator."""

    key: str
    name: str
    revision: int
    is_sent: bool
    moves: int
    clock: datetime
    touched_at: datetime
    touched_by: Bilingual | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What a new play may begin with: levels of offices, kinds of applications, start events that no application
    brings about, and the names of the scenarios. ``is_applied_for``: an application begins it."""

    levels: tuple[str, ...]
    kinds: tuple[str, ...]
    starts: tuple[ElementShown, ...]
    scenarios: tuple[str, ...]
    is_applied_for: bool


@dataclass(frozen=True, slots=True)
class PlaysPage:
    """The plays of a draft, touched last first. ``offered`` is None while the draft has errors."""

    line: DraftLine
    plays: tuple[PlayLine, ...]
    offered: Offered | None


def plays_page(session: Session, house: House, actor: Actor, key: str) -> PlaysPage:
    """The plays of a draft and what may begin; ``NotFound``."""
    draft = find(session, actor, key)
    rows = session.execute(
        select(DraftPlay, Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == DraftPlay.touched_by_id)
        .where(DraftPlay.draft_id == draft.id)
        .order_by(DraftPlay.touched_at.desc(), DraftPlay.id.desc())
    ).all()
    try:
        offered = _offered(package_to_play(session, house, actor, key))
    except ErrorsBeforePlay:
        offered = None
    found = tuple(_line(row, play_of(row.kept), _name(km, latin)) for row, km, latin in rows)
    return PlaysPage(line(session, draft), found, offered)


def _line(row: DraftPlay, play: Play, by: Bilingual | None) -> PlayLine:
    clock = play.now.replace(tzinfo=office().zone)
    return PlayLine(row.key, row.name, row.revision, play.is_sent, len(play.moves), clock, row.touched_at, by)


def _offered(package: ServicePackage) -> Offered:
    starts = dict.fromkeys(start.element_id for start in package.process.starts if start.kind != "none")
    return Offered(
        levels=package.manifest.office_levels,
        kinds=package.manifest.kinds,
        starts=tuple(shown_in(one, package) for one in starts),
        scenarios=tuple(one.name for one in scenarios_of(package)),
        is_applied_for=package.is_applied_for,
    )


def _name(km: str | None, latin: str | None) -> Bilingual | None:
    return Bilingual(km or latin or "", latin or km or "") if km or latin else None
