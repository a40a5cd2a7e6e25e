"""The catalogue that anybody reads: the services by ministry, by the level of their offices and by place, and found by
words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import OFFICE_LEVELS, gazetteer
from engine.packages.covers import Cover
from engine.queries.public.near import holds, joined, nearly_holds
from engine.queries.public.services import service_in_words
from engine.working_time.terms import Term
from storage.normal_form import words_of
from storage.offices import Office, OfficeLevel, OfficeService

ON_A_PAGE: Final = 40
"""Services on a page of the list: more than the pilot has, and few enough for a telephone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is empty is not asked. ``place`` is the code of a province, district or commune,
    ``page`` which part of a long list is shown, from 1."""

    search: str = ""
    ministry: str = ""
    level: str = ""
    place: str = ""
    page: int = 1

    @property
    def is_anything(self) -> bool:
        """Whether anything is left out."""
        return any((self.search, self.ministry, self.level, self.place))


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service in the list of the portal. ``ready_in``: what is promised, several lengths where answers decide.
    ``other_at``: offices of pilots at which something else holds."""

    key: str
    title: Bilingual
    summary: Bilingual
    ready_in: tuple[Term, ...]
    has_fee: bool
    other_at: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class MinistryServices:
    """The services of one ministry."""

    key: str
    name: Bilingual
    services: tuple[ServiceCard, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services that were looked for, those of one page (``wanted.page``) of ``pages``, and how many there are on
    all; ``is_near``: nothing has the words as typed, these have nearly those. Beside them what may be chosen: all
    ministries by key, the levels, and where the place lies."""

    ministries: tuple[MinistryServices, ...]
    pages: int
    found: int
    is_near: bool
    sectors: tuple[tuple[str, Bilingual], ...]
    levels: tuple[str, ...]
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the list needs of a published service: its card, and the texts in which words are looked for."""

    card: ServiceCard
    ministry: str
    ministry_name: Bilingual
    levels: tuple[str, ...]
    texts: str


def catalogue(session: Session, house: House, wanted: Wanted, *, today: date, now: datetime) -> Catalogue:
    """A page of the published services that fit; what is no ministry, level or place is not asked, and a page that is
    not there is the last. Two statements at most, however many services there are, and some for each of a pilot."""
    covers, piloted = house.catalog.overview(session, now=now)
    entries = tuple(filter(None, map(_entry, covers)))
    sectors = {one.ministry: one.ministry_name for one in entries}
    asked = _understood(wanted, sectors)
    there = _offered_at(session, asked, today) if asked.place else None
    fitting = [one for one in entries if _fits(one, asked, there)]
    found, is_near = _found(fitting, words_of(asked.search))
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(1, wanted.page), pages)
    shown = _by_ministry(found)[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    asked = replace(asked, page=page)
    shown = [_with_pilots(session, house, one, today, now) if one.card.key in piloted else one for one in shown]
    return Catalogue(_grouped(shown), pages, len(found), is_near, tuple(sorted(sectors.items())), OFFICE_LEVELS, asked)


def every_service(session: Session, house: House, *, now: datetime) -> tuple[ServiceCard, ...]:
    """All published services that people apply for, by ministry; one statement."""
    entries = map(_entry, house.catalog.covers(session, now=now))
    return tuple(one.card for one in _by_ministry(one for one in entries if one is not None))


@lru_cache(maxsize=1024)
def _entry(cover: Cover) -> _Entry | None:
    """None for what nobody looks for in the list."""
    manifest = cover.manifest
    if manifest.purpose != "application" or not cover.is_applied_for:
        return None
    searched = (manifest.title, cover.summary, cover.ministry.name)
    return _Entry(
        ServiceCard(manifest.key, manifest.title, cover.summary, manifest.promised.lengths, bool(manifest.fees)),
        cover.ministry.key,
        cover.ministry.name,
        tuple(manifest.office_levels),
        "\n".join(joined(one) for text in searched for one in (text.km, text.en)),
    )


def _with_pilots(session: Session, house: House, one: _Entry, today: date, now: datetime) -> _Entry:
    told = service_in_words(session, house, one.card.key, today, now=now)
    names = tuple(office.name for pilot in told.pilots for office in pilot.offices)
    return replace(one, card=replace(one.card, other_at=names))


def _understood(wanted: Wanted, sectors: Collection[str]) -> Wanted:
    place = gazetteer.place(wanted.place) if len(wanted.place) <= 6 else None
    return Wanted(
        wanted.search,
        wanted.ministry if wanted.ministry in sectors else "",
        wanted.level if wanted.level in OFFICE_LEVELS else "",
        place.current_code if place is not None else "",
    )


def _fits(one: _Entry, asked: Wanted, there: set[tuple[str, str]] | None) -> bool:
    if asked.ministry not in ("", one.ministry):
        return False
    levels = [level for level in one.levels if asked.level in ("", level)]
    return bool(levels) and (there is None or any((one.card.key, level) in there for level in levels))


def _offered_at(session: Session, asked: Wanted, today: date) -> set[tuple[str, str]]:
    """Services and the levels of the offices that offer them today for people of the place: those inside it, those of
    the district and province in which it lies, and those of the ministries."""
    above = [asked.place[:digits] for digits in range(2, len(asked.place) + 1, 2)]
    serves = or_(
        Office.level == OfficeLevel.MINISTRY,
        Office.code.in_(above),
        (Office.level == OfficeLevel.DISTRICT) & Office.code.startswith(asked.place, autoescape=True),
    )
    rows = session.execute(
        select(OfficeService.service_key, Office.level)
        .join(Office, Office.id == OfficeService.office_id)
        .where(
            OfficeService.office_id.in_(select(Office.id).where(serves)),
            OfficeService.is_offered(today),
        )
        .distinct()
    )
    return {(key, level.value) for key, level in rows}


def _found(entries: list[_Entry], wanted: list[str]) -> tuple[list[_Entry], bool]:
    """Those with every word; where none has them all, those that nearly have."""
    exact = [one for one in entries if holds(one.texts, wanted)]
    if exact or not wanted:
        return exact, False
    near = [one for one in entries if nearly_holds(one.texts, wanted)]
    return near, bool(near)


def _by_ministry(entries: Iterable[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda one: one.ministry)


def _grouped(entries: list[_Entry]) -> tuple[MinistryServices, ...]:
    found: dict[str, list[_Entry]] = {}
    for one in entries:
        found.setdefault(one.ministry, []).append(one)
    return tuple(
        MinistryServices(key, there[0].ministry_name, tuple(one.card for one in there)) for key, there in found.items()
    )
