"""Collects what the reader and the rules find, and words it from the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.bpmn.language.reasons import in_khmer, kind_named
from engine.bpmn.model import Problem, Severity
from engine.bpmn.problems.catalogue import CATALOGUE

MOST_PROBLEMS: int = 200
"""More findings of one severity than this help nobody; the rest of a hopeless file is not reported."""
_TOLD_ONCE: Final = frozenset({"foreign-extension", "people-ignored"})
"""What tools write at every element is told once, with the number of places."""
_GRAVEST_FIRST: Final[tuple[Severity, ...]] = ("error", "warning", "note")

_LONGEST: Final = 500
"""Characters of one detail."""

_Key = tuple[str, str | None, str, str]


class Findings:
    """The problems of a set of files, the gravest first, else in the order they were found, each at most once.

    ``labels`` says by file how an element without a name is called to the analyst, given its id.
    """

    def __init__(self) -> None:
        self._found: dict[Severity, dict[_Key, Problem]] = {severity: {} for severity in _GRAVEST_FIRST}
        self._places: Counter[_Key] = Counter()
        self.labels: dict[str, Callable[[str], str | None]] = {}

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
        """Note one problem; ``detail`` fills the catalogue's sentence, its ``id`` with what the analyst sees of it."""
        called = self.label(file, str(detail["id"])) if "id" in detail else None
        if called is not None:
            detail["id"] = f"{detail['id']} ({called})"
        detail = {name: _on_one_line(value) for name, value in detail.items()}
        english, khmer = CATALOGUE[rule]
        message, message_km = english.format_map(detail), khmer.format_map(in_khmer(detail))
        name = " ".join((element_name or "").split()) or self.label(file, element_id)
        key = (file, None if rule in _TOLD_ONCE else element_id, rule, message)
        found = self._found[severity]
        self._places[key] += 1
        if len(found) < MOST_PROBLEMS:
            found.setdefault(key, Problem(severity, file, element_id, rule, message, message_km, name))

    def label(self, file: str, element_id: str | None) -> str | None:
        """What the analyst sees of an element: its name, or what it stands between; None when that is nothing."""
        words = self.labels.get(file)
        return words(element_id) if words is not None and element_id is not None else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found."""
        return tuple(self._worded(key, problem) for found in self._found.values() for key, problem in found.items())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What forbids running the process."""
        return tuple(self._found["error"].values())

    def _worded(self, key: _Key, problem: Problem) -> Problem:
        others = self._places[key] - 1
        if problem.rule not in _TOLD_ONCE or not others:
            return problem
        english, khmer = (sentence.format(number=others) for sentence in CATALOGUE["elsewhere"])
        return replace(problem, message=f"{problem.message} {english}", message_km=f"{problem.message_km} {khmer}")


def _on_one_line(value: object) -> object:
    """What the file holds, fit for a sentence: tools write ids and expressions over several lines, or none at all."""
    if type(value) is not str:
        return value
    words = " ".join(value.split())
    return (words if len(words) <= _LONGEST else words[:_LONGEST] + "…") or kind_named("nothing")
