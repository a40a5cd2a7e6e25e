"""Officers who are away, their deputies, and what these did in their place

Three tables, all empty, and a column of looks, which is empty in those of before. Nothing is filled and no large table
is copied; the column and its constraint hold ``access_log`` for a moment.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_days")),
        *(_of("absence", name, "person") for name in ("person_id", "recorded_by_id", "ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person_id", "absence", ["person_id", "last_day"])
    op.create_index("ix_absence_last_day", "absence", ["last_day"])
    op.create_table(
        "deputy",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("absence_id", ID, nullable=False),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("by_office_id", ID, nullable=True),
        _of("deputy", "absence_id", "absence"),
        _of("deputy", "office_id", "office"),
        _of("deputy", "by_office_id", "office"),
        _of("deputy", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("absence_id", "group", "office_id", name=op.f("uq_deputy_absence_id_group_office_id")),
    )
    op.create_index("ix_deputy_person_id", "deputy", ["person_id"])
    op.create_table(
        "stood_in",
        sa.Column("user_task_id", ID, autoincrement=False, nullable=False),
        sa.Column("for_id", ID, nullable=False),
        sa.Column("name_km", sa.String(length=400), nullable=False),
        sa.Column("name_latin", sa.String(length=400), nullable=False),
        _of("stood_in", "user_task_id", "user_task"),
        _of("stood_in", "for_id", "person"),
        sa.PrimaryKeyConstraint("user_task_id", name=op.f("pk_stood_in")),
    )
    op.create_index("ix_stood_in_for_id", "stood_in", ["for_id"])
    op.add_column(
        "access_log",
        sa.Column("for_id", ID, sa.ForeignKey("person.id", name="fk_access_log_for_id_person"), nullable=True),
        inline_references=True,
    )


def downgrade() -> None:
    with op.batch_alter_table("access_log") as looks:
        looks.drop_column("for_id")
    op.drop_table("stood_in")
    op.drop_table("deputy")
    op.drop_table("absence")


def _of(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=op.f(f"fk_{table}_{column}_{referred}"))
