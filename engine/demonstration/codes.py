"""Codes of a demonstration that sends nothing: what the message would have said, so that a visitor can go on."""

from __future__ import annotations

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from storage.messages import MessageChannel, Notification


def would_have_said(session: Session, house: House, message_key: str) -> str:
    """The message with this key, from the outbox while it waits there and then from where it was recorded; empty where
    it is in neither."""
    waiting = session.scalar(select(Notification).where(Notification.idempotency_key == message_key))
    if waiting is not None and waiting.body:
        return (waiting.short_body if waiting.channel == MessageChannel.SMS else "") or waiting.body
    recorded = house.recording.file_of(message_key)
    return str(orjson.loads(recorded.read_bytes())["body"]) if recorded.exists() else ""
