"""One finding about a file that an analyst wrote: the place, and a sentence with the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the place (file, line from 1, element) and a sentence that names the remedy.

    ``message_km`` is the sentence in Khmer; ``element_name`` what the analyst sees of the element.
    """

    severity: Severity
    file: str
    rule: str
    message: str
    message_km: str
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        called = " ".join(part for part in (self.element_id, self.element_name) if part)
        element = f" ({called})" if called else ""
        return f"{place}{element}: {self.severity}: {self.message} [{self.rule}]"
