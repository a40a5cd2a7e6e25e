"""What a rehearsed case is issued: the same results that the house would make, without numbers and papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from engine.packages.groups import APPLICANT
from engine.packages.holders import named_holder
from engine.packages.house_operations import GIVES_COUNT, GIVES_NUMBER
from engine.packages.package import ServicePackage
from engine.packages.register_rules import NEW
from engine.packages.results_due import Answers, ResultDue, counted_from, results_due

_A_NUMBER: Final = "SPECIMEN"
_NEVER: Final = "permanent"


@dataclass(slots=True)
class RehearsedResults:
    """The results of one case. ``kind``: whether it begins from a certificate, which holds until ``held_until``.
    ``holder``: the Latin name of whoever holds them, ``applicant`` for the applicant, None without results.
    ``answers`` are those that they were issued with, ``issued_on`` is that day, None before."""

    kind: str = NEW
    held_until: date | None = None
    due: tuple[ResultDue, ...] = ()
    holder: str | None = None
    answers: Answers = field(default_factory=dict)
    issued_on: date | None = None

    def issue(self, package: ServicePackage, answers: Answers, today: date) -> dict[str, Any]:
        """What the diagram is given when they are issued; raises ``ResultUnclear``."""
        manifest = package.manifest
        counts_from, kept_end = counted_from(manifest, manifest.renewal, self.kind, today, self.held_until)
        self.due = self.due or results_due(package, answers, counts_from, kept_end)
        self.answers, self.issued_on = dict(answers), today
        named = named_holder(package, answers)
        self.holder = (named.name_latin if named else APPLICANT) if self.due else None
        return {GIVES_NUMBER: _A_NUMBER if self.due else None, GIVES_COUNT: len(self.due)}

    @property
    def valid_until(self) -> str | None:
        """Their last day, ``permanent`` without one; every one where they differ, None without results."""
        days = dict.fromkeys(one.last_day.isoformat() if one.last_day else _NEVER for one in self.due)
        return ", ".join(days) or None
