"""The library of processes that services share: which of its files belong to a package, and its words there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marshmallow import fields, post_load

from engine.khmer import Bilingual
from engine.packages.calls import Call
from engine.packages.form_rules import Rule, WrittenRule, rules_of_a_form
from engine.packages.forms import Form
from engine.packages.loading import AsFar, load_as_far
from engine.packages.schema import ELEMENT, BilingualField, MapOf, StrictSchema, made
from engine.packages.texts import FieldTexts, FormSchema, FormTexts, MessageSchema, MessageTexts, Texts
from engine.packages.weaving import DRAWING, parts_called

LIBRARY: Final = "shared"
"""The folder of the library beside those of the ministries, and the folder of used parts in a package."""
WORDS: Final = "texts.yaml"
RULES: Final = "rules.yaml"
_OF_A_PART: Final = re.compile(r"process\.bpmn|(?:texts|rules)\.yaml|forms/[^/]+\.json|decisions/[^/]+\.dmn")
_FILE: Final = re.compile(rf"{LIBRARY}/([a-z][a-z0-9_]*)/(?:{_OF_A_PART.pattern})")


@dataclass(frozen=True, slots=True)
class PartTexts:
    """The words of a part, by its own names: for analysts what it is for, for people what they see."""

    title: Bilingual
    summary: Bilingual
    elements: Mapping[str, Bilingual]
    messages: Mapping[str, MessageTexts]
    forms: Mapping[str, FormTexts]


class _PartTextsSchema(StrictSchema):
    title = BilingualField(required=True)
    summary = BilingualField(required=True)
    elements = MapOf(BilingualField(), keys=ELEMENT, load_default=dict)
    messages = MapOf(fields.Nested(MessageSchema), load_default=dict)
    forms = MapOf(fields.Nested(FormSchema), load_default=dict)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PartTexts:
        words: dict[str, Any] = {key: MappingProxyType(data.pop(key)) for key in ("elements", "messages", "forms")}
        return PartTexts(**data, **words)


@lru_cache(maxsize=64)
def part_texts_as_far(name: str, data: bytes | None) -> AsFar[PartTexts]:
    """The words of a part, which every service that uses it brings, as far as they can be read."""
    return load_as_far(made(_PartTextsSchema), name, data)[1]


PartRules = Mapping[str, tuple[WrittenRule, ...]]
"""The rules of the forms of a part, by form."""


class _PartRulesSchema(StrictSchema):
    rules = MapOf(rules_of_a_form(), required=True)


def part_rules_as_far(name: str, data: bytes) -> AsFar[PartRules]:
    """The rules across questions of the forms of a part, by form, as far as they can be read."""
    read = load_as_far(made(_PartRulesSchema), name, data, {"rules": {}})[1]
    return read.then(
        lambda held: {form: tuple(replace(rule, file=name) for rule in rules) for form, rules in held["rules"].items()}
    )


def part_of(name: str) -> str:
    """The part to which a file of a package belongs, empty for a file of the service itself, or of no part."""
    found = _FILE.fullmatch(name)
    return found.group(1) if found else ""


def belongs(name: str) -> bool:
    """Whether a file, by its name in the folder of a part, is one that a part may have."""
    return _OF_A_PART.fullmatch(name) is not None


def used_parts(files: Mapping[str, bytes]) -> frozenset[str]:
    """The parts that the drawings of a package call, and those that these call, as far as their files are there."""
    waiting = [data for name, data in files.items() if name.endswith(".bpmn") and "/" not in name]
    found: set[str] = set()
    while waiting:
        for part in parts_called(waiting.pop()) - found:
            found.add(part)
            drawing = files.get(f"{LIBRARY}/{part}/{DRAWING}")
            waiting += [] if drawing is None else [drawing]
    return frozenset(found)


def from_library(files: Mapping[str, bytes], library: Path) -> dict[str, Path]:
    """The files of used parts that are not among the files of the package yet, by the name that they get there."""
    held, found = dict(files), dict[str, Path]()
    known: frozenset[str] = frozenset()
    while (used := used_parts(held)) != known:
        for part in used - known:
            if not any(name.startswith(f"{LIBRARY}/{part}/") for name in files):
                found |= _files(library / part, f"{LIBRARY}/{part}/")
        drawn = {name: path.read_bytes() for name, path in found.items() if name.endswith(DRAWING) and name not in held}
        held, known = held | drawn, used
    return found


def with_library(files: Mapping[str, bytes], library: Path) -> dict[str, bytes]:
    """The files of a package with the parts of this library in the place of those that it holds."""
    own = {name: data for name, data in files.items() if not name.startswith(f"{LIBRARY}/")}
    theirs = {name: path.read_bytes() for name, path in from_library(own, library).items()}
    parts = {part_of(name) for name in theirs}
    return {name: data for name, data in files.items() if part_of(name) not in parts} | theirs


def _files(folder: Path, prefix: str) -> dict[str, Path]:
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {f"{prefix}{name}": path for name, path in names.items() if belongs(name)}


def joined_words(
    texts: Texts, calls: Sequence[Call], parts: Mapping[str, PartTexts], drawn: Collection[str] | None
) -> Texts:
    """The words of a service with those of the parts that it calls, by their names in the case; its own words win.
    ``drawn`` are the elements of the case, None while they are not known."""
    elements, messages, forms = dict[str, Bilingual](), dict[str, MessageTexts](), dict[str, FormTexts]()
    for call in calls:
        words = parts.get(call.part)
        if words is None:
            continue
        named = {call.name(own): text for own, text in words.elements.items()}
        elements |= {name: text for name, text in named.items() if drawn is None or name in drawn}
        messages |= words.messages
        forms |= {call.name(own): form for own, form in words.forms.items()}
    ours = {key: _over(forms[key], form) if key in forms else form for key, form in texts.forms.items()}
    return replace(
        texts,
        elements=MappingProxyType(elements | dict(texts.elements)),
        messages=MappingProxyType(messages | dict(texts.messages)),
        forms=MappingProxyType(forms | ours),
    )


def joined_rules(
    ours: Mapping[str, tuple[WrittenRule, ...]],
    calls: Sequence[Call],
    parts: Mapping[str, PartRules],
) -> Mapping[str, tuple[WrittenRule, ...]]:
    """The rules of the forms of a case: those of the shared processes that it calls, by their names in the case, and
    those of the service beside them. A form that the service replaces has the rules of the service alone."""
    joined = dict[str, tuple[WrittenRule, ...]]()
    for call in calls:
        theirs = parts.get(call.part, {})
        joined |= {call.name(form): rules for form, rules in theirs.items() if form not in call.forms}
    return MappingProxyType(joined | {form: (*joined.get(form, ()), *rules) for form, rules in ours.items()})


def ruled(forms: Mapping[str, Form], rules: Mapping[str, tuple[WrittenRule, ...]], texts: Texts) -> dict[str, Form]:
    """The forms with the rules across their questions, in words."""
    done = dict(forms)
    for key in set(rules) & set(forms) & set(texts.forms):
        words = texts.forms[key].rules
        said = (Rule(one.condition, words.get(one.message, Bilingual("", "")), one.at) for one in rules[key])
        done[key] = replace(forms[key], rules=tuple(said))
    return done


def _over(part: FormTexts, ours: FormTexts) -> FormTexts:
    """A form of a part in the words of a service: what that does not say stays."""
    asked = {key: _field_over(part.fields.get(key), words) for key, words in ours.fields.items()}
    pages = {**part.pages, **ours.pages}
    rules = MappingProxyType({**part.rules, **ours.rules})
    return FormTexts(ours.title, MappingProxyType(pages), MappingProxyType({**part.fields, **asked}), rules)


def _field_over(part: FieldTexts | None, ours: FieldTexts) -> FieldTexts:
    if part is None:
        return ours
    return FieldTexts(ours.label, ours.hint or part.hint, MappingProxyType({**part.options, **ours.options}))


def part_forms(call: Call, files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The forms of a part that a call uses: file and name in the case."""
    folder = f"{call.folder()}/forms/"
    for name in sorted(files):
        own = name.removeprefix(folder).removesuffix(".json")
        if name.startswith(folder) and name.endswith(".json") and own not in call.forms:
            yield name, call.name(own)
