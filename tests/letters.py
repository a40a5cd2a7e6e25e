"""What came to somebody's telephone or mailbox, where messages are only recorded."""

from __future__ import annotations

import re
from datetime import datetime

import orjson
from sqlalchemy import select

from engine.clockwork import outbox
from engine.house import House
from storage.codes import OneTimeCode
from storage.messages import Notification
from tests.cast import NOW


def letters_to(house: House, address: str, *, now: datetime = NOW) -> list[str]:
    """The long words of everything that came there, the oldest first."""
    outbox.deliver_due(house, now=now)
    with house.database.reading() as session:
        sent = select(Notification.idempotency_key).where(Notification.address == address).order_by(Notification.id)
        keys = session.scalars(sent).all()
    return [orjson.loads(house.recording.file_of(key).read_bytes())["body"] for key in keys]


def code_to(house: House, address: str, *, now: datetime = NOW) -> str:
    """The newest one-time code that came there."""
    outbox.deliver_due(house, now=now)
    with house.database.reading() as session:
        asked = select(OneTimeCode.id).where(OneTimeCode.address == address).order_by(OneTimeCode.id.desc())
        key = f"code/{session.scalars(asked.limit(1)).one()}"
    found = re.search(r"\b\d{6}\b", orjson.loads(house.recording.file_of(key).read_bytes())["body"])
    assert found is not None
    return found[0]


def other_than(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06}"
