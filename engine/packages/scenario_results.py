"""What a rehearsed case is issued: the same results that the house would make, without numbers and papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from engine.packages.forms import APPLY
from engine.packages.house_operations import GIVES_COUNT, GIVES_NUMBER
from engine.packages.package import ServicePackage
from engine.packages.register_rules import NEW
from engine.packages.results_due import ResultDue, counted_from, results_due

_A_NUMBER: Final = "SPECIMEN"
_NEVER: Final = "permanent"


@dataclass(slots=True)
class RehearsedResults:
    """The results of one case, from what officers answered last in each form (``officers``). ``kind``: whether it
    begins from a certificate, which holds until ``held_until``."""

    officers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    kind: str = NEW
    held_until: date | None = None
    due: tuple[ResultDue, ...] = ()

    def issue(self, package: ServicePackage, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
        """What the diagram is given when they are issued; raises ``ResultUnclear``."""
        manifest, given = package.manifest, {**self.officers, APPLY: answers}
        counts_from, kept_end = counted_from(manifest, manifest.renewal, self.kind, today, self.held_until)
        self.due = self.due or results_due(package, given, counts_from, kept_end)
        return {GIVES_NUMBER: _A_NUMBER if self.due else None, GIVES_COUNT: len(self.due)}

    @property
    def valid_until(self) -> str | None:
        """Their last day, ``permanent`` without one; every one where they differ, None without results."""
        days = dict.fromkeys(one.last_day.isoformat() if one.last_day else _NEVER for one in self.due)
        return ", ".join(days) or None
