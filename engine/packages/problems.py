"""What is wrong with a package, in sentences an analyst can act on."""

from __future__ import annotations

from collections.abc import Iterable

from engine.khmer import Bilingual
from engine.problems import Problem


class PackageRejected(Exception):
    """The package cannot be used; ``problems`` says every reason that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def error(file: str, rule: str, message: str, *, line: int | None = None, element_id: str | None = None) -> Problem:
    """A finding that forbids publishing."""
    return Problem("error", file, rule, message, line, element_id)


def told(file: str, rule: str, sentence: Bilingual, *, element_id: str | None = None) -> Problem:
    """A finding that forbids publishing, in both languages."""
    return Problem("error", file, rule, sentence.en, None, element_id, sentence.km)


def warning(file: str, rule: str, message: str, *, line: int | None = None, element_id: str | None = None) -> Problem:
    """A finding that the analyst should look at; the package may be published."""
    return Problem("warning", file, rule, message, line, element_id)


def reject(file: str, rule: str, message: str, *, line: int | None = None) -> PackageRejected:
    """The exception for a single reason, to be raised by the caller."""
    return PackageRejected([error(file, rule, message, line=line)])
