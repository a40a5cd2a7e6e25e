"""Trials that are kept no longer are cleared

Servers of the version before do no chores once the new one is there; those of this version do them all.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = ("files", "promises", "usual_times")


def upgrade() -> None:
    _allow(*BEFORE, "trials")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind = 'trials'"))
    _allow(*BEFORE)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
