"""A receipt is made void by two people, with a reason"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PEOPLE = ("void_asked_by_id", "voided_by_id")


def upgrade() -> None:
    with op.batch_alter_table("payment") as batch:
        batch.add_column(sa.Column("void_reason", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("void_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        for column in PEOPLE:
            batch.add_column(sa.Column(column, ID, nullable=True))
            batch.create_foreign_key(f"fk_payment_{column}_person", "person", [column], ["id"])
    with op.batch_alter_table("payment") as batch:
        batch.alter_column("void_reason", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("payment") as batch:
        for column in PEOPLE:
            batch.drop_constraint(f"fk_payment_{column}_person", type_="foreignkey")
        for column in ("void_reason", "void_asked_at", "voided_at", *PEOPLE):
            batch.drop_column(column)
