"""A new day after a broken one is watched like the first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNBROKEN = sa.text("breached_at IS NULL")


def upgrade() -> None:
    for name in ("watch_at", "extended_at", "told_at"):
        op.add_column("clock", sa.Column(name, MOMENT))
    op.add_column("clock", sa.Column("breaches", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("clock", sa.Column("extended_by", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE clock SET watch_at = due_at")
    op.execute("UPDATE clock SET breaches = 1 WHERE breached_at IS NOT NULL")
    op.execute(
        "UPDATE clock SET watch_at = new_due_at, extended_at = breached_at,"
        " extended_by = CASE WHEN extension = '' THEN '2 working days' ELSE extension END,"
        " told_at = CASE WHEN kind = 'task' THEN NULL ELSE breached_at END"
        " WHERE breached_at IS NOT NULL AND new_due_at IS NOT NULL AND status IN ('running', 'paused')"
    )
    op.drop_index("ix_clock_unbroken", "clock")
    op.create_index("ix_clock_watched", "clock", ["status", "watch_at"])


def downgrade() -> None:
    op.drop_index("ix_clock_watched", "clock")
    op.create_index(
        "ix_clock_unbroken", "clock", ["status", "due_at"], sqlite_where=UNBROKEN, postgresql_where=UNBROKEN
    )
    for name in ("extended_by", "breaches", "told_at", "extended_at", "watch_at"):
        op.drop_column("clock", name)
