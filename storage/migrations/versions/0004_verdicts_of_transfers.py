"""What a transfer of running cases found about each of them, and when it was finished"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transfer", sa.Column("finished_at", storage.base.Moment(timezone=True), nullable=True))
    op.execute("UPDATE transfer SET finished_at = made_at")
    op.create_table(
        "transfer_verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.String(length=80), nullable=False),
        sa.Column(
            "obstacles", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_transfer_verdict_application_id")
        ),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_verdict_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_verdict")),
        sa.UniqueConstraint(
            "transfer_id", "application_id", name=op.f("uq_transfer_verdict_transfer_id_application_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("transfer_verdict")
    op.drop_column("transfer", "finished_at")
