"""Fees are found by when they were asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    asked = sa.text("status <> 'expected'")
    op.create_index("ix_due_fee_asked", "due_fee", ["reckoned_at", "id"], sqlite_where=asked, postgresql_where=asked)


def downgrade() -> None:
    op.drop_index("ix_due_fee_asked", "due_fee")
