"""Who has a draft of a service open

A new table; servers of the version before write nothing there, so their readers are not seen by others.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_reader",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["package_draft.id"],
            name=op.f("fk_draft_reader_draft_id_package_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_reader_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_reader")),
    )
    op.create_index("ix_draft_reader_seen_at", "draft_reader", ["seen_at"])


def downgrade() -> None:
    op.drop_table("draft_reader")
