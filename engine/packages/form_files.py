"""Reading a form from its form-js document.

The profile: every component at the top is a `group`, which is one page (its `id` is the page's key). Inside stand
the components of COMPONENTS below. What form-js has no word for is said by custom properties, so that the stock
editor can open and save every form: `kind` (money, address), `personal`, `told`, `prefill`, `level`, `min`, `max`,
`min_items`, `max_items`. Anything unknown is a problem, never ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError

from engine.khmer import Bilingual
from engine.packages.feel import BadExpression, Condition, parse_condition
from engine.packages.form_schema import COMPONENTS, ComponentSchema, DocumentSchema, GroupSchema
from engine.packages.forms import Component, Form, Option, Page
from engine.packages.manifest import FILE_TYPES
from engine.packages.patterns import BadPattern, read_pattern
from engine.packages.problems import PackageRejected, error, reject
from engine.packages.schema import StrictSchema, flat, sentence
from engine.packages.texts import FieldTexts, FormTexts
from engine.packages.typed_values import day_limit
from engine.packages.yaml_files import decoded, is_writable
from engine.problems import Problem
from engine.working_time.terms import BadTerm

_CHOICES: Final = ("select", "radio", "checklist")
_LENGTHS: Final = {"text": 200, "textarea": 4000, "email": 254}
_MOST_COMPONENTS: Final = 200
_MOST_DIGITS: Final = 15


@dataclass
class _Reading:
    """One form being read, with the problems found so far."""

    name: str
    source: str
    texts: FormTexts
    problems: list[Problem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

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

    def unique(self, key: str) -> None:
        if key in self.keys:
            self.wrong(key, "this key stands in the form twice; rename one.")
        if len(self.keys) >= _MOST_COMPONENTS:
            raise reject(self.name, "form", f"A form has at most {_MOST_COMPONENTS} components; split it.")
        self.keys.add(key)

    def page(self, raw: Any, number: int) -> Page | None:
        data = self.load(GroupSchema(), raw, _name(raw, f"page {number}"))
        if data is None:
            return None
        key = str(data["id"])
        hide = self.condition(key, data)
        title = self.texts.pages.get(key)
        if title is None:
            self.wrong(key, f"texts.yaml has no title for this page (forms: pages: {key}).", "texts")
        components = [self.component(part, inside=False) for part in data["components"]]
        return Page(key, title or Bilingual(key, key), tuple(part for part in components if part), hide)

    def component(self, raw: Any, *, inside: bool) -> Component | None:
        data = self.load(ComponentSchema(), raw, _name(raw, "component"))
        if data is None:
            return None
        key = str(data.get({"dynamiclist": "path", "text": "id"}.get(data["type"], "key")) or "")
        if not key:
            self.wrong(_name(raw, data["type"]), "the component has no key.")
            return None
        hide = self.condition(key, data)
        self.unique(key)
        words = self.texts.fields.get(key)
        if words is None:
            self.wrong(key, f"texts.yaml has no label for this component (forms: fields: {key}).", "texts")
            words = FieldTexts(Bilingual(key, key), None, {})
        component = replace(self.limits(key, data), label=words.label, hint=words.hint, hide=hide)
        if component.type in _CHOICES:
            component = replace(component, options=self.options(key, data, words))
        if component.type == "repeat":
            component = replace(component, components=self.parts(key, data, inside))
        return component

    def limits(self, key: str, data: dict[str, Any]) -> Component:
        """The component without its words, options and parts."""
        rules, own = data.get("rules", {}), data.get("properties", {})
        kind = _type(data, rules, own)
        if kind in ("address",) and data["type"] != "textfield":
            self.wrong(key, "an address is a textfield with the property kind = address.")
        low, high = own.get("min", rules.get("min")), own.get("max", rules.get("max"))
        if kind == "date":
            self.days(key, low, high)
        return Component(
            key=key,
            type=kind,
            label=Bilingual(key, key),
            required=bool(rules.get("required", False)),
            minimum=self.number(key, kind, low),
            maximum=self.number(key, kind, high),
            decimals=data.get("decimal_digits", 0),
            min_length=rules.get("min_length"),
            max_length=rules.get("max_length", _LENGTHS.get(kind)),
            pattern=self.pattern(key, rules.get("pattern")),
            address_level=own.get("level", "commune"),
            accepts=self.accepted(key, data.get("accept")) if kind == "file" else (),
            several=data.get("multiple", False),
            min_items=own.get("min_items", 0),
            max_items=own.get("max_items"),
            personal=own.get("personal") == "true",
            told=own.get("told") == "true",
            prefill=own.get("prefill"),
            readonly=data.get("readonly", False),
        )

    def number(self, key: str, kind: str, limit: Any) -> Decimal | str | None:
        if limit is None or kind == "date":
            return None if limit is None else str(limit)
        try:
            number = Decimal(limit)
        except ArithmeticError:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS:
            return number
        self.wrong(key, f"“{limit}” is not a number that somebody can answer with.")
        return None

    def days(self, key: str, *limits: Any) -> None:
        for limit in limits:
            try:
                if limit is not None:
                    day_limit(str(limit), date(2000, 1, 1))
            except (BadTerm, ValueError):
                self.wrong(key, f"“{limit}”: write a date limit as 2026-01-31, today, or “18 years ago”.")

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
            if value not in words.options:
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
    """The form in a form-js document with the words of `texts`; raises PackageRejected with every mistake."""
    source = decoded(name, data)
    reading = _Reading(name, source, texts)
    document = reading.load(DocumentSchema(), _json(name, source), key)
    if document is None:
        raise PackageRejected(reading.problems)
    pages = [reading.page(group, number) for number, group in enumerate(document["components"], 1)]
    reading.problems.extend(_unused(reading, pages))
    if reading.problems:
        raise PackageRejected(reading.problems)
    return Form(key, texts.title, tuple(page for page in pages if page))


def _unused(reading: _Reading, pages: list[Page | None]) -> Iterator[Problem]:
    """Texts that belong to nothing are mostly keys that were misspelt."""
    held = {page.key for page in pages if page}
    for kind, unknown in (
        ("page", set(reading.texts.pages) - held),
        ("field", set(reading.texts.fields) - reading.keys),
    ):
        for key in sorted(unknown):
            yield error(reading.name, "texts", f"texts.yaml has words for the {kind} “{key}”, which this form has not.")


def _type(data: dict[str, Any], rules: dict[str, Any], own: dict[str, Any]) -> str:
    if own.get("kind") in ("money", "address"):
        return str(own["kind"])
    if data["type"] == "textfield" and rules.get("validation_type") in ("phone", "email"):
        return str(rules["validation_type"])
    return COMPONENTS[data["type"]]


def _name(raw: Any, otherwise: str) -> str:
    """What to call a component in a problem, whatever was written there."""
    if isinstance(raw, dict):
        for attribute in ("key", "path", "id"):
            if isinstance(raw.get(attribute), str):
                return str(raw[attribute])[:60]
    return otherwise


def _json(name: str, source: str) -> Any:
    try:
        value = json.loads(source, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        if not is_writable(json.dumps(value, ensure_ascii=False)):
            raise ValueError("the text holds half a character (a lone surrogate)")
    except json.JSONDecodeError as broken:
        raise reject(name, "json", f"Not readable as JSON: {broken.msg}.", line=broken.lineno) from broken
    except RecursionError as deep:
        raise reject(name, "json", "Nested too deep; flatten it.") from deep
    except ValueError as broken:
        raise reject(name, "json", f"Not readable as JSON: {broken}.") from broken
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a key stands in one object twice")
    return held


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")
