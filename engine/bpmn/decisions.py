"""Decision tables (DMN) that a business rule task evaluates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """A compiled decision table."""

    id: str
