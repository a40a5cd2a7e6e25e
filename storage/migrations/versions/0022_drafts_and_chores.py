"""How long a draft is kept, and what keeps the house in order

What is filled in is small: a row for each draft, of which a person has at most twenty. Drafts of before get the whole
time from this day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("application_id", ID, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_draft_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_touched_at"), "draft", ["touched_at"])
    op.execute(
        "INSERT INTO draft (application_id, touched_at) SELECT id, CURRENT_TIMESTAMP FROM application"
        " WHERE status = 'draft'"
    )
    op.create_table(
        "chore",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('files', 'promises')", name=op.f("ck_chore_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chore")),
        sa.UniqueConstraint("kind", name=op.f("uq_chore_kind")),
    )


def downgrade() -> None:
    op.drop_table("chore")
    op.drop_table("draft")
