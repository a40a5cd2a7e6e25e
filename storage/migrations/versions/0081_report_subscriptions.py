"""Who is told every month that the report of an office is ready"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("ended_at IS NULL")
PEOPLE = {"person_id": "person", "office_id": "office", "made_by_id": "person", "ended_by_id": "person"}


def upgrade() -> None:
    op.create_table(
        "report_subscription",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("working_day", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.CheckConstraint("working_day BETWEEN 1 AND 15", name="ck_report_subscription_working_day"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_report_subscription_{column}_{table}")
            for column, table in PEOPLE.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report_subscription"),
        sa.UniqueConstraint("key", name="uq_report_subscription_key"),
    )
    op.create_index("ix_report_subscription_next_at", "report_subscription", ["next_at"])
    op.create_index("ix_report_subscription_office", "report_subscription", ["office_id", "id"])
    op.create_index(
        "uq_report_subscription_open",
        "report_subscription",
        ["person_id", "office_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    op.drop_table("report_subscription")
