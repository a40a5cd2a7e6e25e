"""Absences of the cast: who is away and who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from engine.house import House
from engine.offices import absences
from engine.offices.absences import Away
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor, load_actor
from tests.cast import NOW, Member

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def key(group: str = FRONT_OFFICE, code: str = "02") -> str:
    """What a post is called in a form; the front office of Battambang."""
    return f"deputy-{code}-{group}"


def away(
    house: House,
    who: Member,
    deputy: Member | None,
    *,
    by: Member | None = None,
    first: date | None = TODAY,
    last: date | None = TODAY + 4 * DAY,
    post: str = key(),
    more: Mapping[str, int] | None = None,
    today: date = TODAY,
    now: datetime = NOW,
) -> int:
    """Somebody is away for a week, as they say themselves unless somebody else is named; the id of the absence."""
    deputies: dict[str, int | None] = {post: deputy.person_id if deputy else None, **(more or {})}
    with house.database.transaction() as session:
        actor = (by or who).actor
        return absences.record(session, actor, who.person_id, Away(first, last, deputies), today=today, now=now)


def at_work(house: House, who: Member, today: date = TODAY) -> Actor:
    """The person as a page finds them on that day."""
    with house.database.reading() as session:
        actor = load_actor(session, who.person_id, today=today)
    assert actor is not None
    return actor
