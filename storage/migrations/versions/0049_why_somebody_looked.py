"""Why somebody looked: for which office, as what, beyond it or not, and the reason that was given

The new columns may be empty, and so they are in rows of before; those of servers of the version before say no more than
they did. The index on the moment of a look, which the report of looks reads by, takes about a second for each million
of looks, during which nobody's look can be written.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
WHYS = ("here", "they_asked", "authority", "complaint", "other")
REFERENCES = {"office_id": "office", "reason_id": "look_reason"}


def upgrade() -> None:
    op.create_table(
        "look_reason",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("search_hash", KEY, nullable=False),
        sa.Column("at", storage.base.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(WHYS), name=op.f("ck_look_reason_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_look_reason_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_reason")),
    )
    op.create_index("ix_look_reason_person_id_search_hash", "look_reason", ["person_id", "search_hash"])
    with op.batch_alter_table("access_log") as batch:
        for added in _new():
            batch.add_column(added)
        for column, table in REFERENCES.items():
            batch.create_foreign_key(op.f(f"fk_access_log_{column}"), table, [column], ["id"])
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_access_log_at"), "access_log")
    with op.batch_alter_table("access_log") as batch:
        for column in REFERENCES:
            batch.drop_constraint(op.f(f"fk_access_log_{column}"), type_="foreignkey")
        for added in _new():
            batch.drop_column(added.name)
    op.drop_table("look_reason")


def _new() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("detail", sa.String(), nullable=False, server_default=""),
        sa.Column("groups", sa.String(), nullable=False, server_default=""),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=True),
        sa.Column("reason_id", ID, nullable=True),
    )
