"""Tables of shares of the income, what each receiver got by months, and by which table a payment was divided

Payments of before, and those that servers of the version before write, are not divided.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
IN_FORCE = sa.text("withdrawn_at IS NULL")
RECEIVERS = ("treasury", "ministry", "administration", "staff")


def upgrade() -> None:
    op.create_table(
        "share_table",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.String(length=80), nullable=False) for name in ("key", "ministry_key", "service_key")),
        sa.Column("from_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in RECEIVERS),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", ID, nullable=True),
        sa.CheckConstraint(f"{' + '.join(RECEIVERS)} = 10000", name=op.f("ck_share_table_whole")),
        sa.CheckConstraint(
            " AND ".join(f"{name} >= 0" for name in RECEIVERS), name=op.f("ck_share_table_not_negative")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_share_table_made_by_id_person")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["person.id"], name=op.f("fk_share_table_withdrawn_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_table")),
        sa.UniqueConstraint("key", name=op.f("uq_share_table_key")),
    )
    op.create_index(
        "uq_share_table_in_force",
        "share_table",
        ["ministry_key", "service_key", "from_day"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "share_tally",
        sa.Column("month", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("service_key", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in RECEIVERS),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_share_tally_office_id_office")),
        sa.PrimaryKeyConstraint("month", "office_id", "service_key", name=op.f("pk_share_tally")),
    )
    if op.get_bind().dialect.name == "sqlite":
        named = sa.Column("share_table_id", ID, sa.ForeignKey("share_table.id"), nullable=True)
        op.add_column("payment", named, inline_references=True)
        return
    op.add_column("payment", sa.Column("share_table_id", ID, nullable=True))
    name = op.f("fk_payment_share_table_id_share_table")
    op.create_foreign_key(name, "payment", "share_table", ["share_table_id"], ["id"], postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_column("payment", "share_table_id")
    op.drop_table("share_tally")
    op.drop_table("share_table")
