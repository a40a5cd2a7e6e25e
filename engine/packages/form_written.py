"""What a component of a form document says of itself: its name, its kind, its settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.packages.field_kinds import OF_THE_ACCOUNT, kind_written
from engine.packages.forms import FieldKind

_SETTINGS: Final = {
    **{name: name for name in ("min", "max", "pattern", "values", "accept", "multiple", "components")},
    **{name: name for name in ("level", "min_items", "max_items")},
    **{"min_length": "minLength", "max_length": "maxLength", "decimal_digits": "decimalDigits"},
}


def keys_in(data: Any) -> Iterator[str]:
    """The keys of whatever is written here and in it."""
    if isinstance(data, list):
        for one in data:
            yield from keys_in(one)
    elif isinstance(data, dict):
        yield from (str(data[name]) for name in ("key", "path", "id") if isinstance(data.get(name), str))
        yield from keys_in(data.get("components"))


def settings(data: dict[str, Any]) -> list[str]:
    """The settings of a component that mean something for some kinds only, by the names they are written with."""
    rules, own = data.get("rules", {}), data.get("properties", {})
    written = [name for key, name in _SETTINGS.items() if key in data or key in rules or key in own]
    return sorted(set(written))


def kind_of(data: dict[str, Any]) -> FieldKind:
    rules, own = data.get("rules", {}), data.get("properties", {})
    of_account = own.get("prefill") if data["type"] == "textfield" and own.get("prefill") in OF_THE_ACCOUNT else None
    said = {
        "kind": own.get("kind", of_account),
        "subtype": data.get("subtype"),
        "validationType": rules.get("validation_type"),
    }
    return kind_written(data["type"], said)


def name_of(raw: Any, otherwise: str) -> str:
    """What to call a component in a problem, whatever was written there."""
    if isinstance(raw, dict):
        for attribute in ("key", "path", "id"):
            if isinstance(raw.get(attribute), str):
                return str(raw[attribute])[:60]
    return otherwise
