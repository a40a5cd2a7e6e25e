"""``texts.yaml``: every text of a service for people, in Khmer and English side by side."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from marshmallow import ValidationError, fields, post_load

from engine.khmer import Bilingual
from engine.packages.loading import STAND_INS, AsFar, load, load_as_far
from engine.packages.names import nearest
from engine.packages.said import Said
from engine.packages.schema import CHOICE, ELEMENT, OF_PART, BilingualField, MapOf, StrictSchema, made
from engine.packages.yaml_files import read_yaml, read_yaml_part

# What a message may say about a case. The values are filled in by the use case that sends it.
OF_SESSIONS: Final = ("session_day", "session_time", "session_place")
"""What a message may say about the session that was chosen last."""
OF_VISITS: Final = ("visit_day", "visit_short_day")
"""What a message may say about the visit that is planned: its day, and the same as an SMS writes it."""
GROUNDS: Final = "grounds"
"""What a message that tells a refusal may say: the grounds that were chosen."""
PLACEHOLDERS: Final = (
    "reference",
    "service",
    "office",
    "applicant",
    "date",
    "short_date",
    "stage",
    "amount",
    "reason",
    "tracking_code",
    "certificate",
    GROUNDS,
    *OF_SESSIONS,
    *OF_VISITS,
)
OF_THE_HOUSE: Final = ("code", "person", "contact", "link")
"""What only the messages that all services share may say beside: a one-time code, who acts, a telephone or e-mail that
the message is about, and a page that it leads to."""


_Words = TypeVar("_Words")


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The words of one form component: its label, its hint, and its options by value."""

    label: Bilingual
    hint: Bilingual | None
    options: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class FormTexts:
    """The words of one form; ``rules`` are said where a rule across its questions is broken."""

    title: Bilingual
    pages: Mapping[str, Bilingual]
    fields: Mapping[str, FieldTexts]
    rules: Mapping[str, Bilingual] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentTexts:
    """The name of a document, and what the applicant should know about it."""

    label: Bilingual
    hint: Bilingual | None


@dataclass(frozen=True, slots=True)
class MessageTexts:
    """A message to a person; ``{reference}`` and the other PLACEHOLDERS are filled in when it is sent. ``sms`` is what
    it says as an SMS, where that is shorter than the body. ``shared_as``: its key, where all services share it; then it
    may have newer words (``engine.people.message_words``)."""

    title: Bilingual
    body: Bilingual
    sms: Bilingual | None = None
    shared_as: str = field(default="", compare=False)

    def filled(self, language: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Title and body with the placeholders filled in; a value that is missing is left out."""
        blanks = dict.fromkeys((*PLACEHOLDERS, *OF_THE_HOUSE), "") | dict(values)
        return self.title(language).format_map(blanks), self.body(language).format_map(blanks)

    def short(self, language: str, values: Mapping[str, str]) -> str:
        """What it says as an SMS; empty when that is the body."""
        blanks = dict.fromkeys((*PLACEHOLDERS, *OF_THE_HOUSE), "") | dict(values)
        return self.sms(language).format_map(blanks) if self.sms else ""


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of a service, by the keys of the other files."""

    summary: Bilingual
    stages: Mapping[str, Bilingual]
    elements: Mapping[str, Bilingual]
    documents: Mapping[str, DocumentTexts]
    fees: Mapping[str, Bilingual]
    fee_titles: Mapping[str, Bilingual]
    citations: Mapping[str, Bilingual]
    messages: Mapping[str, MessageTexts]
    forms: Mapping[str, FormTexts]


class _FieldSchema(StrictSchema):
    label = BilingualField(required=True)
    hint = BilingualField(load_default=None)
    options = MapOf(BilingualField(), keys=CHOICE, load_default=dict)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FieldTexts:
        return FieldTexts(data["label"], data["hint"], MappingProxyType(data["options"]))


class FormSchema(StrictSchema):
    """The words of a form."""

    title = BilingualField(required=True)
    pages = MapOf(BilingualField(), load_default=dict)
    fields_ = MapOf(fields.Nested(_FieldSchema), data_key="fields", load_default=dict)
    rules = MapOf(BilingualField(), load_default=dict)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FormTexts:
        pages, asked, rules = (MappingProxyType(data[key]) for key in ("pages", "fields_", "rules"))
        return FormTexts(data["title"], pages, asked, rules)


class _DocumentSchema(StrictSchema):
    label = BilingualField(required=True)
    hint = BilingualField(load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DocumentTexts:
        return DocumentTexts(**data)


def places_in(words: str) -> frozenset[str] | None:
    """The placeholders in a text, read as those of packages are; None where one is not written as such."""
    try:
        return frozenset(_placeholders(words))
    except ValidationError:
        return None


@lru_cache(maxsize=1000)
def said_in(message: MessageTexts) -> frozenset[str]:
    """The placeholders that a message has, in either language."""
    texts = (message.title, message.body, *([message.sms] if message.sms else []))
    words = [one for text in texts for one in (text.km, text.en)]
    return frozenset(name for text in words for name in _placeholders(text))


def _known_placeholders(text: Bilingual, known: Sequence[str] = PLACEHOLDERS) -> None:
    for words in (text.km, text.en):
        for name in _placeholders(words):
            if name not in known:
                raise ValidationError(_no_placeholder(name))


def _known_in_the_house(text: Bilingual) -> None:
    _known_placeholders(text, (*PLACEHOLDERS, *OF_THE_HOUSE))


def _as_written(name: str, spec: str | None, conversion: str | None) -> str:
    return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


def _no_placeholder(name: str) -> Said:
    there = nearest(name, PLACEHOLDERS)
    return Said(
        f"“{{{name}}}” មិនមែនជាកន្លែងបំពេញទេ។ មាន៖ {there}។", f"“{{{name}}}” is not a placeholder. Known: {there}."
    )


def _placeholders(words: str) -> list[str]:
    try:
        parts = [
            (name, spec, conversion)
            for _, name, spec, conversion in string.Formatter().parse(words)
            if name is not None
        ]
    except ValueError as broken:
        raise ValidationError(
            Said(
                f"សញ្ញា {{ ឬ }} គ្មានគូក្នុង “{words[:40]}…”។ សូមបន្ថែមវា។",
                f"A brace has no partner in “{words[:40]}…”; add it.",
            )
        ) from broken
    for name, spec, conversion in parts:
        if spec or conversion or not re.fullmatch(r"[a-z_]+", name):
            raise ValidationError(_no_placeholder(_as_written(name, spec, conversion)))
    return [name for name, _, _ in parts]


class MessageSchema(StrictSchema):
    """The words of a message."""

    title = BilingualField(required=True, validate=_known_placeholders)
    body = BilingualField(required=True, validate=_known_placeholders)
    sms = BilingualField(load_default=None, validate=_known_placeholders)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> MessageTexts:
        return MessageTexts(**data)


class _SharedMessageSchema(MessageSchema):
    title = BilingualField(required=True, validate=_known_in_the_house)
    body = BilingualField(required=True, validate=_known_in_the_house)
    sms = BilingualField(load_default=None, validate=_known_in_the_house)


class TextsSchema(StrictSchema):
    """Everything that may stand in ``texts.yaml``."""

    summary = BilingualField(required=True)
    stages = MapOf(BilingualField(), required=True)
    elements = MapOf(BilingualField(), keys=ELEMENT, load_default=dict)
    documents = MapOf(fields.Nested(_DocumentSchema), load_default=dict)
    fees = MapOf(BilingualField(), load_default=dict)
    fee_titles = MapOf(BilingualField(), load_default=dict)
    citations = MapOf(BilingualField(), load_default=dict)
    messages = MapOf(fields.Nested(MessageSchema), load_default=dict)
    forms = MapOf(fields.Nested(FormSchema), keys=OF_PART, load_default=dict)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Texts:
        return Texts(data.pop("summary"), **{key: MappingProxyType(held) for key, held in data.items()})


class _SharedMessagesSchema(StrictSchema):
    messages = MapOf(fields.Nested(_SharedMessageSchema), required=True)


def read_messages(name: str, data: bytes) -> Mapping[str, MessageTexts]:
    """The messages that all services share; raises PackageRejected naming file and line of every mistake."""
    messages: Mapping[str, MessageTexts] = load(made(_SharedMessagesSchema), read_yaml(name, data))["messages"]
    return messages


def read_texts(name: str, data: bytes) -> Texts:
    """The texts in ``texts.yaml``; raises PackageRejected naming file and line of every text that lacks a language."""
    return texts_as_far(name, data).whole()


class _SummarySchema(StrictSchema):
    summary = BilingualField(required=True)


def read_summary(name: str, data: bytes) -> Bilingual:
    """What a service is for, from its ``texts.yaml``, of which nothing else is looked at; raises PackageRejected."""
    file = read_yaml_part(name, data, "summary")
    summary: Bilingual = load(made(_SummarySchema), file)["summary"]
    return summary


class _All(Mapping[str, _Words]):
    """The same words for every key, though none is written."""

    def __init__(self, words: _Words) -> None:
        self._words = words

    def __getitem__(self, key: str) -> _Words:
        return self._words

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def words_for_all() -> FormTexts:
    """What stands for the words of a form that has none: nothing more is said of those that it lacks."""
    word = Bilingual("?", "?")
    asked = FieldTexts(word, None, _All(word))
    return FormTexts(word, _All(word), _All(asked), _All(word))


@lru_cache(maxsize=32)
def texts_as_far(name: str, data: bytes | None) -> AsFar[Texts]:
    """The texts as far as they can be read. A package is read again after each change to another of its files."""
    return load_as_far(made(TextsSchema), name, data, {**STAND_INS, "stages": {}})[1]
