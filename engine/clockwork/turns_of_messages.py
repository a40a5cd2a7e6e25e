"""When a message may go: not at night, and not too many to one person at once."""

from __future__ import annotations

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


def held_until(session: Session, house: House, row: Notification, way: Way, *, now: datetime) -> datetime | None:
    """Until when the message waits; ``None`` when it may go. What is urgent waits for nothing."""
    if row.is_urgent or row.person_id is None:
        return None
    if way.channel in HEARD and (morning := _morning(house, now)):
        return morning
    return _turn(session, house, row.person_id, now)


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


def _turn(session: Session, house: House, person_id: int, now: datetime) -> datetime | None:
    """An hour after the first of as many messages as an hour may bring."""
    left = select(Notification.left_at).where(
        Notification.person_id == person_id, Notification.left_at > now - AN_HOUR, Notification.sender != RECORDING
    )
    oldest = session.scalar(left.order_by(Notification.left_at.desc()).offset(house.pace.messages_an_hour - 1).limit(1))
    return oldest and oldest + AN_HOUR
