"""Names and values as an analyst types them in a play, a line each: what a message brings, what a connector says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import yaml

from engine.errors import LinesUnclear
from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.yaml_files import read_yaml

_WHERE: Final = "lines"
_NOT_PLAIN: Final = Bilingual("តម្លៃមួយមិនមែនជាអត្ថបទ ឬលេខ។", "A value is neither text nor number.")


def lines_in(text: str) -> dict[str, Any]:
    """The values by their names; nothing for an empty text. Raises ``LinesUnclear``."""
    if not text.strip():
        return {}
    try:
        found: dict[str, Any] = dict(read_yaml(_WHERE, text.encode()).value)
        json.dumps(found)
    except PackageRejected as rejected:
        problem = rejected.problems[0]
        raise LinesUnclear(why=Bilingual(problem.message_km or problem.message, problem.message)) from rejected
    except (TypeError, ValueError) as bad:
        raise LinesUnclear(why=_NOT_PLAIN) from bad
    return {str(name): value for name, value in found.items()}


def as_lines(values: Mapping[str, Any]) -> str:
    """The same, to be typed again."""
    if not values:
        return ""
    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, default_flow_style=False).strip()
