"""Visits have a day, and a form that is sent twice is taken once

Two new tables, empty; nothing else is touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0076"
down_revision = "0071"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
PARTS = ("any", "morning", "afternoon")


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("user_task_id", ID, autoincrement=False, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("day_part", sa.String(length=80), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("planned_by_id", ID, nullable=False),
        sa.CheckConstraint(f"day_part IN ({', '.join(map(repr, PARTS))})", name=op.f("ck_visit_day_part")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_visit_office_id_office")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["person.id"], name=op.f("fk_visit_planned_by_id_person")),
        sa.ForeignKeyConstraint(["user_task_id"], ["user_task.id"], name=op.f("fk_visit_user_task_id_user_task")),
        sa.PrimaryKeyConstraint("user_task_id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_office_day", "visit", ["office_id", "day"])
    op.create_table(
        "sent_form",
        sa.Column("user_task_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("went_on", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sent_form_person_id_person")),
        sa.ForeignKeyConstraint(["user_task_id"], ["user_task.id"], name=op.f("fk_sent_form_user_task_id_user_task")),
        sa.PrimaryKeyConstraint("user_task_id", name=op.f("pk_sent_form")),
    )


def downgrade() -> None:
    op.drop_table("sent_form")
    op.drop_table("visit")
