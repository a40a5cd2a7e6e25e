"""Reading a form from its form-js document.

The profile: every component at the top is a ``group``, which is one page (its ``id`` is the page's key). Inside stand
the components of ``engine.packages.field_kinds``. What form-js has no word for is said by custom properties, so that
the stock editor can open and save every form: ``kind`` (money, address), ``personal``, ``told``, ``prefill``,
``level``, ``min``, ``max``, ``min_items``, ``max_items``, ``computed``. Anything unknown is a problem, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engine.khmer import Bilingual
from engine.packages import form_sentences as wrong
from engine.packages.answer_expressions import AnswerExpression, parse_answer_expression
from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.form_json import json_of
from engine.packages.form_schema import ComponentSchema, DocumentSchema, GroupSchema
from engine.packages.form_written import keys_in, kind_of, name_of, settings
from engine.packages.forms import Component, FieldKind, Form, Limit, Option, Page
from engine.packages.limits import BadLimit
from engine.packages.loading import AsFar, load_values
from engine.packages.manifest import FILE_TYPES
from engine.packages.names import nearest
from engine.packages.patterns import BadPattern, read_pattern
from engine.packages.problems import PackageRejected, error, reject
from engine.packages.said import about, filled, in_both
from engine.packages.schema import CHOICE_WRITTEN, StrictSchema, made
from engine.packages.texts import FieldTexts, FormTexts
from engine.packages.yaml_files import decoded
from engine.problems import Problem


@dataclass
class _Reading:
    """One form being read, with the problems found so far."""

    name: str
    source: str
    texts: FormTexts
    problems: list[Problem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    """Questions that are answered whenever the form is."""
    unread: set[tuple[str, ...]] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    """Keys of what could not be read whole."""

    def line(self, key: str) -> int | None:
        found = re.search(rf'"(?:key|path|id)"\s*:\s*"{re.escape(key)}"', self.source)
        return self.source.count("\n", 0, found.start()) + 1 if found else None

    def wrong(self, key: str, sentence: Bilingual, rule: str = "form", **places: str | Bilingual) -> None:
        said = about(Bilingual(key, key), filled(sentence, **places) if places else sentence)
        self.problems.append(error(self.name, rule, said, line=self.line(key), element_id=key))

    def load(self, schema: type[StrictSchema], data: Any, name: str) -> dict[str, Any] | None:
        """What the schema makes of a page or component, as far as it can be read; None where nothing can."""
        read = load_values(made(schema), data, {})
        for place, message in read.told:
            where, sentence = ".".join(str(part) for part in place), in_both(message)
            self.wrong(name, Bilingual(f"{where}៖ {sentence.km}", f"{where}: {sentence.en}"))
        if read.told:
            self.leave_unread(data)
        loaded: dict[str, Any] | None = read.value
        return loaded

    def leave_unread(self, data: Any) -> None:
        """Whatever stands here is there, and more is not known of it."""
        keys = set(keys_in(data))
        self.unread |= {(key,) for key in keys} or {()}
        self.lost |= keys

    def condition(self, key: str, data: dict[str, Any]) -> Condition | None:
        source = data.get("conditional", {}).get("hide")
        if not source:
            return None
        try:
            condition = parse_condition(source)
        except BadExpression as bad:
            self.wrong(key, bad.why, "expression")
            return None
        self.earlier(key, source, condition.names)
        return condition

    def earlier(self, key: str, source: str, names: frozenset[str]) -> list[str]:
        """Names in an expression that are no earlier questions; they are told."""
        lacking = sorted(names - self.keys - self.lost if () not in self.unread else ())
        for unknown in lacking:
            known = nearest(unknown, sorted(self.keys))
            self.wrong(key, wrong.NO_EARLIER, "expression", source=source, name=unknown, known=known)
        return lacking

    def computed(self, key: str, data: dict[str, Any]) -> AnswerExpression | None:
        """How the answer follows from those to earlier questions."""
        own, rules = data.get("properties", {}), data.get("rules", {})
        if "computed" not in own:
            return None
        if rules.get("required") or own.get("prefill") or data.get("readonly"):
            self.wrong(key, wrong.COMPUTED)
        try:
            expression = parse_answer_expression(own["computed"])
        except BadExpression as bad:
            self.wrong(key, bad.why, "expression")
            return None
        if self.earlier(key, own["computed"], expression.names):
            self.unread.add((key,))
        return expression

    def unique(self, key: str) -> None:
        if key in self.keys:
            self.wrong(key, wrong.KEY_TWICE)
        if len(self.keys) >= wrong.MOST_COMPONENTS:
            raise reject(self.name, "form", wrong.TOO_MANY)
        self.keys.add(key)

    def page(self, raw: Any, number: int) -> Page | None:
        data = self.load(GroupSchema, raw, name_of(raw, f"page {number}"))
        if data is None:
            return None
        key = str(data["id"])
        hide = self.condition(key, data)
        title = self.texts.pages.get(key)
        if title is None:
            self.wrong(key, wrong.NO_TITLE, "texts", name=key)
        before = frozenset(self.sure)
        components = [self.component(part, inside=False) for part in data["components"]]
        if hide is not None:
            self.sure.intersection_update(before)
        return Page(key, title or Bilingual(key, key), tuple(part for part in components if part), hide)

    def component(self, raw: Any, *, inside: bool) -> Component | None:
        data = self.load(ComponentSchema, raw, name_of(raw, "component"))
        if data is None:
            return None
        kind = kind_of(data)
        key = str(data.get(kind.keyed_by) or "")
        if not key:
            self.wrong(name_of(raw, data["type"]), wrong.NO_KEY)
            self.unread.add(())
            return None
        hide, computed = self.condition(key, data), self.computed(key, data)
        self.unique(key)
        words = self.texts.fields.get(key)
        if words is None:
            self.wrong(key, wrong.NO_LABEL, "texts", name=key)
            words = FieldTexts(Bilingual(key, key), None, {})
        component = replace(
            self.limits(key, kind, data), label=words.label, hint=words.hint, hide=hide, computed=computed
        )
        if computed is not None:
            certain = computed.names <= self.sure and not computed.divides
            component = replace(component, readonly=True, required=certain)
        if hide is None and (component.required or kind.repeats or kind.scalar == "boolean"):
            self.sure.add(key)
        if kind.options:
            component = replace(component, options=self.options(key, data, words))
        if kind.repeats:
            component = replace(component, components=self.parts(key, data, inside))
        return component

    def limits(self, key: str, kind: FieldKind, data: dict[str, Any]) -> Component:
        """The component without its words, options and parts."""
        rules, own = data.get("rules", {}), data.get("properties", {})
        if data["type"] not in kind.written:
            name, written = kind.name, " or ".join(kind.written)
            self.wrong(key, wrong.OTHER_TYPE, kind=name, written=written, type=data["type"])
        return Component(
            key=key,
            kind=kind,
            label=Bilingual(key, key),
            required=bool(rules.get("required", False)),
            minimum=self.limit(key, kind, own.get("min", rules.get("min"))),
            maximum=self.limit(key, kind, own.get("max", rules.get("max"))),
            decimals=data.get("decimal_digits", 0),
            min_length=rules.get("min_length"),
            max_length=rules.get("max_length", kind.longest),
            pattern=self.pattern(key, rules.get("pattern")),
            address_level=own.get("level", "commune"),
            accepts=self.accepted(key, data.get("accept")) if kind.uploads else (),
            several=data.get("multiple", False),
            min_items=own.get("min_items", 0),
            max_items=own.get("max_items"),
            personal=own.get("personal") == "true",
            told=own.get("told") == "true",
            ground=own.get("ground") == "true",
            finding=own.get("finding") == "true",
            prefill=own.get("prefill"),
            readonly=data.get("readonly", False),
            idle=tuple(name for name in settings(data) if name not in kind.takes),
        )

    def limit(self, key: str, kind: FieldKind, written: Any) -> Limit | None:
        try:
            return None if written is None else kind.limit(written)
        except BadLimit as bad:
            self.wrong(key, bad.why)
            return None

    def pattern(self, key: str, pattern: str | None) -> str | None:
        try:
            if pattern is not None:
                read_pattern(pattern)
        except BadPattern as bad:
            self.wrong(key, wrong.PATTERN, pattern=str(pattern), at=str(bad))
            return None
        return pattern

    def accepted(self, key: str, accept: str | None) -> tuple[str, ...]:
        names = [part.strip().removeprefix(".").lower() for part in (accept or ",".join(FILE_TYPES)).split(",")]
        types = ["jpg" if name == "jpeg" else name for name in names]
        for unknown in sorted(set(types) - set(FILE_TYPES)):
            self.wrong(key, wrong.FILE_TYPE, type=unknown, known=nearest(unknown, FILE_TYPES))
        return tuple(dict.fromkeys(types))

    def options(self, key: str, data: dict[str, Any], words: FieldTexts) -> tuple[Option, ...]:
        values = [str(choice["value"]) for choice in data.get("values", [])]
        if not values:
            self.wrong(key, wrong.NO_VALUES)
        if len(set(values)) < len(values):
            self.wrong(key, wrong.VALUE_TWICE)
        for value in values:
            if not re.fullmatch(CHOICE_WRITTEN, value):
                self.wrong(key, wrong.NO_CHOICE, value=value)
            elif value not in words.options:
                self.wrong(key, wrong.NO_WORDS, "texts", value=value, name=key)
        return tuple(Option(value, words.options.get(value, Bilingual(value, value))) for value in values)

    def parts(self, key: str, data: dict[str, Any], inside: bool) -> tuple[Component, ...]:
        if inside:
            self.wrong(key, wrong.GROUP_IN_GROUP)
            return ()
        parts = [self.component(part, inside=True) for part in data.get("components", [])]
        if None in parts:  # a row that is not known whole is not known
            self.unread.add((key,))
        if not parts:
            self.wrong(key, wrong.EMPTY_GROUP)
        return tuple(part for part in parts if part)


def read_form(name: str, data: bytes, key: str, texts: FormTexts) -> Form:
    """The form in a form-js document with the words of ``texts``; raises PackageRejected with every mistake."""
    return form_as_far(name, data, key, texts).whole()


def form_as_far(name: str, data: bytes, key: str, texts: FormTexts) -> AsFar[Form]:
    """The form as far as it can be read; questions that cannot are ``unread``, by their key."""
    nothing = Form(key, texts.title, (), name)
    try:
        source = decoded(name, data)
        reading = _Reading(name, source, texts)
        document = reading.load(DocumentSchema, json_of(name, source), key)
        if document is None:
            return AsFar(nothing, tuple(reading.problems), frozenset({()}))
        pages = [reading.page(group, number) for number, group in enumerate(document["components"], 1)]
    except PackageRejected as rejected:
        return AsFar(nothing, rejected.problems, frozenset({()}))
    form = replace(nothing, pages=tuple(page for page in pages if page))
    return AsFar(form, (*reading.problems, *_unused(reading, pages)), frozenset(reading.unread))


def _unused(reading: _Reading, pages: list[Page | None]) -> Iterator[Problem]:
    """Texts that belong to nothing are mostly keys that were misspelt."""
    held = {page.key for page in pages if page} | reading.keys | reading.lost
    for kind, unknown in (
        (wrong.A_PAGE, set(reading.texts.pages) - held),
        (wrong.A_FIELD, set(reading.texts.fields) - reading.keys - reading.lost),
    ):
        for key in sorted(unknown if () not in reading.unread else ()):
            sentence = filled(wrong.FOR_NOTHING, kind=kind, key=key, known=nearest(key, sorted(held)))
            yield error(reading.name, "texts", sentence)
