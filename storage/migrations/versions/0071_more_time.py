"""A clock says how much time was given beyond what was promised, and how often

Both columns are 0 in rows of before and in those that servers of the version before write, which is true of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

COLUMNS = ("more", "times_given")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("clock", sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("clock", name)
