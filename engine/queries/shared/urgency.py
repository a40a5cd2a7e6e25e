"""How pressing something is: one word for a clock, the same on every screen."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from storage.clocks import ClockStatus

Urgency = Literal["ok", "warned", "breached", "paused"]


def urgency(
    *,
    status: str | None,
    due_at: datetime | None,
    warn_at: datetime | None,
    breached_at: datetime | None,
    now: datetime,
) -> Urgency:
    """Reckoned from the moments themselves, so that a page is right between two runs of the clock. What was broken
    stays so, also while it stands still."""
    if breached_at is not None or (due_at is not None and due_at < now):
        return "breached"
    if status == ClockStatus.PAUSED:
        return "paused"
    return "warned" if warn_at is not None and warn_at <= now else "ok"
