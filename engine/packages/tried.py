"""What the scenarios of a package have tried, as they go: elements, flows, rows of tables and pages of forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine import bpmn


@dataclass
class Tried:
    """Gathered over all scenarios of a package. ``rows`` are known by file and id, ``rules`` by decision and number
    from 1, ``ways`` by sequence flow and the element to which it led."""

    elements: set[str] = field(default_factory=set)
    ways: set[tuple[str, str]] = field(default_factory=set)
    rules: set[tuple[str, int]] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)
    pages: set[tuple[str, str]] = field(default_factory=set)

    def step(self, snapshot: bpmn.Snapshot) -> None:
        """A step of a case."""
        self.elements.update(one.element_id for one in (*snapshot.passed, *snapshot.reached))
        self.ways.update(snapshot.ways)
        self.rules.update(snapshot.rules)

    def form(self, key: str, pages: Iterable[str]) -> None:
        """Answers of a form, with the pages that somebody saw for them."""
        self.pages.update((key, page) for page in pages)

    def table(self, file: str, rows: Iterable[str]) -> None:
        """A fee that was reckoned, with the rows that counted."""
        self.rows.update((file, row) for row in rows)
