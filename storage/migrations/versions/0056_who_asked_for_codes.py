"""Who asked for a one-time code

The new column is empty in rows of before and in those of servers of the version before: they count as of one asker.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("one_time_code", sa.Column("asker", sa.String(length=80), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("one_time_code") as batch:
        batch.drop_column("asker")
