"""An index of the clocks of the law's term, by which usual times are measured

Alone, because the table of clocks is large.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TERMS = sa.text("kind = 'term'")


def upgrade() -> None:
    op.create_index("ix_clock_terms", "clock", ["office_id", "ended_at"], sqlite_where=TERMS, postgresql_where=TERMS)


def downgrade() -> None:
    op.drop_index("ix_clock_terms", "clock")
