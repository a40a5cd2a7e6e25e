"""A telephone sends photos of papers into a draft at the counter

A new table, empty; nothing else is touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "photo_link",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(length=80), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("octets", ID, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_photo_link_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_photo_link_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_photo_link_code_hash")),
    )
    op.create_index(op.f("ix_photo_link_application_id"), "photo_link", ["application_id"])


def downgrade() -> None:
    op.drop_table("photo_link")
