"""Kept answers in words, by the kind of their question, for pages where answers are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.khmer import khmer_digits
from engine.localise import phone
from engine.packages.forms import Component
from engine.packages.gazetteer import address_text
from engine.typed.positions import position_text
from engine.typed.times import time_text


def answer_text(component: Component, value: Any, language: str) -> str:
    """A kept value in words; empty for no answer."""
    return "" if value is None or value in ("", []) else component.kind.words(component, value, language)


def plain_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001 (one shape for all)
    """Text as it was typed, the names of files."""
    return ", ".join(map(str, _several(value)))


def ticked_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """Yes or no."""
    return {True: ("បាទ/ចាស", "Yes"), False: ("ទេ", "No")}[bool(value)][language == "en"]


def option_words(component: Component, value: Any, language: str) -> str:
    """The words of what was chosen."""
    labels = ((chosen, component.option_label(chosen)) for chosen in _several(value))
    return ", ".join(label(language) if label else str(chosen) for chosen, label in labels)


def day_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """A day as ``31/01/2026``."""
    year, month, day = str(value).split("-")
    return _digits(f"{day}/{month}/{year}", language)


def time_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """A time of day."""
    return time_text(str(value), language)


def number_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """A number."""
    return _digits(str(value), language)


def riel_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """An amount of riel in groups of three."""
    return f"{_digits(f'{value:,}'.replace(',', ' '), language)} ៛"


def phone_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """A telephone number as it is dialled."""
    return _digits(phone(str(value)), language)


def position_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """Latitude and longitude."""
    return position_text(value, language)


def address_words(component: Component, value: Any, language: str) -> str:  # noqa: ARG001
    """An address from the street to the province."""
    return address_text(value, language)


def item_words(component: Component, value: Any, language: str) -> str:
    """The items of a repeating group, each with its answers."""
    return "; ".join(_item(component, item, language) for item in value)


def _item(component: Component, item: Mapping[str, Any], language: str) -> str:
    words = (answer_text(part, item.get(part.key), language) for part in component.components)
    return ", ".join(word for word in words if word)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _digits(text: str, language: str) -> str:
    return text if language == "en" else khmer_digits(text)
