"""What lies under the bells of the cast."""

from __future__ import annotations

from sqlalchemy import select

from engine.house import House
from storage.notices import Notice, NoticeKind
from tests.cast import Member


def notices(house: House, who: Member) -> list[Notice]:
    """What the officer was told, the oldest first."""
    with house.database.reading() as session:
        wanted = select(Notice).where(Notice.person_id == who.person_id).order_by(Notice.id)
        return list(session.scalars(wanted))


def rung(house: House, who: Member) -> list[NoticeKind]:
    """Of what kinds."""
    return [one.kind for one in notices(house, who)]
