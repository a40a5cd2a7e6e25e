"""Collects what the reader and the rules find, and words it from the catalogue."""

from __future__ import annotations

from engine.bpmn.catalogue import CATALOGUE
from engine.bpmn.model import Problem, Severity

MOST_PROBLEMS: int = 200
"""More findings than this help nobody; the rest of a hopeless file is not reported."""


class Findings:
    """The problems of a set of files, in the order they were found, each at most once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None, str, str], Problem] = {}

    def add(
        self,
        severity: Severity,
        rule: str,
        file: str,
        element_id: str | None = None,
        element_name: str | None = None,
        /,
        **detail: object,
    ) -> None:
        """Note one problem; `detail` fills the catalogue's sentence."""
        english, khmer = CATALOGUE[rule]
        message, message_km = english.format_map(detail), khmer.format_map(detail)
        if len(self._found) < MOST_PROBLEMS:
            problem = Problem(severity, file, element_id, rule, message, message_km, element_name)
            self._found.setdefault((file, element_id, rule, message), problem)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found."""
        return tuple(self._found.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What forbids running the process."""
        return tuple(problem for problem in self._found.values() if problem.severity == "error")
