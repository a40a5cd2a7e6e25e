"""Views of the inbox that officers keep, and which one opens first

Two tables, both empty; nothing else is touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox_view",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("asked", storage.base.Json, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("changed_by_id", ID, nullable=False),
        _of("inbox_view", "person_id", "person"),
        _of("inbox_view", "office_id", "office"),
        _of("inbox_view", "changed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_view")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_view_key")),
    )
    op.create_index("ix_inbox_view_person_id", "inbox_view", ["person_id"])
    op.create_index("ix_inbox_view_office_id", "inbox_view", ["office_id"])
    op.create_table(
        "first_view",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("view_id", ID, nullable=False),
        _of("first_view", "person_id", "person"),
        _of("first_view", "view_id", "inbox_view"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_first_view")),
    )
    op.create_index("ix_first_view_view_id", "first_view", ["view_id"])


def downgrade() -> None:
    op.drop_table("first_view")
    op.drop_table("inbox_view")


def _of(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=op.f(f"fk_{table}_{column}_{referred}"))
