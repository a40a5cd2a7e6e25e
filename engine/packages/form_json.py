"""The JSON of a form document, read strictly: no key twice, no number that is none, no half characters."""

from __future__ import annotations

import json
from typing import Any

from engine.packages.problems import reject
from engine.packages.yaml_files import is_writable


def json_of(name: str, source: str) -> Any:
    """The value that is written there; raises PackageRejected."""
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
