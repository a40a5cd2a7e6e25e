"""The value of a fact as rows of texts, as fields of a page hold them; and what is typed there as a value again.

What was not typed keeps its value as it was written: numbers stay numbers, groups keep the order of their keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.khmer import latin_digits
from engine.studio.fact_shapes import NAME, Part, Shape
from engine.studio.yaml_values import aligned

Row = Mapping[str, str]
"""The texts of the fields of a row, by the names of its leaves; those that are empty are not there."""
MOST_ROWS: Final = 100
LONGEST: Final = 2_000
"""Rows of a key, and signs of a field, that a page holds; what has more is shown as it is written."""
_BETWEEN_WORDS: Final = "\u200b\u200c\u200d"
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_YES_NO: Final = {"true": True, "false": False}


class NameTwice(ValueError):
    """Two rows have the same name."""


class NameMissing(ValueError):
    """A row has no name."""


def rows_of(shape: Shape, value: Any) -> list[Row] | None:
    """The rows of a value; None for one that these fields cannot express."""
    records = _records(shape, value)
    if records is None or len(records) > MOST_ROWS:
        return None
    rows = [_row(shape, name, body) for name, body in records]
    return None if None in rows else [row for row in rows if row is not None]


def with_rows(shape: Shape, value: Any, typed: Sequence[Row]) -> Any:
    """The value with what is typed in its rows; None when nothing is left. Empty rows count for nothing. Raises
    ``NameTwice`` and ``NameMissing``."""
    typed = [row for row in ({leaf: text for leaf, text in one.items() if text} for one in typed) if row]
    records, rows = _records(shape, value) or [], rows_of(shape, value) or []
    if list(rows) == typed:
        return value
    made = list[tuple[str, Any]]()
    for at, row in zip(aligned(rows, typed), typed, strict=True):
        body = _body(shape, records[at][1] if at is not None else None, rows[at] if at is not None else {}, row)
        if shape.named and not row.get(NAME):
            raise NameMissing
        made.append((row.get(NAME, ""), body))
    return _value(shape, made)


def _records(shape: Shape, value: Any) -> list[tuple[str, Any]] | None:
    """The rows of a value with their names, each as it is written."""
    if value is None:
        return []
    if shape.form == "one" or (shape.form == "cases" and not isinstance(value, list)):
        return [("", value)]
    if shape.form in ("rows", "cases"):
        return [("", one) for one in value] if isinstance(value, list) else None
    if not isinstance(value, dict):
        return None
    if shape.form == "keyed":
        return list(value.items())
    if not all(isinstance(held, list) and held for held in value.values()):
        return None
    return [(name, one) for name, held in value.items() for one in held]


def _value(shape: Shape, made: Sequence[tuple[str, Any]]) -> Any:
    """The value of these rows."""
    if not made:
        return None
    bodies = [body for _, body in made]
    if shape.form == "one":
        return bodies[0]
    if shape.form == "cases":
        return bodies[0] if len(bodies) == 1 else [_as_group(shape, body) for body in bodies]
    if shape.form == "rows":
        return bodies
    if shape.form == "keyed":
        if len({name for name, _ in made}) < len(made):
            raise NameTwice
        return dict(made)
    found: dict[str, list[Any]] = {}
    for name, body in made:
        found.setdefault(name, []).append(body)
    return found


def _as_group(shape: Shape, body: Any) -> Any:
    return body if isinstance(body, dict) else {shape.short: body}


def _row(shape: Shape, name: str, body: Any) -> Row | None:
    texts: dict[str, str | None] = {NAME: name} if shape.named else {}
    if shape.value is not None:
        texts |= {} if body is None and shape.named else _texts(shape.value, body)
    elif not isinstance(body, dict) and shape.short:
        texts |= {shape.short: _text(Part(shape.short), body)}
    elif isinstance(body, dict) and set(body) <= {part.name for part in shape.parts}:
        for part in shape.parts:
            texts |= _texts(part, body[part.name]) if part.name in body else {}
    else:
        return None
    row = {leaf: text for leaf, text in texts.items() if text}
    return None if None in texts.values() else row


def _texts(part: Part, value: Any) -> dict[str, str | None]:
    if not part.members:
        return {part.leaves[0]: _text(part, value)}
    if not isinstance(value, dict) or not set(value) <= set(part.members):
        return {part.leaves[0]: None}
    texts = zip(part.leaves, part.members, strict=True)
    return {leaf: _text(Part(member), value[member]) for leaf, member in texts if member in value}


def _text(part: Part, value: Any) -> str | None:
    """The text of a field; None for what it cannot hold. What is empty is written as nothing, so it cannot be held."""
    if part.holds == "ticks":
        if not isinstance(value, list) or not value or not set(map(str, value)) <= set(part.choices):
            return None
        return " ".join(choice for choice in part.choices if choice in value)
    if part.holds == "keys":
        are_keys = (
            isinstance(value, list) and value and all(isinstance(one, str) and _KEY.fullmatch(one) for one in value)
        )
        return " ".join(value) if are_keys else None
    if isinstance(value, bool):
        return str(value).lower() if part.holds in ("yes_no", "when") else None
    if isinstance(value, int):
        return str(value) if part.holds in ("number", "text") else None
    if not isinstance(value, str) or part.holds == "yes_no" or value in _YES_NO:
        return None
    if part.holds == "choice" and value not in part.choices:
        return None
    return value if value and len(value) <= LONGEST and value == one_line(value) else None


def one_line(text: str) -> str:
    """A text as a field of one line holds it: one blank between words, no signs that nobody sees but those between
    words of Khmer."""
    seen = "".join(sign for sign in text if sign.isprintable() or sign.isspace() or sign in _BETWEEN_WORDS)
    return " ".join(seen.split())


def _body(shape: Shape, before: Any, row_before: Row, row: Row) -> Any:
    """What a row says, with everything in which nothing was typed as it was."""
    if shape.value is not None:
        return _part(shape.value, before, row_before, row)
    group = dict(before) if isinstance(before, dict) else {} if before is None else {shape.short: before}
    for part in shape.parts:
        made = _part(part, group.get(part.name), row_before, row)
        if made is None:
            group.pop(part.name, None)
        else:
            group[part.name] = made
    return group[shape.short] if shape.short and set(group) == {shape.short} else group


def _part(part: Part, before: Any, row_before: Row, row: Row) -> Any:
    if all(row.get(leaf) == row_before.get(leaf) for leaf in part.leaves):
        return before
    if part.members:
        texts = dict(before) if isinstance(before, dict) else {}
        for leaf, member in zip(part.leaves, part.members, strict=True):
            texts |= {member: row[leaf]} if row.get(leaf) else {}
        return {
            member: text for member, text in texts.items() if row.get(part.leaves[part.members.index(member)])
        } or None
    text = row.get(part.leaves[0])
    return None if text is None else _written(part, text)


def _written(part: Part, text: str) -> Any:
    if part.holds in ("ticks", "keys"):
        return text.split()
    if part.holds in ("yes_no", "when") and text in _YES_NO:
        return _YES_NO[text]
    number = latin_digits(text) if part.holds == "number" else ""
    return int(number) if _WHOLE.fullmatch(number) else text
