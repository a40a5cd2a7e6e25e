"""An office can be closed for good

The column is empty in rows of before and in those that servers of the version before write: their offices are open.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("closed_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("office", "closed_from")
