"""Indexes of the clocks that a sweep still has to look at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNBROKEN = sa.text("breached_at IS NULL")
UNWARNED = sa.text("breached_at IS NULL AND warned_at IS NULL")


def upgrade() -> None:
    op.drop_index("ix_clock_status_due", "clock")
    op.drop_index("ix_clock_status_warn", "clock")
    op.create_index(
        "ix_clock_unbroken", "clock", ["status", "due_at"], sqlite_where=UNBROKEN, postgresql_where=UNBROKEN
    )
    op.create_index(
        "ix_clock_unwarned", "clock", ["status", "warn_at"], sqlite_where=UNWARNED, postgresql_where=UNWARNED
    )


def downgrade() -> None:
    op.drop_index("ix_clock_unwarned", "clock")
    op.drop_index("ix_clock_unbroken", "clock")
    op.create_index("ix_clock_status_warn", "clock", ["status", "warn_at"])
    op.create_index("ix_clock_status_due", "clock", ["status", "due_at"])
