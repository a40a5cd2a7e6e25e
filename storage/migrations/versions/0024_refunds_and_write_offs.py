"""Two people pay a fee back or write it off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ASKED = sa.text("status = 'asked'")


def upgrade() -> None:
    with op.batch_alter_table("due_fee") as batch:
        batch.add_column(sa.Column("refunded", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("due_fee") as batch:
        batch.alter_column("refunded", server_default=None)
    moment = storage.base.Moment(timezone=True)
    op.create_table(
        "remission",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("fee_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("in_error", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('refund', 'write_off')", name=op.f("ck_remission_kind")),
        sa.CheckConstraint("status IN ('asked', 'agreed', 'declined')", name=op.f("ck_remission_status")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_remission_application_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_remission_office_id")),
        sa.ForeignKeyConstraint(["fee_id"], ["due_fee.id"], name=op.f("fk_remission_fee_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_remission_payment_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_remission_asked_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_remission_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remission")),
        sa.UniqueConstraint("key", name=op.f("uq_remission_key")),
        sa.UniqueConstraint("number", name=op.f("uq_remission_number")),
    )
    for column in ("answered_at", "application_id", "office_id", "payment_id"):
        op.create_index(op.f(f"ix_remission_{column}"), "remission", [column])
    op.create_index(
        "uq_remission_asked", "remission", ["fee_id"], unique=True, sqlite_where=ASKED, postgresql_where=ASKED
    )


def downgrade() -> None:
    op.drop_table("remission")
    with op.batch_alter_table("due_fee") as batch:
        batch.drop_column("refunded")
