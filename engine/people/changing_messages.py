"""Changing the words of the messages that all services share.

An administrator of every office does it in their own name, with the reason and the day from which the words hold. No
second person agrees first: words decide no case, every version stays, going back takes one step, and what could do harm
is refused, an address that the product does not make, or a code that is left out (decision 74).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotFound, StalePage
from engine.errors.house_messages import (
    AddressRefused,
    PlaceNeeded,
    PlaceUnknown,
    PlaceUnreadable,
    TooManyParts,
    WordsBeginWrong,
    WordsHold,
    WordsKnown,
    WordsMissing,
    WordsTooLong,
)
from engine.errors.refused import Refused
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual, tidy
from engine.packages.groups import ADMINISTRATOR
from engine.packages.sms import parts_of
from engine.packages.texts import MessageTexts, places_in, said_in
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.message_words import newest_version, words_of
from engine.reasons import reason_given
from storage.message_versions import MessageVersion
from storage.security_log import SecurityKind

LONGEST: Final = {"title": 120, "body": 1000, "sms": 400}
MOST_PARTS: Final = 3
NEEDED: Final = ("code", "link")
"""Places without which a message that has them is of no use."""
_ADDRESS: Final = re.compile(r"://|www\.|http|[a-z0-9]\.[a-z]{2}", re.ASCII | re.IGNORECASE)
"""Telephones make a link of a name such as ``t.me`` as well, whether a page's beginning stands before it or not."""
_ZONE: Final = ZoneInfo("Asia/Phnom_Penh")
_A_YEAR: Final = timedelta(days=366)


def change(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    words: MessageTexts,
    *,
    why: str,
    from_day: date | None,
    seen: int,
    now: datetime,
) -> int:
    """Writes other words for a message, from the beginning of a day on or at once; the number of the version.
    ``seen``: the newest version of the page. ``BadAnswers`` by the fields, ``ReasonMissing``, ``StalePage``."""
    actor.require(None, ADMINISTRATOR)
    of_file = _of_file(house, key)
    words = checked(words, of_file)
    begins = _begins(from_day, now)
    before = newest_version(session, key, now=begins)
    if words == (words_of(before, of_file) if before is not None else of_file):
        raise BadAnswers({"title_km": WordsKnown()})
    sms = words.sms or Bilingual("", "")
    version = MessageVersion(
        **{"title_km": words.title.km, "title_en": words.title.en, "body_km": words.body.km, "body_en": words.body.en},
        **{"sms_km": sms.km, "sms_en": sms.en, "begins_at": begins},
    )
    return _add(session, actor, key, version, why=why, seen=seen, now=now)


def go_back(
    session: Session, house: House, actor: Actor, key: str, number: int, *, why: str, seen: int, now: datetime
) -> int:
    """Has the words of an earlier version hold again, at once; 0 stands for those of the product."""
    actor.require(None, ADMINISTRATOR)
    of_file = _of_file(house, key)
    version = MessageVersion(is_of_file=True, begins_at=now)
    if number:
        wanted = MessageVersion.message_key == key, MessageVersion.number == number
        earlier = session.scalar(select(MessageVersion).where(*wanted))
        if earlier is None:
            raise NotFound
        if not earlier.is_of_file:
            checked(words_of(earlier, of_file), of_file)  # the product may have other places since
            names = [f"{part}_{language}" for part in LONGEST for language in LANGUAGES]
            version = MessageVersion(begins_at=now, **{name: getattr(earlier, name) for name in names})
    return _add(session, actor, key, version, why=why, seen=seen, now=now)


def withdraw(session: Session, actor: Actor, key: str, number: int, *, now: datetime) -> None:
    """Takes words away that do not hold yet; twice is harmless. ``WordsHold`` for those that do."""
    actor.require(None, ADMINISTRATOR)
    wanted = select(MessageVersion).where(MessageVersion.message_key == key, MessageVersion.number == number)
    version = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if version is None:
        raise NotFound
    if version.withdrawn_at is not None:
        return
    if version.begins_at <= now:
        raise WordsHold
    version.withdrawn_at, version.withdrawn_by_id = now, actor.person_id
    session.flush()
    _note(session, SecurityKind.MESSAGE_WITHDRAWN, actor, version, now)


def checked(words: MessageTexts, of_file: MessageTexts) -> MessageTexts:
    """The words as they are kept; ``BadAnswers`` with what is wrong in which field. The places that a message may have
    are those of the product's own words: of others nothing is known when it is told."""
    texts = {"title": words.title, "body": words.body, "sms": words.sms or Bilingual("", "")}
    kept = {part: Bilingual(tidy(text.km), tidy(text.en)) for part, text in texts.items()}
    has_sms = bool(kept["sms"].km or kept["sms"].en)
    errors: dict[str, object] = {}
    for part, text in kept.items():
        for language in LANGUAGES:
            if part != "sms" or has_sms:
                problem = next(_problems(part, text(language), of_file), None)
                errors |= {f"{part}_{language}": problem} if problem is not None else {}
    found = MessageTexts(kept["title"], kept["body"], kept["sms"] if has_sms else None, of_file.shared_as)
    if not errors:
        for language in LANGUAGES:
            if (parts := parts_of(found, language)) > MOST_PARTS:
                errors[f"sms_{language}"] = TooManyParts(parts=parts, most=MOST_PARTS)
    if errors:
        raise BadAnswers(errors)
    return found


def _problems(part: str, text: str, of_file: MessageTexts) -> Iterator[Refused]:
    if not text:
        yield WordsMissing()
    if len(text) > LONGEST[part]:
        yield WordsTooLong(most=LONGEST[part])
    places, known = places_in(text), said_in(of_file)
    if places is None:
        yield PlaceUnreadable()
        return
    for place in sorted(places - known):
        yield PlaceUnknown(place=place, places=", ".join(f"{{{one}}}" for one in sorted(known)) or "–")
    if part != "title":
        for place in NEEDED:
            if place in known - places:
                yield PlaceNeeded(place=place)
    if _ADDRESS.search(text):
        yield AddressRefused()


def _of_file(house: House, key: str) -> MessageTexts:
    found = house.texts.messages.get(key)
    if found is None:
        raise NotFound
    return found


def _begins(from_day: date | None, now: datetime) -> datetime:
    today = now.astimezone(_ZONE).date()
    if from_day is None or from_day == today:
        return now
    if not today < from_day <= today + _A_YEAR:
        raise BadAnswers({"from": WordsBeginWrong()})
    return datetime.combine(from_day, time(), _ZONE)


def _add(
    session: Session, actor: Actor, key: str, version: MessageVersion, *, why: str, seen: int, now: datetime
) -> int:
    """``seen`` keeps two administrators from overwriting each other unseen."""
    newest = session.scalar(select(func.max(MessageVersion.number)).where(MessageVersion.message_key == key)) or 0
    if newest != seen:
        raise StalePage
    version.message_key, version.number, version.why = key, newest + 1, reason_given(why)
    version.made_at, version.made_by_id = now, actor.person_id
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as there:
        raise StalePage from there
    _note(session, SecurityKind.MESSAGE_CHANGED, actor, version, now)
    return version.number


def _note(session: Session, kind: SecurityKind, actor: Actor, version: MessageVersion, now: datetime) -> None:
    data = {"message": version.message_key, "number": version.number, "from": version.begins_at.isoformat()}
    security_log.note(session, kind, actor, data=data, at=now)
