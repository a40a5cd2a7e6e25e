"""One typed answer made into the value that is kept, or refused with a Fault. Khmer digits are welcome everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import phonenumbers

from engine.khmer import latin_digits, tidy
from engine.packages import gazetteer
from engine.packages.form_errors import Fault
from engine.packages.forms import ADDRESS_LEVELS, Component
from engine.signs import undrawable
from engine.working_time.terms import parse_length

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[ ,\u00a0\u202f\u200b]\d{3})+(?:\.\d+)?")
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?")
_EMAIL: Final = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_DIGITS: Final = re.compile(r"\d{1,4}")


def clean_value(component: Component, raw: Any, today: date) -> Any:
    """The value to keep, None when nothing was answered; raises Fault. Cleaning a kept value changes nothing."""
    value = _CLEANERS[component.type](component, raw, today)
    if component.required and (value is None or value in ("", [], False)):
        raise Fault("must_agree" if component.type == "checkbox" else "required")
    return value


def _text(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001 (one shape for every cleaner)
    text = _typed(raw)
    if component.type != "textarea":
        text = " ".join(text.split("\n"))
    if not text:
        return None
    if component.max_length is not None and len(text) > component.max_length:
        raise Fault("too_long", limit=component.max_length)
    if component.min_length is not None and len(text) < component.min_length:
        raise Fault("too_short", limit=component.min_length)
    _require_drawable(text)
    if component.pattern is not None:
        text = latin_digits(text)
        if not re.fullmatch(component.pattern, text):
            raise Fault("pattern")
    return text


def _email(component: Component, raw: Any, today: date) -> str | None:
    text = _text(component, raw, today)
    if text is not None and not _EMAIL.fullmatch(text):
        raise Fault("not_an_email")
    return text


def _phone(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    text = latin_digits(_typed(raw))
    if not text:
        return None
    try:
        number = phonenumbers.parse(text[:40], "KH")
    except phonenumbers.NumberParseException as unreadable:
        raise Fault("not_a_phone") from unreadable
    if not phonenumbers.is_valid_number(number):
        raise Fault("not_a_phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _number(component: Component, raw: Any, today: date) -> int | float | None:  # noqa: ARG001
    number = typed_number(raw)
    if number is None:
        return None
    decimals = -int(number.normalize().as_tuple().exponent)
    if decimals > component.decimals:
        if component.decimals:
            raise Fault("too_many_decimals", limit=component.decimals)
        raise Fault("not_whole")
    if isinstance(component.minimum, Decimal) and number < component.minimum:
        raise Fault("too_small", limit=_plain(component.minimum))
    if isinstance(component.maximum, Decimal) and number > component.maximum:
        raise Fault("too_large", limit=_plain(component.maximum))
    return float(number) if component.decimals else int(number)


def _money(component: Component, raw: Any, today: date) -> int | float | None:
    value = _number(component, raw, today)
    if value is not None and value < 0:
        raise Fault("too_small", limit=0)
    return value


def typed_number(raw: Any) -> Decimal | None:
    """The number that was typed, with Khmer or Latin digits and groups of three; None for nothing; raises Fault."""
    if isinstance(raw, bool):
        raise Fault("not_a_number")
    text = latin_digits(_typed(str(raw) if isinstance(raw, (int, float, Decimal)) else raw))
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[ ,\u00a0\u202f\u200b]", "", text)
    if not _NUMBER.fullmatch(text):
        raise Fault("not_a_number")
    try:
        return Decimal(text)
    except InvalidOperation as unreadable:
        raise Fault("not_a_number") from unreadable


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _date(component: Component, raw: Any, today: date) -> str | None:
    day = _typed_day(raw)
    if day is None:
        return None
    if isinstance(component.minimum, str) and day < (limit := day_limit(component.minimum, today)):
        raise Fault("too_early", limit=limit.isoformat())
    if isinstance(component.maximum, str) and day > (limit := day_limit(component.maximum, today)):
        raise Fault("too_late", limit=limit.isoformat())
    return day.isoformat()


def _typed_day(raw: Any) -> date | None:
    if isinstance(raw, Mapping):
        parts = {part: latin_digits(_typed(raw.get(part))) for part in ("day", "month", "year")}
        if not any(parts.values()):
            return None
        for part, text in parts.items():
            if not _DIGITS.fullmatch(text):
                raise Fault("not_a_date", part=part)
        year, month, day = (int(parts[part]) for part in ("year", "month", "day"))
        if year < 1000:
            raise Fault("not_a_date", part="year")
    else:
        text = latin_digits(_typed(raw))
        if not text:
            return None
        found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
        if found is None:
            raise Fault("not_a_date")
        year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError as unreal:
        raise Fault("not_a_date") from unreal


def day_limit(limit: str, today: date) -> date:
    """The day that `today`, `2026-01-31` or `18 years ago` means on that day."""
    if limit == "today":
        return today
    if limit.endswith(" ago"):
        return parse_length(limit.removesuffix(" ago")).before(today)
    return date.fromisoformat(limit) if limit[:1].isdigit() and "-" in limit else parse_length(limit).after(today)


def _choice(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    value = _typed(raw)
    if not value:
        return None
    if component.option_label(value) is None:
        raise Fault("not_an_option")
    return value


def _checkbox(component: Component, raw: Any, today: date) -> bool:  # noqa: ARG001
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    word = _typed(raw)
    if word not in ("", "yes", "true", "on", "no", "false"):
        raise Fault("not_readable")
    return word in ("yes", "true", "on")


def _checklist(component: Component, raw: Any, today: date) -> list[str]:  # noqa: ARG001
    chosen = {value for value in map(_typed, _listed(raw)) if value}
    if any(component.option_label(value) is None for value in chosen):
        raise Fault("not_an_option")
    return [option.value for option in component.options if option.value in chosen]


def _file(component: Component, raw: Any, today: date) -> list[str]:  # noqa: ARG001
    kept = [value for value in map(_typed, _listed(raw)) if value]
    if len(kept) > 1 and not component.several:
        raise Fault("too_many", limit=1)
    return kept


def _address(component: Component, raw: Any, today: date) -> dict[str, str] | None:  # noqa: ARG001
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Fault("not_readable")
    address = {part: _typed(raw.get(part)) for part in ("province", "district", "commune", "street")}
    if not any(address.values()):
        return None
    parent = ""
    for level in ADDRESS_LEVELS[: ADDRESS_LEVELS.index(component.address_level) + 1]:
        code = address.setdefault(level, _typed(raw.get(level)))
        if not code:
            raise Fault("required", part=level)
        unit = gazetteer.place(code)
        if unit is None or unit.level != level or not code.startswith(parent):
            raise Fault("not_a_place", part=level)
        parent = code
    if len(address["street"]) > 200:
        raise Fault("too_long", part="street", limit=200)
    _require_drawable(address["street"], part="street")
    return address


def _require_drawable(text: str, part: str = "") -> None:
    """What is answered may stand on a paper, long after it could be asked again."""
    if signs := undrawable(text):
        raise Fault("no_font", part=part, signs=" ".join(signs))


def _listed(raw: Any) -> list[Any]:
    if raw is None:
        return []
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def _typed(raw: Any) -> str:
    """What was typed into one field; a field that came twice or is no text cannot be understood."""
    if raw is None:
        return ""
    if isinstance(raw, (list, tuple)) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str):
        raise Fault("not_text")
    return tidy(raw)


_CLEANERS: Final[Mapping[str, Callable[[Component, Any, date], Any]]] = {
    "text": _text,
    "textarea": _text,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "money": _money,
    "date": _date,
    "select": _choice,
    "radio": _choice,
    "checkbox": _checkbox,
    "checklist": _checklist,
    "file": _file,
    "address": _address,
}
