"""How often attempts failed, shared between servers

A new table; servers of the version before count in their own memory.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt_count",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=False),
        sa.Column("empty_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_count")),
    )
    op.create_index("ix_attempt_count_failed_at", "attempt_count", ["failed_at"])


def downgrade() -> None:
    op.drop_table("attempt_count")
