"""What a key finds is one of two things"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("finding_key") as batch:
        batch.create_check_constraint("kind", sa.column("kind").in_(("person", "application")))


def downgrade() -> None:
    with op.batch_alter_table("finding_key") as batch:
        batch.drop_constraint("kind", type_="check")
