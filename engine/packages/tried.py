"""What a scenario of a package has tried, as it goes: elements, flows, rows of tables, pages and questions of forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import bpmn


@dataclass
class Tried:
    """Gathered over one scenario. ``rows`` are known by file and id, ``rules`` by decision and number from 1, ``ways``
    by sequence flow and the element to which it led, ``answered`` by form and question."""

    elements: set[str] = field(default_factory=set)
    ways: set[tuple[str, str]] = field(default_factory=set)
    rules: set[tuple[str, int]] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)
    pages: set[tuple[str, str]] = field(default_factory=set)
    answered: set[tuple[str, str]] = field(default_factory=set)

    def step(self, snapshot: bpmn.Snapshot) -> None:
        """A step of a case."""
        self.elements.update(one.element_id for one in (*snapshot.passed, *snapshot.reached))
        self.ways.update(snapshot.ways)
        self.rules.update(snapshot.rules)

    def form(self, key: str, pages: Iterable[str], answers: Mapping[str, Any]) -> None:
        """Answers of a form, with the pages that somebody saw for them. An empty answer is none."""
        self.pages.update((key, page) for page in pages)
        self.answered.update((key, name) for name, answer in answers.items() if answer not in (None, "", []))

    def table(self, file: str, rows: Iterable[str]) -> None:
        """A fee that was reckoned, with the rows that counted."""
        self.rows.update((file, row) for row in rows)
