"""An office of a ministry says whose it is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("office") as batch:
        batch.add_column(sa.Column("ministry_key", sa.String(length=80), nullable=True))
        batch.create_unique_constraint("uq_office_ministry_key", ["ministry_key"])


def downgrade() -> None:
    with op.batch_alter_table("office") as batch:
        batch.drop_constraint("uq_office_ministry_key", type_="unique")
        batch.drop_column("ministry_key")
