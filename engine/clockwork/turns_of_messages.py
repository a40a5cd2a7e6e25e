"""When a message may go: not at night, and not too many to one person at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clockwork.ways import RECORDING, Way
from engine.house import House
from engine.localise import PHNOM_PENH
from storage.messages import MessageChannel, Notification

AN_HOUR: Final = timedelta(hours=1)
HEARD: Final = (MessageChannel.SMS, MessageChannel.TELEGRAM)
"""A telephone makes a sound for them; an e-mail waits quietly by itself."""


class Turns:
    """When messages to these people may go that are taken at this moment; one statement. What it lets go counts."""

    def __init__(self, session: Session, people: Collection[int], now: datetime) -> None:
        self._now = now
        self._left: dict[int, list[datetime]] = defaultdict(list)
        wanted = select(Notification.person_id, Notification.left_at).where(
            Notification.person_id.in_(people), Notification.left_at > now - AN_HOUR, Notification.sender != RECORDING
        )
        for person_id, left_at in session.execute(wanted.order_by(Notification.left_at.desc())) if people else ():
            if person_id is not None and left_at is not None:
                self._left[person_id].append(left_at)

    def held_until(self, house: House, row: Notification, way: Way) -> datetime | None:
        """Until when the message waits; ``None`` when it may go. What is urgent waits for nothing."""
        if row.person_id is None:
            return None
        if not row.is_urgent and way.channel in HEARD and (morning := _morning(house, self._now)):
            return morning
        left, most = self._left[row.person_id], house.pace.messages_an_hour
        if not row.is_urgent and len(left) >= most:  # an hour after the first of as many as an hour may bring
            return left[most - 1] + AN_HOUR
        left.insert(0, self._now)
        return None


def _morning(house: House, now: datetime) -> datetime | None:
    """The end of the quiet hours in which this moment lies."""
    if house.pace.quiet_hours is None:
        return None
    begins, ends = house.pace.quiet_hours
    local = now.astimezone(PHNOM_PENH)
    at = local.time()
    if not (begins <= at < ends if begins < ends else at >= begins or at < ends):
        return None
    morning = datetime.combine(local.date(), ends, PHNOM_PENH)
    return morning if morning > local else morning + timedelta(days=1)
