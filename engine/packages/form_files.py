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
from typing import Any, Final

from marshmallow import ValidationError

from engine.khmer import Bilingual
from engine.packages.answer_expressions import AnswerExpression, parse_answer_expression
from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.field_kinds import OF_THE_ACCOUNT, kind_written
from engine.packages.form_json import json_of
from engine.packages.form_schema import ComponentSchema, DocumentSchema, GroupSchema
from engine.packages.forms import Component, FieldKind, Form, Limit, Option, Page
from engine.packages.limits import BadLimit
from engine.packages.manifest import FILE_TYPES
from engine.packages.patterns import BadPattern, read_pattern
from engine.packages.problems import PackageRejected, error, reject
from engine.packages.schema import CHOICE_WRITTEN, StrictSchema, flat, sentence
from engine.packages.texts import FieldTexts, FormTexts
from engine.packages.yaml_files import decoded
from engine.problems import Problem

_MOST_COMPONENTS: Final = 200
_SETTINGS: Final = {
    **{name: name for name in ("min", "max", "pattern", "values", "accept", "multiple", "components")},
    **{name: name for name in ("level", "min_items", "max_items")},
    **{"min_length": "minLength", "max_length": "maxLength", "decimal_digits": "decimalDigits"},
}


_GROUP: Final = GroupSchema()
_COMPONENT: Final = ComponentSchema()
"""Made once: a schema copies its fields whenever it is made, and a package has hundreds of components."""


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

    def line(self, key: str) -> int | None:
        found = re.search(rf'"(?:key|path|id)"\s*:\s*"{re.escape(key)}"', self.source)
        return self.source.count("\n", 0, found.start()) + 1 if found else None

    def wrong(self, key: str, message: str, rule: str = "form") -> None:
        self.problems.append(error(self.name, rule, f"“{key}”: {message}", line=self.line(key), element_id=key))

    def load(self, schema: StrictSchema, data: Any, name: str) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = schema.load(data)
        except ValidationError as refused:
            for place, message in flat(refused.messages, ()):
                self.wrong(name, f"{'.'.join(str(part) for part in place)}: {sentence(message)}")
            return None
        return loaded

    def condition(self, key: str, data: dict[str, Any]) -> Condition | None:
        source = data.get("conditional", {}).get("hide")
        if not source:
            return None
        try:
            condition = parse_condition(source)
        except BadExpression as bad:
            self.wrong(key, str(bad), "expression")
            return None
        for unknown in sorted(condition.names - self.keys):
            self.wrong(
                key, f"the condition “{source}” looks at “{unknown}”, which is no earlier question.", "expression"
            )
        return condition

    def computed(self, key: str, data: dict[str, Any]) -> AnswerExpression | None:
        """How the answer follows from those to earlier questions."""
        own, rules = data.get("properties", {}), data.get("rules", {})
        if "computed" not in own:
            return None
        if rules.get("required") or own.get("prefill") or data.get("readonly"):
            self.wrong(key, "a computed answer is typed by nobody; remove required, prefill and readonly.")
        try:
            expression = parse_answer_expression(own["computed"])
        except BadExpression as bad:
            self.wrong(key, str(bad), "expression")
            return None
        for unknown in sorted(expression.names - self.keys):
            self.wrong(key, f"“{own['computed']}” looks at “{unknown}”, which is no earlier question.", "expression")
        return expression

    def unique(self, key: str) -> None:
        if key in self.keys:
            self.wrong(key, "this key stands in the form twice; rename one.")
        if len(self.keys) >= _MOST_COMPONENTS:
            raise reject(self.name, "form", f"A form has at most {_MOST_COMPONENTS} components; split it.")
        self.keys.add(key)

    def page(self, raw: Any, number: int) -> Page | None:
        data = self.load(_GROUP, raw, _name(raw, f"page {number}"))
        if data is None:
            return None
        key = str(data["id"])
        hide = self.condition(key, data)
        title = self.texts.pages.get(key)
        if title is None:
            self.wrong(key, f"texts.yaml has no title for this page (forms: pages: {key}).", "texts")
        before = frozenset(self.sure)
        components = [self.component(part, inside=False) for part in data["components"]]
        if hide is not None:
            self.sure.intersection_update(before)
        return Page(key, title or Bilingual(key, key), tuple(part for part in components if part), hide)

    def component(self, raw: Any, *, inside: bool) -> Component | None:
        data = self.load(_COMPONENT, raw, _name(raw, "component"))
        if data is None:
            return None
        kind = _kind(data)
        key = str(data.get(kind.keyed_by) or "")
        if not key:
            self.wrong(_name(raw, data["type"]), "the component has no key.")
            return None
        hide, computed = self.condition(key, data), self.computed(key, data)
        self.unique(key)
        words = self.texts.fields.get(key)
        if words is None:
            self.wrong(key, f"texts.yaml has no label for this component (forms: fields: {key}).", "texts")
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
            self.wrong(key, f"the property kind = {name} stands on a {written}, not on a {data['type']}.")
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
            prefill=own.get("prefill"),
            readonly=data.get("readonly", False),
            idle=tuple(name for name in _settings(data) if name not in kind.takes),
        )

    def limit(self, key: str, kind: FieldKind, written: Any) -> Limit | None:
        try:
            return None if written is None else kind.limit(written)
        except BadLimit as bad:
            self.wrong(key, str(bad))
            return None

    def pattern(self, key: str, pattern: str | None) -> str | None:
        try:
            if pattern is not None:
                read_pattern(pattern)
        except BadPattern as bad:
            self.wrong(
                key,
                f"the pattern “{pattern}” is not supported at “{bad}”; use characters, classes such as [0-9] "
                "and counts as {9,13}.",
            )
            return None
        return pattern

    def accepted(self, key: str, accept: str | None) -> tuple[str, ...]:
        names = [part.strip().removeprefix(".").lower() for part in (accept or ",".join(FILE_TYPES)).split(",")]
        types = ["jpg" if name == "jpeg" else name for name in names]
        for unknown in sorted(set(types) - set(FILE_TYPES)):
            self.wrong(key, f"files of type “{unknown}” are not accepted; use {', '.join(FILE_TYPES)}.")
        return tuple(dict.fromkeys(types))

    def options(self, key: str, data: dict[str, Any], words: FieldTexts) -> tuple[Option, ...]:
        values = [str(choice["value"]) for choice in data.get("values", [])]
        if not values:
            self.wrong(key, "there is nothing to choose from; add values.")
        if len(set(values)) < len(values):
            self.wrong(key, "a value stands among the choices twice; keep one.")
        for value in values:
            if not re.fullmatch(CHOICE_WRITTEN, value):
                self.wrong(
                    key,
                    f"“{value}” cannot be the value of a choice; use small Latin letters, digits and “_”, a letter "
                    "first.",
                )
            elif value not in words.options:
                self.wrong(
                    key, f"texts.yaml has no words for the choice “{value}” (forms: fields: {key}: options).", "texts"
                )
        return tuple(Option(value, words.options.get(value, Bilingual(value, value))) for value in values)

    def parts(self, key: str, data: dict[str, Any], inside: bool) -> tuple[Component, ...]:
        if inside:
            self.wrong(key, "a repeating group cannot stand inside another one.")
            return ()
        parts = [self.component(part, inside=True) for part in data.get("components", [])]
        if not parts:
            self.wrong(key, "a repeating group needs components.")
        return tuple(part for part in parts if part)


def read_form(name: str, data: bytes, key: str, texts: FormTexts) -> Form:
    """The form in a form-js document with the words of ``texts``; raises PackageRejected with every mistake."""
    source = decoded(name, data)
    reading = _Reading(name, source, texts)
    document = reading.load(DocumentSchema(), json_of(name, source), key)
    if document is None:
        raise PackageRejected(reading.problems)
    pages = [reading.page(group, number) for number, group in enumerate(document["components"], 1)]
    reading.problems.extend(_unused(reading, pages))
    if reading.problems:
        raise PackageRejected(reading.problems)
    return Form(key, texts.title, tuple(page for page in pages if page), name)


def _unused(reading: _Reading, pages: list[Page | None]) -> Iterator[Problem]:
    """Texts that belong to nothing are mostly keys that were misspelt."""
    held = {page.key for page in pages if page}
    for kind, unknown in (
        ("page", set(reading.texts.pages) - held),
        ("field", set(reading.texts.fields) - reading.keys),
    ):
        for key in sorted(unknown):
            yield error(reading.name, "texts", f"texts.yaml has words for the {kind} “{key}”, which this form has not.")


def _settings(data: dict[str, Any]) -> list[str]:
    """The settings of a component that mean something for some kinds only, by the names they are written with."""
    rules, own = data.get("rules", {}), data.get("properties", {})
    written = [name for key, name in _SETTINGS.items() if key in data or key in rules or key in own]
    return sorted(set(written))


def _kind(data: dict[str, Any]) -> FieldKind:
    rules, own = data.get("rules", {}), data.get("properties", {})
    of_account = own.get("prefill") if data["type"] == "textfield" and own.get("prefill") in OF_THE_ACCOUNT else None
    said = {
        "kind": own.get("kind", of_account),
        "subtype": data.get("subtype"),
        "validationType": rules.get("validation_type"),
    }
    return kind_written(data["type"], said)


def _name(raw: Any, otherwise: str) -> str:
    """What to call a component in a problem, whatever was written there."""
    if isinstance(raw, dict):
        for attribute in ("key", "path", "id"):
            if isinstance(raw.get(attribute), str):
                return str(raw[attribute])[:60]
    return otherwise
