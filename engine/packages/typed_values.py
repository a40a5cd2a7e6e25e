"""What was typed into a question made into the value that is kept, by its kind and limits, or refused with a Fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.khmer import latin_digits
from engine.packages import gazetteer
from engine.packages.forms import ADDRESS_LEVELS, Component
from engine.packages.limits import day_limit
from engine.packages.patterns import fits
from engine.signs import undrawable
from engine.typed.days import typed_day
from engine.typed.emails import typed_email
from engine.typed.fault import Fault
from engine.typed.identity import typed_identity
from engine.typed.lines import typed_line
from engine.typed.names import khmer_name, latin_name
from engine.typed.numbers import typed_number, typed_riel
from engine.typed.positions import typed_position
from engine.typed.signs import compact
from engine.typed.telephones import typed_phone
from engine.typed.times import typed_time


def clean_value(component: Component, raw: Any, today: date) -> Any:
    """The value to keep, None when nothing was answered; raises Fault. Cleaning a kept value changes nothing."""
    clean = component.kind.clean
    value = clean(component, raw, today) if clean is not None else None
    if component.required and (value is None or value is False or value == []):
        raise Fault(component.kind.missing)
    return value


def clean_text(component: Component, raw: Any, today: date) -> str | None:
    """One line of text."""
    return clean_lines(component, " ".join(typed_line(raw).split("\n")), today)


def clean_lines(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001 (one shape for every cleaner)
    """Text of any number of lines."""
    text = typed_line(raw)
    if not text:
        return None
    if component.max_length is not None and len(text) > component.max_length:
        raise Fault("too_long", limit=component.max_length)
    if component.min_length is not None and len(text) < component.min_length:
        raise Fault("too_short", limit=component.min_length)
    _require_drawable(text)
    if component.pattern is not None:
        return _patterned(component.pattern, latin_digits(text))
    return text


def _patterned(pattern: str, text: str) -> str:
    """The text as the pattern wants it: people part numbers of papers by blanks and dashes, and write small letters."""
    written = (text, text.upper(), compact(text))
    found = next((one for one in written if fits(pattern, one)), None)
    if found is None:
        raise Fault("pattern")
    return found


def clean_khmer_name(component: Component, raw: Any, today: date) -> str | None:
    """The name of a person in Khmer letters."""
    return clean_text(component, khmer_name(raw), today)


def clean_latin_name(component: Component, raw: Any, today: date) -> str | None:
    """The name of a person in Latin letters."""
    return clean_text(component, latin_name(raw), today)


def clean_identity(component: Component, raw: Any, today: date) -> str | None:
    """The number of an identity card or passport."""
    return clean_text(component, typed_identity(raw), today)


def clean_email(component: Component, raw: Any, today: date) -> str | None:
    """An e-mail address."""
    return clean_text(component, typed_email(raw), today)


def clean_phone(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    """A telephone number as E.164."""
    return typed_phone(raw)


def clean_number(component: Component, raw: Any, today: date) -> int | float | None:  # noqa: ARG001
    return _counted(component, typed_number(raw, decimals=component.decimals))


def _counted(component: Component, number: Decimal | None) -> int | float | None:
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


def clean_money(component: Component, raw: Any, today: date) -> int | float | None:  # noqa: ARG001
    value = _counted(component, typed_riel(raw))
    if value is not None and value < 0:
        raise Fault("too_small", limit=0)
    return value


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def clean_date(component: Component, raw: Any, today: date) -> str | None:
    day = typed_day(raw)
    if day is None:
        return None
    if isinstance(component.minimum, str) and day < (limit := day_limit(component.minimum, today)):
        raise Fault("too_early", limit=f"{limit:%d/%m/%Y}")
    if isinstance(component.maximum, str) and day > (limit := day_limit(component.maximum, today)):
        raise Fault("too_late", limit=f"{limit:%d/%m/%Y}")
    return day.isoformat()


def clean_time(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    """A time of day as ``07:30``; texts of this shape are in the order of the day."""
    time = typed_time(raw)
    if time is None:
        return None
    if isinstance(component.minimum, str) and time < component.minimum:
        raise Fault("too_early_in_the_day", limit=component.minimum)
    if isinstance(component.maximum, str) and time > component.maximum:
        raise Fault("too_late_in_the_day", limit=component.maximum)
    return time


def clean_position(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    return typed_position(raw)


def clean_choice(component: Component, raw: Any, today: date) -> str | None:  # noqa: ARG001
    value = typed_line(raw)
    if not value:
        return None
    if component.option_label(value) is None:
        raise Fault("not_an_option")
    return value


def clean_checkbox(component: Component, raw: Any, today: date) -> bool:  # noqa: ARG001
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    word = typed_line(raw)
    if word not in ("", "yes", "true", "on", "no", "false"):
        raise Fault("not_readable")
    return word in ("yes", "true", "on")


def clean_checklist(component: Component, raw: Any, today: date) -> list[str]:  # noqa: ARG001
    chosen = {value for value in map(typed_line, _listed(raw)) if value}
    if any(component.option_label(value) is None for value in chosen):
        raise Fault("not_an_option")
    return [option.value for option in component.options if option.value in chosen]


def clean_file(component: Component, raw: Any, today: date) -> list[str]:  # noqa: ARG001
    kept = [value for value in map(typed_line, _listed(raw)) if value]
    if len(kept) > 1 and not component.several:
        raise Fault("too_many", limit=1)
    return kept


def clean_address(component: Component, raw: Any, today: date) -> dict[str, str] | None:  # noqa: ARG001
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Fault("not_readable")
    address = {part: typed_line(raw.get(part)) for part in ("province", "district", "commune", "street")}
    if not any(address.values()):
        return None
    parent = ""
    for level in ADDRESS_LEVELS[: ADDRESS_LEVELS.index(component.address_level) + 1]:
        code = address.setdefault(level, typed_line(raw.get(level)))
        if not code:
            raise Fault("required", part=level)
        unit = gazetteer.place(code)
        if unit is None or unit.level != level or not gazetteer.lies_in(code, parent):
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
