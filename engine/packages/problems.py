"""What is wrong with a package, in sentences an analyst can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the place (file, line from 1, element) and a sentence that names the remedy.

    `message_km` is the sentence in Khmer where the finding comes with one, else empty; `element_name` what the analyst
    sees of the element.
    """

    severity: Severity
    file: str
    rule: str
    message: str
    line: int | None = None
    element_id: str | None = None
    message_km: str = ""
    element_name: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        called = " ".join(part for part in (self.element_id, self.element_name) if part)
        element = f" ({called})" if called else ""
        return f"{place}{element}: {self.severity}: {self.message} [{self.rule}]"


class PackageRejected(Exception):
    """The package cannot be used; `problems` says every reason that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def error(file: str, rule: str, message: str, *, line: int | None = None, element_id: str | None = None) -> Problem:
    """A finding that forbids publishing."""
    return Problem("error", file, rule, message, line, element_id)


def warning(file: str, rule: str, message: str, *, line: int | None = None, element_id: str | None = None) -> Problem:
    """A finding that the analyst should look at; the package may be published."""
    return Problem("warning", file, rule, message, line, element_id)


def reject(file: str, rule: str, message: str, *, line: int | None = None) -> PackageRejected:
    """The exception for a single reason, to be raised by the caller."""
    return PackageRejected([error(file, rule, message, line=line)])
