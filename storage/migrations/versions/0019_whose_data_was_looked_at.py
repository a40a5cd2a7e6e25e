"""Looks at somebody's data without a case, and the paper that was seen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("access_log") as batch:
        batch.alter_column("application_id", existing_type=NUMBER, nullable=True)
        batch.add_column(sa.Column("subject_id", NUMBER, nullable=True))
        batch.add_column(sa.Column("paper", sa.String(), nullable=False, server_default=""))
        batch.create_foreign_key(op.f("fk_access_log_subject_id"), "person", ["subject_id"], ["id"])
        batch.create_index(op.f("ix_access_log_subject_id"), ["subject_id"])


def downgrade() -> None:
    op.execute("DELETE FROM access_log WHERE application_id IS NULL")
    with op.batch_alter_table("access_log") as batch:
        batch.drop_index(op.f("ix_access_log_subject_id"))
        batch.drop_constraint(op.f("fk_access_log_subject_id"), type_="foreignkey")
        batch.drop_column("paper")
        batch.drop_column("subject_id")
        batch.alter_column("application_id", existing_type=NUMBER, nullable=False)
