"""Answers of a form: gathered from what a browser posts, and checked page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from engine.packages.form_errors import FieldError
from engine.packages.form_rules import broken_rules, computed_value
from engine.packages.forms import Component, Form, Page
from engine.packages.typed_values import clean_value
from engine.typed.fault import Fault

Answers = dict[str, Any]
Errors = dict[str, FieldError]

_MOST_ITEMS: Final = 50


def _answered(component: Component, value: Any, today: date, prefix: str) -> tuple[Any, list[FieldError]]:
    """The value to keep of what was answered to one question, and what is wrong with it."""
    try:
        if component.kind.repeats:
            return _items(component, value, today, prefix)
        return clean_value(component, value, today), []
    except Fault as fault:
        name = f"{prefix}{component.key}" + (f"-{fault.part}" if fault.part else "")
        return None, [FieldError(name, fault.error, component.label, fault.params)]


def _items(component: Component, value: Any, today: date, prefix: str) -> tuple[list[Answers] | None, list[FieldError]]:
    items = [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise Fault("not_readable")
    least = max(component.min_items, int(component.required))
    if len(items) < least:
        raise Fault("too_few", limit=least)
    most = component.max_items or _MOST_ITEMS
    if len(items) > most:
        raise Fault("too_many", limit=most)
    kept: list[Answers] = []
    wrong: list[FieldError] = []
    for place, item in enumerate(items):
        clean, errors = _checked(component.components, item, item, today, f"{prefix}{component.key}-{place}-")
        kept.append(clean)
        wrong.extend(errors.values())
    return (None, wrong) if wrong else (kept, [])


def validate_page(
    form: Form, page_key: str, raw: Mapping[str, Any], *, answers: Mapping[str, Any], today: date
) -> tuple[Answers, Errors]:
    """The values of one page and what is wrong with them, by the name of the HTML field.

    ``raw`` is what a browser posted (field names as in ``gather``) or values from JSON; ``answers`` are those of the
    other pages, for the conditions. Questions that the answers hide are left out. Raises KeyError for an unknown page.
    """
    page = _page(form, page_key)
    clean, errors = _checked_page(page, gather(form, page_key, raw), answers, today)
    known = {**answers, **clean}
    ours = {part.key for part in page.components}
    asked, wrong = form.visible_keys(known), _wrong_keys(errors)
    ripe = [
        rule
        for rule in form.rules
        if not rule.condition.names.isdisjoint(ours) and (rule.condition.names & asked) <= known.keys() | wrong
    ]
    seen = {name: value for name, value in known.items() if name in asked}
    found = broken_rules(ripe, seen, today, wrong=wrong, places=ours)
    return clean, errors | {one.field: one for one in found}


def validate_all(
    form: Form, answers: Mapping[str, Any], *, today: date, places: Collection[str] | None = None
) -> tuple[Answers, Errors]:
    """All pages at once: the values to keep, and what is wrong with them. Checking kept values changes nothing.
    ``places``: where rules across questions may say that they are broken, anywhere without it."""
    clean: Answers = {}
    errors: Errors = {}
    for page in form.pages:
        values, wrong = _checked_page(page, answers, clean, today)
        clean |= values
        errors |= wrong
    broken = broken_rules(form.rules, clean, today, wrong=_wrong_keys(errors), places=places)
    return clean, errors | {one.field: one for one in broken}


def reckoned(form: Form, answers: Mapping[str, Any], *, today: date) -> Answers:
    """The computed answers for what was answered or typed so far, to be shown."""
    clean, _ = validate_all(form, answers, today=today)
    return {part.key: clean[part.key] for part in form.components() if part.computed and part.key in clean}


def _wrong_keys(errors: Errors) -> set[str]:
    return {field.partition("-")[0] for field in errors}


def gather(form: Form, page_key: str, raw: Mapping[str, Any]) -> Answers:
    """What was typed on a page, by component key, unchecked: to check it, or to show the page again.

    A date may come as ``key-day``, ``key-month``, ``key-year``; an address as ``key-province``, ``key-district``,
    ``key-commune``, ``key-village``, ``key-street``; the parts of a repeating group as ``key-0-part``, ``key-1-part``,
    ….
    """
    return {part.key: _gathered(part, _lists(raw), "") for part in _page(form, page_key).components}


def _gathered(component: Component, raw: Mapping[str, Any], prefix: str) -> Any:
    name = f"{prefix}{component.key}"
    if name in raw:
        return raw[name]
    if component.kind.posted:
        parts = {part: raw[f"{name}-{part}"] for part in component.kind.posted if f"{name}-{part}" in raw}
        return parts or None
    if component.kind.repeats:
        places = sorted({int(place) for key in raw if (place := _place(key, name)) is not None})
        return [
            {part.key: _gathered(part, raw, f"{name}-{place}-") for part in component.components}
            for place in places[: _MOST_ITEMS + 1]
        ]
    return None


def _place(key: str, name: str) -> str | None:
    """The number in ``name-number-part``, None for any other key."""
    place, _, part = key.removeprefix(f"{name}-").partition("-")
    return (
        place
        if key.startswith(f"{name}-") and part and place.isascii() and place.isdigit() and len(place) < 4
        else None
    )


def _lists(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A MultiDict with all its values; a single value stands alone."""
    to_dict = getattr(raw, "to_dict", None)
    if to_dict is None:
        return raw
    values: dict[str, list[str]] = to_dict(flat=False)
    return {key: held[0] if len(held) == 1 else held for key, held in values.items()}


def _checked_page(
    page: Page, raw: Mapping[str, Any], answers: Mapping[str, Any], today: date
) -> tuple[Answers, Errors]:
    if page.hide is not None and page.hide.holds(answers):
        return {}, {}
    return _checked(page.components, raw, answers, today, "")


def _checked(
    components: Iterable[Component], raw: Mapping[str, Any], answers: Mapping[str, Any], today: date, prefix: str
) -> tuple[Answers, Errors]:
    clean: Answers = {}
    errors: Errors = {}
    for part in components:
        if not part.kind.asks or part.is_hidden({**answers, **clean}):
            continue
        if part.computed is not None:
            clean[part.key], found = _computed(part, {**answers, **clean}, today, prefix)
        else:
            clean[part.key], found = _answered(part, raw.get(part.key), today, prefix)
        errors.update({wrong.field: wrong for wrong in found})
    return {key: value for key, value in clean.items() if not _is_wrong(key, errors, prefix)}, errors


def _computed(
    component: Component, answers: Mapping[str, Any], today: date, prefix: str
) -> tuple[Any, list[FieldError]]:
    """The answer that follows from the others, and what its limits say to it."""
    if component.computed is None:
        return None, []
    found = computed_value(component.computed, component.decimals, answers, today)
    try:
        return clean_value(replace(component, required=False), found, today), []
    except Fault as fault:
        return None, [FieldError(f"{prefix}{component.key}", fault.error, component.label, fault.params)]


def _is_wrong(key: str, errors: Errors, prefix: str) -> bool:
    name = f"{prefix}{key}"
    return any(field == name or field.startswith(f"{name}-") for field in errors)


def _page(form: Form, key: str) -> Page:
    page = form.page(key)
    if page is None:
        raise KeyError(key)
    return page
