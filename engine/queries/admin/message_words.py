"""The words of the messages that all services share, with every version, for those who change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.packages.sms import filled_as_usual, parts_of
from engine.packages.texts import MessageTexts, said_in
from engine.people.actors import Actor
from engine.people.message_words import newest_version, words_of
from engine.queries.shared.people import person_name
from storage.message_versions import MessageVersion
from storage.people import Person

_Maker, _Withdrawer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in the list: its words, how many SMS it takes in each language, and since when its words are not those
    of the product."""

    key: str
    words: MessageTexts
    parts: Mapping[str, int]
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version of a message, with who wrote it and why. ``words``: none for those of the product. ``holds``: now;
    ``waits``: it holds later and may be withdrawn."""

    number: int
    words: MessageTexts | None
    begins_at: datetime
    why: str
    made_by: Bilingual
    made_at: datetime
    withdrawn_by: Bilingual | None
    withdrawn_at: datetime | None
    holds: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A message: its words now, those of the product, the places it may have, and all versions, the newest first."""

    key: str
    words: MessageTexts
    of_file: MessageTexts
    places: tuple[str, ...]
    newest: int
    versions: tuple[VersionShown, ...]

    @property
    def is_of_file(self) -> bool:
        """Whether the words of the product hold."""
        return self.words == self.of_file


@dataclass(frozen=True, slots=True)
class Sample:
    """What a message says with the longest usual values, and how many SMS that is."""

    title: Bilingual
    body: Bilingual
    sms: Bilingual
    parts: Mapping[str, int]


def message_list(session: Session, house: House, actor: Actor, *, now: datetime) -> tuple[MessageLine, ...]:
    """All messages, in the order of their file; one statement."""
    actor.require(None, ADMINISTRATOR)
    held = MessageVersion.begins_at <= now, MessageVersion.withdrawn_at.is_(None)
    rows = session.scalars(
        select(MessageVersion).where(*held).order_by(MessageVersion.begins_at, MessageVersion.number)
    )
    newest = {row.message_key: row for row in rows}
    found = []
    for key, of_file in house.texts.messages.items():
        version = newest.get(key)
        words = words_of(version, of_file) if version is not None else of_file
        changed = version.begins_at if version is not None and not version.is_of_file else None
        found.append(MessageLine(key, words, _parts(words), changed))
    return tuple(found)


def message_page(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> MessagePage:
    """One message with its versions; two statements. ``NotFound``."""
    actor.require(None, ADMINISTRATOR)
    of_file = house.texts.messages.get(key)
    if of_file is None:
        raise NotFound
    holding = newest_version(session, key, now=now)
    rows = session.execute(
        select(MessageVersion, _Maker.name_km, _Maker.name_latin, _Withdrawer.name_km, _Withdrawer.name_latin)
        .outerjoin(_Maker, _Maker.id == MessageVersion.made_by_id)
        .outerjoin(_Withdrawer, _Withdrawer.id == MessageVersion.withdrawn_by_id)
        .where(MessageVersion.message_key == key)
        .order_by(MessageVersion.number.desc())
    ).all()
    return MessagePage(
        key=key,
        words=words_of(holding, of_file) if holding is not None else of_file,
        of_file=of_file,
        places=tuple(sorted(said_in(of_file))),
        newest=rows[0][0].number if rows else 0,
        versions=tuple(
            VersionShown(
                number=row.number,
                words=None if row.is_of_file else words_of(row, of_file),
                begins_at=row.begins_at,
                why=row.why,
                made_by=person_name(made_km, made_latin),
                made_at=row.made_at,
                withdrawn_by=person_name(gone_km, gone_latin) if row.withdrawn_by_id else None,
                withdrawn_at=row.withdrawn_at,
                holds=holding is not None and row.id == holding.id,
                waits=row.withdrawn_at is None and row.begins_at > now,
            )
            for row, made_km, made_latin, gone_km, gone_latin in rows
        ),
    )


def sample_of(words: MessageTexts) -> Sample:
    """What it says with the longest usual values."""
    return Sample(_filled(words.title), _filled(words.body), _filled(words.sms or words.body), _parts(words))


def _filled(text: Bilingual) -> Bilingual:
    return Bilingual(filled_as_usual(text.km, "km"), filled_as_usual(text.en, "en"))


def _parts(words: MessageTexts) -> dict[str, int]:
    return {language: parts_of(words, language) for language in LANGUAGES}
