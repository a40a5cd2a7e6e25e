"""The catalogue that anybody reads: the services by ministry, by the level of their offices and by place, and found by
words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import OFFICE_LEVELS, gazetteer
from engine.packages.covers import Cover
from engine.queries.public.near import holds, joined, nearly_holds
from engine.working_time.terms import Term
from storage.normal_form import words_of
from storage.offices import Office, OfficeLevel, OfficeService


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is empty is not asked. ``place`` is the code of a province, district or commune."""

    search: str = ""
    ministry: str = ""
    level: str = ""
    place: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether anything is left out."""
        return any((self.search, self.ministry, self.level, self.place))


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service in the list of the portal. ``ready_in``: what is promised, several lengths where answers decide."""

    key: str
    title: Bilingual
    summary: Bilingual
    ready_in: tuple[Term, ...]
    has_fee: bool


@dataclass(frozen=True, slots=True)
class MinistryServices:
    """The services of one ministry."""

    key: str
    name: Bilingual
    services: tuple[ServiceCard, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services that were looked for; ``is_near``: nothing has the words as typed, these have nearly those. Beside
    them what may be chosen: all ministries by key, the levels, and where the place lies."""

    ministries: tuple[MinistryServices, ...]
    is_near: bool
    sectors: tuple[tuple[str, Bilingual], ...]
    levels: tuple[str, ...]
    wanted: Wanted


def catalogue(session: Session, house: House, wanted: Wanted, *, today: date, now: datetime) -> Catalogue:
    """The published services that fit; what is no ministry, level or place is not asked. Two statements at most,
    however many services there are."""
    applied_for = [
        cover
        for cover in house.catalog.covers(session, now=now)
        if cover.manifest.purpose == "application" and cover.is_applied_for
    ]
    sectors = {cover.ministry.key: cover.ministry.name for cover in applied_for}
    asked = _understood(wanted, sectors)
    there = _offered_at(session, asked, today) if asked.place else None
    fitting = [cover for cover in applied_for if _fits(cover, asked, there)]
    found, is_near = _found(fitting, words_of(asked.search))
    return Catalogue(_by_ministry(found), is_near, tuple(sorted(sectors.items())), OFFICE_LEVELS, asked)


def _understood(wanted: Wanted, sectors: Collection[str]) -> Wanted:
    place = gazetteer.place(wanted.place) if len(wanted.place) <= 6 else None
    return Wanted(
        wanted.search,
        wanted.ministry if wanted.ministry in sectors else "",
        wanted.level if wanted.level in OFFICE_LEVELS else "",
        place.current_code if place is not None else "",
    )


def _fits(cover: Cover, asked: Wanted, there: set[tuple[str, str]] | None) -> bool:
    manifest = cover.manifest
    if asked.ministry not in ("", cover.ministry.key):
        return False
    levels = [level for level in manifest.office_levels if asked.level in ("", level)]
    return bool(levels) and (there is None or any((manifest.key, level) in there for level in levels))


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
            OfficeService.offered_from <= today,
            or_(OfficeService.offered_to.is_(None), OfficeService.offered_to >= today),
            serves,
        )
        .distinct()
    )
    return {(key, level.value) for key, level in rows}


def _found(covers: list[Cover], wanted: list[str]) -> tuple[list[Cover], bool]:
    """Those with every word; where none has them all, those that nearly have."""
    exact = [cover for cover in covers if holds(_texts(cover), wanted)]
    if exact or not wanted:
        return exact, False
    near = [cover for cover in covers if nearly_holds(_texts(cover), wanted)]
    return near, bool(near)


def _texts(cover: Cover) -> list[str]:
    texts = (cover.manifest.title, cover.summary, cover.ministry.name)
    return [joined(one) for text in texts for one in (text.km, text.en)]


def _by_ministry(covers: Iterable[Cover]) -> tuple[MinistryServices, ...]:
    found: dict[str, list[Cover]] = {}
    for cover in covers:
        found.setdefault(cover.ministry.key, []).append(cover)
    return tuple(
        MinistryServices(key, there[0].ministry.name, tuple(map(_card, there))) for key, there in sorted(found.items())
    )


def _card(cover: Cover) -> ServiceCard:
    manifest = cover.manifest
    return ServiceCard(manifest.key, manifest.title, cover.summary, manifest.promised.lengths, bool(manifest.fees))
