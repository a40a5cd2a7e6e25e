"""By which rule tasks are given to the officers of an office

A column of offices, of which there are some hundreds; empty: by hand, as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("task_rules", storage.base.Json, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("office", "task_rules")
