"""Plays of package drafts

One new table; servers of the version before do not write it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "draft_play",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by_id", ID, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("touched_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["package_draft.id"],
            name=op.f("fk_draft_play_draft_id_package_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["begun_by_id"], ["person.id"], name=op.f("fk_draft_play_begun_by_id_person")),
        sa.ForeignKeyConstraint(["touched_by_id"], ["person.id"], name=op.f("fk_draft_play_touched_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_play")),
        sa.UniqueConstraint("key", name=op.f("uq_draft_play_key")),
    )
    op.create_index("ix_draft_play_draft_id", "draft_play", ["draft_id", "touched_at"])


def downgrade() -> None:
    op.drop_table("draft_play")
