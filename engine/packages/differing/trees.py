"""Plain values (of YAML, JSON or XML) compared leaf by leaf. Entries of a list are known by their own key, if any."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

Change = Literal["added", "removed", "changed"]
Place = tuple[str, ...]
ORDER: Final = "order"
"""The last word of a place whose entries are the same and stand in another order."""
_KEYS: Final = ("key", "path", "id", "name", "value", "certificate_of")
"""What an entry of a list may be known by, the first that it has."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is new, gone or another one; ``None`` where there is none."""

    place: Place
    change: Change
    before: Any
    after: Any


def leaves(before: Any, after: Any, place: Place = ()) -> Iterator[Leaf]:
    """Every difference, in the order in which things are written. What is new or gone as a whole is told as one."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_groups(before, after, place)
    elif _is_list(before) and _is_list(after):
        yield from _of_lists(before, after, place)
    elif not same(before, after):
        yield Leaf(place, "changed", before, after)


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: ``true`` is not 1, and ``1`` is not ``"1"``."""
    return _canonical(one) == _canonical(other)


def written(value: Any) -> str:
    """A value as a line: texts as they are, groups as ``key: value``, lists with commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_inside(held)}" for key, held in value.items())
    if _is_list(value):
        return ", ".join(map(_inside, value))
    return json.dumps(value, ensure_ascii=False)


def _inside(value: Any) -> str:
    said = written(value)
    if isinstance(value, Mapping):
        return f"{{{said}}}"
    return f"[{said}]" if _is_list(value) else said


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _of_groups(before: Mapping[str, Any], after: Mapping[str, Any], place: Place) -> Iterator[Leaf]:
    for key in dict.fromkeys([*before, *after]):
        here = (*place, key)
        if key not in after:
            yield Leaf(here, "removed", before[key], None)
        elif key not in before:
            yield Leaf(here, "added", None, after[key])
        else:
            yield from leaves(before[key], after[key], here)


def _of_lists(before: Sequence[Any], after: Sequence[Any], place: Place) -> Iterator[Leaf]:
    old, new = _keyed(before), _keyed(after)
    if old is not None and new is not None:
        yield from _of_groups(old, new, place)
        stayed = [key for key in old if key in new], [key for key in new if key in old]
        if stayed[0] != stayed[1]:
            yield Leaf((*place, ORDER), "changed", stayed[0], stayed[1])
    elif any(isinstance(one, Mapping) or _is_list(one) for one in (*before, *after)):
        yield from _of_rows(before, after, place)
    elif not same(before, after):
        yield Leaf(place, "changed", before, after)


def _keyed(entries: Sequence[Any]) -> dict[str, Any] | None:
    """The entries by their own keys; None where one has none or shares it."""
    if not all(isinstance(entry, Mapping) for entry in entries):
        return None
    keys = [next((entry[key] for key in _KEYS if _is_word(entry.get(key))), None) for entry in entries]
    if None in keys or len(set(keys)) < len(keys):
        return None
    return {str(key): entry for key, entry in zip(keys, entries, strict=True)}


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _of_rows(before: Sequence[Any], after: Sequence[Any], place: Place) -> Iterator[Leaf]:
    """Entries without keys, numbered from 1: those that stay alike are found, others are compared in pairs."""
    matched = SequenceMatcher(None, [*map(_canonical, before)], [*map(_canonical, after)], autojunk=False)
    for kind, low, high, first, last in matched.get_opcodes():
        if kind == "equal":
            continue
        for at in range(max(high - low, last - first)):
            old, new = low + at, first + at
            if old >= high:
                yield Leaf((*place, str(new + 1)), "added", None, after[new])
            elif new >= last:
                yield Leaf((*place, str(old + 1)), "removed", before[old], None)
            else:
                yield from leaves(before[old], after[new], (*place, str(new + 1)))
