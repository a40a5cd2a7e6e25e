"""Hours hold from a day on, and single days may keep other hours"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("earlier_hours", storage.base.Json, nullable=False, server_default="[]"))
    op.add_column("holiday", sa.Column("hours", storage.base.Json))


def downgrade() -> None:
    op.drop_column("holiday", "hours")
    op.drop_column("office", "earlier_hours")
