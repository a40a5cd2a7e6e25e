"""Values of a case as administrators may see them: what may be personal is masked, and so is what is not known.

A service says which answers its diagram sees, and those are never personal (``engine.packages.checks``). What scripts
and decisions compute from them alone is not either. Everything else, such as what a connector answered, may be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from engine import bpmn
from engine.packages import ServicePackage

MASKED: Final = "•••"
_COUNTERS: Final = ("loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances")
_LONGEST: Final = 200


def shown(package: ServicePackage, values: Mapping[str, Any]) -> dict[str, str]:
    """Each value as text, shortened where it is long, or ``MASKED``."""
    open_ones = _open_names(package)
    return {name: _text(value) if name in open_ones else MASKED for name, value in sorted(values.items())}


def _open_names(package: ServicePackage) -> frozenset[str]:
    declared = {variable.name for variable in package.manifest.variables}
    decided = {task.decides for task in package.tasks.values() if task.decides}
    return bpmn.computed_from(package.process, {*declared, *decided, *_COUNTERS})


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
