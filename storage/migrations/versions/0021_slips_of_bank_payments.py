"""A bank payment says its bank, its day, and shows its slip"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BANKS = (
    "aba",
    "acleda",
    "amk",
    "amret",
    "ardb",
    "bred",
    "cambodia_post",
    "cambodian_public",
    "canadia",
    "chip_mong",
    "cimb",
    "ftb",
    "hattha",
    "j_trust",
    "kb_prasac",
    "maybank",
    "phillip",
    "ppcbank",
    "prince",
    "rhb",
    "sathapana",
    "shinhan",
    "ucb",
    "vattanac",
    "wing",
    "woori",
    "other",
)


def upgrade() -> None:
    op.create_table(
        "bank_slip",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=True),
        sa.Column(
            "bank", sa.Enum(*BANKS, name="bank", native_enum=False, length=80, create_constraint=True), nullable=True
        ),
        sa.Column("bank_name", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_bank_slip_application_id_application")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_slip_payment_id_payment")),
        sa.ForeignKeyConstraint(["kept_by_id"], ["person.id"], name=op.f("fk_bank_slip_kept_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_slip")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_slip_key")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_bank_slip_payment_id")),
    )
    op.create_index(op.f("ix_bank_slip_application_id"), "bank_slip", ["application_id"])


def downgrade() -> None:
    op.drop_table("bank_slip")
