"""For whom a page is asked for its list, where no browser waits for it: a worker makes a file (``web.preparing``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import g


@dataclass(slots=True)
class Prepared:
    """Stands in ``g`` while a page is asked for its list: for whom, and the list that it gave."""

    person_id: int
    rows: Iterator[Sequence[object]] | None = None


def prepared_for() -> Prepared | None:
    """For whom a list is read just now; ``None`` while a browser waits for the answer."""
    found: Prepared | None = g.get("prepared")
    return found
