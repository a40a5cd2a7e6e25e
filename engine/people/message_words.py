"""The words of the messages that all services share: those of the product, or newer ones of an administrator.

Every message that is told takes the newest words, of cases in hand too: they belong to the house and to no version of a
service (decision 74). What a service tells in words of its own stays with its version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import String
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.texts import MessageTexts
from storage.base import Moment
from storage.loading import Rows, given, load
from storage.message_versions import MessageVersion

_NEWEST: Final = Rows(
    MessageVersion,
    which=lambda rows: (
        rows.where(MessageVersion.message_key == given("message_key", String()))
        .where(MessageVersion.begins_at <= given("now", Moment()), MessageVersion.withdrawn_at.is_(None))
        .order_by(MessageVersion.begins_at.desc(), MessageVersion.number.desc())
        .limit(1)
    ),
)
"""Asked whenever somebody is told something, so it is made once."""
_KNOWN: Final = "words of messages"
"""Under this name a transaction holds what it has looked up, so that it asks once for each message."""


def in_effect(session: Session, message: MessageTexts, *, now: datetime) -> MessageTexts:
    """The words that hold now; one statement for each message of a transaction, none for those of a service."""
    if not message.shared_as:
        return message
    known: dict[tuple[str, datetime], MessageTexts] = session.info.setdefault(_KNOWN, {})
    key = message.shared_as, now
    if key not in known:
        newest = newest_version(session, message.shared_as, now=now)
        known[key] = message if newest is None else words_of(newest, message)
    return known[key]


def newest_version(session: Session, key: str, *, now: datetime) -> MessageVersion | None:
    """The version that holds at that moment; None for the words of the product."""
    return next((version for (version,) in load(session, _NEWEST, message_key=key, now=now)), None)


def words_of(version: MessageVersion, of_file: MessageTexts) -> MessageTexts:
    """What a version says; ``of_file`` are the words that the product brings."""
    if version.is_of_file:
        return of_file
    return MessageTexts(
        Bilingual(version.title_km, version.title_en),
        Bilingual(version.body_km, version.body_en),
        Bilingual(version.sms_km, version.sms_en) if version.sms_km else None,
        of_file.shared_as,
    )
