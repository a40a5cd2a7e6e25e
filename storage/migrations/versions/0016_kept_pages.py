"""What somebody had typed on a page that could not be taken"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_page",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("page", sa.String(400), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_page_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_page")),
        sa.UniqueConstraint("person_id", "page", name=op.f("uq_kept_page_person_id_page")),
    )
    op.create_index(op.f("ix_kept_page_kept_at"), "kept_page", ["kept_at"])


def downgrade() -> None:
    op.drop_table("kept_page")
