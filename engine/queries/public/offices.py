"""An office as anybody may read it: where it is, when it is open, and what each of its services costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.weeks import held_on
from engine.packages import LegalReference
from engine.queries.public.open_hours import OpenDays, open_days
from engine.queries.public.rule_words import FeeOffered, fees_in_words
from engine.queries.public.services import TermInWords, terms_in_words
from storage.offices import Office, OfficeService


@dataclass(frozen=True, slots=True)
class ServiceOffered:
    """A service of an office: what it costs in words, the term of the law, what its facts rest on."""

    key: str
    title: Bilingual
    fees: tuple[FeeOffered, ...]
    terms: tuple[TermInWords, ...]
    legal_basis: tuple[LegalReference, ...]
    illustrative: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sector:
    """The services of one ministry that an office offers."""

    ministry: Bilingual
    services: tuple[ServiceOffered, ...]


@dataclass(frozen=True, slots=True)
class OfficeInWords:
    """The public page of an office, and its fee board."""

    code: str
    name: Bilingual
    address: Bilingual
    phone: str
    open_days: tuple[OpenDays, ...]
    sectors: tuple[Sector, ...]


def office_in_words(session: Session, house: House, code: str, today: date, *, now: datetime) -> OfficeInWords:
    """The office with this code and what it offers today; ``NotFound``, also while it is closed. Three statements."""
    office = session.scalar(select(Office).where(Office.code == code, Office.closed_from.is_(None)))
    if office is None:
        raise NotFound
    offered = set(
        session.scalars(
            select(OfficeService.service_key).where(
                OfficeService.office_id == office.id,
                OfficeService.is_offered(today),
            )
        )
    )
    sectors: dict[str, list[Published]] = {}
    for published in house.catalog.all_current(session, now=now, office_id=office.id):
        manifest = published.package.manifest
        applied_for = manifest.purpose == "application" and published.package.is_applied_for
        if applied_for and published.service_key in offered and office.level in manifest.office_levels:
            sectors.setdefault(published.package.ministry.key, []).append(published)
    return OfficeInWords(
        code=office.code,
        name=office_name(office),
        address=Bilingual(office.address_km, office.address_en),
        phone=office.phone,
        open_days=open_days(held_on(today, office.hours, office.earlier_hours)),
        sectors=_sectors(sectors),
    )


def _sectors(found: Mapping[str, list[Published]]) -> tuple[Sector, ...]:
    return tuple(
        Sector(there[0].package.ministry.name, tuple(map(_offered, there))) for _key, there in sorted(found.items())
    )


@lru_cache(maxsize=1024)
def _offered(published: Published) -> ServiceOffered:
    package, manifest = published.package, published.package.manifest
    return ServiceOffered(
        key=manifest.key,
        title=manifest.title,
        fees=fees_in_words(package),
        terms=terms_in_words(package, manifest.term),
        legal_basis=manifest.legal_basis,
        illustrative=manifest.illustrative,
    )
