"""An application whose result is there promises no day any more"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE application SET promised_at = NULL WHERE decided_at IS NOT NULL")


def downgrade() -> None:
    """The day is still told by the clocks."""
