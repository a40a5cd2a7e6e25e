"""To which officers the tasks of communes go

A table, empty, and a column of offices, of which there are some hundreds; empty: by the rule of the group, as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commune_officer",
        sa.Column("office_id", ID, autoincrement=False, nullable=False),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("commune", sa.String(length=6), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        *(_of("commune_officer", f"{table}_id", table) for table in ("office", "person")),
        sa.PrimaryKeyConstraint("office_id", "group", "commune", name=op.f("pk_commune_officer")),
    )
    op.create_index("ix_commune_officer_person_id", "commune_officer", ["person_id"])
    op.add_column("office", sa.Column("by_commune", storage.base.Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("office", "by_commune")
    op.drop_table("commune_officer")


def _of(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=op.f(f"fk_{table}_{column}_{referred}"))
