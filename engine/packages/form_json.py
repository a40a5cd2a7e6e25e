"""The JSON of a form document, read strictly: no key twice, no number that is none, no half characters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.problems import reject
from engine.packages.said import Said, filled, in_both
from engine.packages.yaml_files import is_writable

DEEPEST: Final = 32
"""Groups and lists inside each other; the deepest form of the ministries has nine."""


def json_of(name: str, source: str) -> Any:
    """The value that is written there; raises PackageRejected."""
    try:
        value = json.loads(source, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        if not is_writable(json.dumps(value, ensure_ascii=False)):
            raise ValueError(_HALF)
        if any(depth > DEEPEST for depth in _depths(value)):
            raise RecursionError
    except json.JSONDecodeError as broken:
        raise reject(name, "json", filled(_SYNTAX, reason=broken.msg), line=broken.lineno) from broken
    except RecursionError as deep:
        raise reject(name, "json", _DEEP) from deep
    except ValueError as broken:
        raise reject(name, "json", filled(_UNREADABLE, reason=in_both(broken.args[0]))) from broken
    return value


def _depths(value: Any) -> Iterator[int]:
    """How deep each group and list stands, found without going as deep."""
    held = [(value, 1)]
    while held:
        one, depth = held.pop()
        if isinstance(one, (dict, list)):
            yield depth
            held += [(each, depth + 1) for each in (one.values() if isinstance(one, dict) else one)]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError(_TWICE)
    return held


def _no_constant(word: str) -> Any:
    raise ValueError(Said(f"{word} មិនមែនជាលេខ", f"{word} is not a number"))


_HALF: Final = Said("អត្ថបទមានពាក់កណ្តាលតួអក្សរ", "the text holds half a character (a lone surrogate)")
_TWICE: Final = Said("ពាក្យគន្លឹះមួយមានពីរដងក្នុងវត្ថុតែមួយ", "a key stands in one object twice")
_DEEP: Final = Bilingual("ជ្រៅពេក។ សូមធ្វើឱ្យវារាក់ជាងនេះ។", "Nested too deep; flatten it.")
_UNREADABLE: Final = Bilingual(
    "មិនអាចអានជា JSON បានទេ៖ {reason}។ សូមកែវា ឬរក្សាទុកម្តងទៀតពីកម្មវិធីបង្កើតទម្រង់។",
    "Not readable as JSON: {reason}. Correct it, or save the form again from the editor.",
)
_SYNTAX: Final = Bilingual(
    'មិនអាចអានជា JSON បានទេ ({reason})។ សូមពិនិត្យសញ្ញាក្បៀស និងសញ្ញា " នៅបន្ទាត់នេះ និងបន្ទាត់ខាងលើ។',
    "Not readable as JSON: {reason}. Look at the commas and quotes of this line and of the one above.",
)
