"""Where on the page of the facts it is said that something is wrong: at the row and the field to which it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.khmer import Bilingual
from engine.packages.yaml_files import Place
from engine.studio.fact_shapes import NAME, Shape


def placed(shape: Shape | None, value: Any, told: Mapping[Place, Bilingual]) -> dict[str, Bilingual]:
    """What is told of places of a value, by row and field (``2:copies``), or of the whole (the empty text)."""
    found: dict[str, Bilingual] = {}
    for place, said in told.items():
        found.setdefault(_field(shape, value, place) if shape is not None else "", said)
    return found


def _field(shape: Shape, value: Any, place: Place) -> str:
    row, rest = _row(shape, value, place)
    if row is None:
        return ""
    name, leaves = str(rest[0]) if rest else "", shape.leaves
    of_part = [leaf for part in shape.parts if part.name == name for leaf in part.leaves]
    exact = f"{name}/{rest[1]}" if len(rest) > 1 else name
    leaf = exact if exact in leaves else next(iter([*of_part, *(leaf for leaf in leaves if leaf != NAME)]))
    return f"{row}:{leaf}"


def _row(shape: Shape, value: Any, place: Place) -> tuple[int | None, Place]:
    """Which row it is, and the rest of the place in it."""
    if shape.is_single:
        return 0, place
    if shape.form == "cases" and not isinstance(value, list):
        return 0, (shape.short,)
    if not place or not value:
        return None, place
    if shape.form in ("rows", "cases"):
        return (int(place[0]), place[1:]) if isinstance(place[0], int) else (None, place)
    if not isinstance(value, dict) or place[0] not in value:
        return None, place
    before = list(value).index(str(place[0]))
    if shape.form == "keyed":
        return before, place[1:]
    held = [len(one) if isinstance(one, list) else 0 for one in value.values()]
    row = int(place[1]) if len(place) > 1 and isinstance(place[1], int) else 0
    return sum(held[:before]) + row, place[2:]
