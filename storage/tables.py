"""Every table of the product in one import, for migrations and for tests that read the whole schema."""

from __future__ import annotations

from storage import (
    applications,
    bank_slips,
    calls,
    chores,
    clocks,
    continuations,
    drafts,
    events,
    finding,
    follow_ups,
    interventions,
    kept_pages,
    messages,
    offices,
    package_drafts,
    payments,
    people,
    processes,
    remissions,
    sessions,
    transfers,
)
from storage.base import Base

__all__ = [
    "Base",
    "applications",
    "bank_slips",
    "calls",
    "chores",
    "clocks",
    "continuations",
    "drafts",
    "events",
    "finding",
    "follow_ups",
    "interventions",
    "kept_pages",
    "messages",
    "offices",
    "package_drafts",
    "payments",
    "people",
    "processes",
    "remissions",
    "sessions",
    "transfers",
]
