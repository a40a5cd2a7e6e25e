"""One-time codes as they reach the telephone or mailbox of somebody: read from what was recorded for them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from engine.clockwork import outbox
from engine.house import House
from storage.messages import Notification
from tests.cast import NOW


def last_message(house: House, address: str, *, now: datetime = NOW) -> dict[str, Any]:
    """The newest message to this telephone or mailbox, once everything that waits has left."""
    outbox.deliver_due(house, now=now)
    with house.database.reading() as session:
        to_them = select(Notification.idempotency_key).where(Notification.address == address)
        key = session.scalar(to_them.order_by(Notification.id.desc()).limit(1))
    assert key is not None, f"nothing was sent to {address}"
    message: dict[str, Any] = orjson.loads(house.recording.file_of(key).read_bytes())
    return message


def last_code(house: House, address: str, *, now: datetime = NOW) -> str:
    """The code in it."""
    return re.findall(r"\b\d{6}\b", last_message(house, address, now=now)["body"])[0]
