"""Each fee of an application is a row: reckoned when its payment is reached, paid by a payment of its own

Applications that were sent before have lines and payments without a fee; they are given one when the case is next in
hand, so nothing is filled here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUS = "status IN ('expected', 'due', 'paid', 'nothing', 'written_off', 'dropped')"
CONFIRMED = sa.text("status = 'confirmed'")
ONLY_FEE = sa.text("status = 'confirmed' AND fee_id IS NULL")


def upgrade() -> None:
    moment = storage.base.Moment(timezone=True)
    op.create_table(
        "due_fee",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("fee_key", sa.String(length=80), nullable=False),
        sa.Column("title_km", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("task_ref", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("refundable", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("reckoned_at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.CheckConstraint(STATUS, name=op.f("ck_due_fee_status")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_due_fee_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_fee")),
        sa.UniqueConstraint("key", name=op.f("uq_due_fee_key")),
    )
    op.create_index(op.f("ix_due_fee_application_id"), "due_fee", ["application_id"])
    for table in ("fee_line", "payment"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("fee_id", ID, nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_fee_id"), "due_fee", ["fee_id"], ["id"])
            batch.create_index(op.f(f"ix_{table}_fee_id"), ["fee_id"])
    with op.batch_alter_table("payment") as batch:
        batch.drop_index("uq_payment_confirmed")
        batch.create_index(
            "uq_payment_fee", ["fee_id"], unique=True, sqlite_where=CONFIRMED, postgresql_where=CONFIRMED
        )
        batch.create_index(
            "uq_payment_only_fee", ["application_id"], unique=True, sqlite_where=ONLY_FEE, postgresql_where=ONLY_FEE
        )


def downgrade() -> None:
    several = sa.text(
        "SELECT application_id FROM payment WHERE status = 'confirmed' GROUP BY application_id HAVING count(*) > 1"
    )
    if op.get_bind().execute(several).first() is not None:
        raise RuntimeError("Applications have paid several fees, which the version before cannot keep; stay here.")
    with op.batch_alter_table("payment") as batch:
        batch.drop_index("uq_payment_only_fee")
        batch.drop_index("uq_payment_fee")
        batch.create_index(
            "uq_payment_confirmed", ["application_id"], unique=True, sqlite_where=CONFIRMED, postgresql_where=CONFIRMED
        )
    for table in ("payment", "fee_line"):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(op.f(f"ix_{table}_fee_id"))
            batch.drop_constraint(op.f(f"fk_{table}_fee_id"), type_="foreignkey")
            batch.drop_column("fee_id")
    op.drop_table("due_fee")
