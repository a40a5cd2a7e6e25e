"""What a rehearsed case is issued: the same results that the house would make, without numbers and papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from engine.packages.forms import APPLY
from engine.packages.house_operations import GIVES_COUNT, GIVES_NUMBER
from engine.packages.package import ServicePackage
from engine.packages.results_due import ResultDue, results_due

_A_NUMBER: Final = "SPECIMEN"
_NEVER: Final = "permanent"


@dataclass(slots=True)
class RehearsedResults:
    """The results of one case, from what officers answered last in each form (``officers``)."""

    officers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    due: tuple[ResultDue, ...] = ()

    def issue(self, package: ServicePackage, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
        """What the diagram is given when they are issued; raises ``ResultUnclear``."""
        self.due = self.due or results_due(package, {**self.officers, APPLY: answers}, today)
        return {GIVES_NUMBER: _A_NUMBER if self.due else None, GIVES_COUNT: len(self.due)}

    @property
    def valid_until(self) -> str | None:
        """Their last day, ``permanent`` without one; every one where they differ, None without results."""
        days = dict.fromkeys(one.last_day.isoformat() if one.last_day else _NEVER for one in self.due)
        return ", ".join(days) or None
