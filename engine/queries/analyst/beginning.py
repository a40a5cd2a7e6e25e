"""What a draft may begin from, for whoever begins it: published services, shapes, and the ministries it may be for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.ministry import read_ministry
from engine.packages.package import MINISTRY
from engine.people.actors import Actor
from engine.people.ministries import ministries_of
from engine.studio.drafts import shapes
from engine.studio.keeping import WHO_DRAFTS
from storage.offices import Ministry

Choice = tuple[str, Bilingual]
"""A key and its words."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Keys with their words: ``mine`` are the services whose next version one may draft, ``services`` all of them."""

    mine: tuple[Choice, ...]
    services: tuple[Choice, ...]
    shapes: tuple[str, ...]
    ministries: tuple[Choice, ...]


def offered(session: Session, house: House, actor: Actor, *, now: datetime) -> Offered:
    """What this person may begin a draft from."""
    theirs = ministries_of(session, actor, *WHO_DRAFTS)
    covers = house.catalog.covers(session, now=now)
    services = tuple((cover.manifest.key, cover.manifest.title) for cover in covers)
    return Offered(
        mine=tuple(one for one in services if theirs is None or one[0].partition(".")[0] in theirs),
        services=services,
        shapes=shapes(house),
        ministries=tuple(one for one in _ministries(session, house) if theirs is None or one[0] in theirs),
    )


def _ministries(session: Session, house: House) -> list[Choice]:
    """Those that have published something, and those whose file lies in the house."""
    found = {row.key: Bilingual(row.name_km, row.name_en) for row in session.scalars(select(Ministry))}
    for file in sorted(house.processes.glob(f"*/{MINISTRY}")):
        if file.parent.name not in found:
            try:
                found[file.parent.name] = read_ministry(MINISTRY, file.read_bytes()).name
            except PackageRejected:  # said when its services are checked
                continue
    return sorted(found.items())
