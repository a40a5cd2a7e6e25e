"""Indexes of what the clock looks for

Each search of a sweep gets an index of exactly the rows that it may find, in the order in which it takes them; those
that they replace go. Building them reads ``clock``, ``timer`` and ``notification`` once, a few seconds for a million
rows of each, in which people read and whoever writes there waits.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

RUNS = "status = 'running'"
UNWARNED = f"{RUNS} AND breached_at IS NULL AND warned_at IS NULL"
WAITS = "status IN ('pending', 'sending')"
URGENT = f"is_urgent AND {WAITS}"
GOES = "status = 'sending'"
NEW = (
    ("ix_clock_runs_until", "clock", ["watch_at", "id"], RUNS),
    ("ix_clock_to_warn", "clock", ["warn_at", "id"], UNWARNED),
    ("ix_timer_due", "timer", ["due_at", "id"], None),
    ("ix_notification_waits", "notification", ["next_attempt_at", "id"], WAITS),
    ("ix_notification_urgent", "notification", ["next_attempt_at", "id"], URGENT),
    ("ix_notification_goes", "notification", ["person_id"], GOES),
    ("ix_notification_person", "notification", ["person_id", "left_at"], None),
)
OLD = (
    ("ix_clock_watched", "clock", ["status", "watch_at"], None),
    ("ix_clock_unwarned", "clock", ["status", "warn_at"], "breached_at IS NULL AND warned_at IS NULL"),
    ("ix_timer_due_at", "timer", ["due_at"], None),
    ("ix_notification_due", "notification", ["status", "next_attempt_at"], None),
    ("ix_notification_person_id", "notification", ["person_id"], None),
)


def upgrade() -> None:
    _exchange(OLD, NEW)


def downgrade() -> None:
    _exchange(NEW, OLD)


def _exchange(
    gone: tuple[tuple[str, str, list[str], str | None], ...], made: tuple[tuple[str, str, list[str], str | None], ...]
) -> None:
    for name, table, columns, which in made:
        only = None if which is None else sa.text(which)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
    for name, table, _, _ in gone:
        op.drop_index(name, table)
