"""Codes of slips with which people claim accounts of the counter, and contacts that two people replace

Nothing that is there changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
CHANNELS = ("sms", "email", "telegram", "portal")
STATUSES = ("asked", "agreed", "declined")


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "claim_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code_hash", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        _foreign("claim_code", "person_id", "person"),
        _foreign("claim_code", "office_id", "office"),
        _foreign("claim_code", "made_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_claim_code_code_hash")),
    )
    op.create_index("ix_claim_code_person_id", "claim_code", ["person_id"])
    op.create_table(
        "contact_replacement",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(STATUSES), name=op.f("ck_contact_replacement_status")),
        sa.CheckConstraint(sa.column("channel").in_(CHANNELS), name=op.f("ck_contact_replacement_channel")),
        _foreign("contact_replacement", "person_id", "person"),
        _foreign("contact_replacement", "office_id", "office"),
        _foreign("contact_replacement", "asked_by_id", "person"),
        _foreign("contact_replacement", "answered_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_replacement")),
        sa.UniqueConstraint("key", name=op.f("uq_contact_replacement_key")),
    )
    for column in ("person_id", "office_id"):
        op.create_index(f"ix_contact_replacement_{column}", "contact_replacement", [column])
    asked = sa.text("status = 'asked'")
    op.create_index(
        "uq_contact_replacement_asked",
        "contact_replacement",
        ["person_id"],
        unique=True,
        sqlite_where=asked,
        postgresql_where=asked,
    )


def downgrade() -> None:
    op.drop_table("contact_replacement")
    op.drop_table("claim_code")
