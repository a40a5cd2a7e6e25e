"""Papers that are drawn after their certificates were issued

What was issued before has its paper, so every new column is empty for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = storage.base.Moment(timezone=True)


def upgrade() -> None:
    op.add_column("certificate", sa.Column("to_draw", storage.base.Json, nullable=True))
    op.add_column("certificate", sa.Column("draw_at", MOMENT, nullable=True))
    op.add_column("certificate", sa.Column("draw_attempts", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_certificate_draw_at", "certificate", ["draw_at"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM certificate WHERE sha256 = ''")):
        raise RuntimeError("Papers wait to be drawn. Let the scheduler draw them before you go back a version.")
    op.drop_index("ix_certificate_draw_at", "certificate")
    with op.batch_alter_table("certificate") as batch:
        for column in ("to_draw", "draw_at", "draw_attempts"):
            batch.drop_column(column)
