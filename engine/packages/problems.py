"""What is wrong with a package, in sentences an analyst can act on: every finding in Khmer and English."""

from __future__ import annotations

from collections.abc import Iterable

from engine.khmer import Bilingual
from engine.problems import Problem, Severity


class PackageRejected(Exception):
    """The package cannot be used; ``problems`` says every reason that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def found(
    severity: Severity,
    file: str,
    rule: str,
    sentence: Bilingual,
    *,
    line: int | None = None,
    element_id: str | None = None,
) -> Problem:
    """A finding in both languages."""
    return Problem(severity, file, rule, sentence.en, sentence.km, line, element_id)


def error(
    file: str, rule: str, sentence: Bilingual, *, line: int | None = None, element_id: str | None = None
) -> Problem:
    """A finding that forbids publishing."""
    return found("error", file, rule, sentence, line=line, element_id=element_id)


def warning(
    file: str, rule: str, sentence: Bilingual, *, line: int | None = None, element_id: str | None = None
) -> Problem:
    """A finding that the analyst should look at; the package may be published."""
    return found("warning", file, rule, sentence, line=line, element_id=element_id)


def reject(file: str, rule: str, sentence: Bilingual, *, line: int | None = None) -> PackageRejected:
    """The exception for a single reason, to be raised by the caller."""
    return PackageRejected([error(file, rule, sentence, line=line)])
