"""The texts of a draft in both languages: what stands in ``texts.yaml``, and what is still missing there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.packages import ServicePackage
from engine.packages.operations import drawn_operations, literal_text
from engine.packages.package import TEXTS
from engine.packages.sms import filled_as_usual, sms_parts
from engine.packages.yaml_files import Place, lines_of, read_yaml_as_far
from engine.people.actors import Actor
from engine.studio.beginnings import EMPTY_TEXTS
from engine.studio.keeping import file_in, find, save_of
from engine.studio.overtaking import Seen, changed_since
from engine.studio.problems import looked_at
from engine.studio.typed import save_typed
from engine.studio.yaml_edits import with_texts, without
from storage.package_drafts import PackageDraft

_NAME: Final = re.compile(r"(?:[\w.-]+/){1,8}(?:km|en)")
_MESSAGES: Final = "messages"
_BY_SMS: Final = ("body", "sms")


@dataclass(frozen=True, slots=True)
class WordsLine:
    """A text at its place in ``texts.yaml``; ``is_missing`` when it lacks a language. ``parts`` are the SMS that each
    language takes, of what is sent as one, with the longest values that its places usually have."""

    place: Place
    words: Bilingual
    is_missing: bool
    parts: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The place as one word; with ``/km`` or ``/en`` behind it, it names the text in that language."""
        return "/".join(str(part) for part in self.place)


def words_of(session: Session, house: House, actor: Actor, key: str) -> tuple[WordsLine, ...]:
    """All texts of a draft in the order of the file, those first that lack a language or are not there at all."""
    draft = looked_at(session, house, actor, key)[0]
    written = lines_of(TEXTS, draft.package.files.get(TEXTS, b"")).value
    there = dict(_written(written, ()))
    absent = {place: Bilingual("", "") for place in _expected(draft.package) if place not in there}
    lines = [_line(place, words) for place, words in (absent | there).items()]
    return tuple(sorted(lines, key=lambda line: not line.is_missing))


def save_words(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    words: Mapping[str, str],
    *,
    seen: Seen,
    now: datetime,
) -> int:
    """Puts the texts in their places that somebody changed since they saw them (``seen``), named as
    ``WordsLine.name`` says, and touches nothing else of the file; one that is emptied in both languages is taken away.
    The number of the save.

    Raises ``PlacesOvertaken`` when somebody else changed one of them meanwhile, and PackageRejected for a file that
    cannot be read.
    """
    draft = find(session, actor, key, to_change=True)
    done = with_changed(texts_in(session, draft), words, seen)
    done = without(TEXTS, done, emptied(done, words))
    return save_typed(session, house, actor, key, TEXTS, text=done.decode("utf-8"), based_on=draft.revision, now=now)


def texts_in(session: Session, draft: PackageDraft) -> bytes:
    """``texts.yaml`` of the newest save; what every one begins with where there is none yet."""
    try:
        return file_in(session, save_of(session, draft), TEXTS)
    except NotFound:
        return EMPTY_TEXTS.encode()


def with_changed(data: bytes, words: Mapping[str, str], seen: Seen) -> bytes:
    """The file with those of the texts that were changed since somebody saw them; see ``save_words``."""
    there = _written(read_yaml_as_far(TEXTS, data)[0].value, ())
    now_there = {"/".join((*map(str, place), one)): text(one) for place, text in there for one in LANGUAGES}
    return with_texts(TEXTS, data, _places(changed_since(seen, _named(words), now_there)))


def with_all(data: bytes, words: Mapping[str, str]) -> bytes:
    """The file with these texts, whoever changed what meanwhile: to look at, not to save."""
    return with_texts(TEXTS, data, _places(_named(words)))


def emptied(data: bytes, words: Mapping[str, str]) -> tuple[Place, ...]:
    """The places of these texts at which no language has any: nothing should stand there."""
    there = dict(_written(read_yaml_as_far(TEXTS, data)[0].value, ()))
    places = {place[:-1] for place, text in _places(_named(words)).items() if not text}
    return tuple(sorted(place for place in places if place in there and not (there[place].km or there[place].en)))


def _named(words: Mapping[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in words.items() if _NAME.fullmatch(name)}


def _places(words: Mapping[str, str]) -> dict[Place, str]:
    return {tuple(name.split("/")): text for name, text in words.items()}


def _line(place: Place, words: Bilingual) -> WordsLine:
    is_sent = place[0] == _MESSAGES and place[-1] in _BY_SMS
    parts = (_parts(words.km, "km"), _parts(words.en, "en")) if is_sent else None
    return WordsLine(place, words, not (words.km and words.en), parts)


def _parts(text: str, language: str) -> int:
    return sms_parts(filled_as_usual(text, language))


def _written(value: Any, place: Place) -> Iterator[tuple[Place, Bilingual]]:
    if not isinstance(value, dict):
        return
    if value and set(value) <= set(LANGUAGES):
        km, en = (str(value.get(language) or "").strip() for language in LANGUAGES)
        yield place, Bilingual(km, en)
        return
    for key, held in value.items():
        yield from _written(held, (*place, str(key)))


def _expected(package: ServicePackage) -> Iterator[Place]:
    """The texts that the other files of the service ask for; those of shared processes come with them."""
    yield ("summary",)
    for stage in package.manifest.stages:
        yield ("stages", stage)
    for rule in package.manifest.documents:
        yield ("documents", rule.key, "label")
    own = {key: form for key, form in package.forms.items() if "." not in key}
    for key, form in own.items():
        yield ("forms", key, "title")
        for page in form.pages:
            yield ("forms", key, "pages", page.key)
        for component in form.components():
            yield ("forms", key, "fields", component.key, "label")
            for option in component.options:
                yield ("forms", key, "fields", component.key, "options", option.value)
    for task in package.tasks:
        if "." not in task:
            yield ("elements", task)
    for key in _sent(package):
        yield (_MESSAGES, key, "title")
        yield (_MESSAGES, key, "body")


def _sent(package: ServicePackage) -> Iterator[str]:
    """The messages that the service's own drawings send and that have no words yet."""
    for file, data in package.drawings.items():
        for drawn in drawn_operations(data) if file.count("/") == 0 else ():
            key = literal_text(drawn.parameters.get("message", ""))
            if key and key not in package.texts.messages:
                yield key
