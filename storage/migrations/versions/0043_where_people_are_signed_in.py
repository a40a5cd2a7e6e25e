"""Where people are signed in, and accounts that are disabled

Servers of the version before know nothing of either: whoever is signed in by one of them signs in again at one of
these, and a disabled account is signed out there too (its epoch grows) but could sign in again there. Let them end
soon.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
REASONS = ("signed_out", "elsewhere", "password", "groups", "disabled")


def upgrade() -> None:
    op.add_column("person", sa.Column("disabled_at", MOMENT, nullable=True))
    op.create_table(
        "sign_in",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("address", KEY, nullable=False),
        sa.Column("browser", KEY, nullable=False),
        sa.Column("end_kind", KEY, nullable=True),
        sa.CheckConstraint(sa.column("end_kind").in_(REASONS), name=op.f("ck_sign_in_end_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index("ix_sign_in_person_id", "sign_in", ["person_id"])
    op.create_index("ix_sign_in_seen_at", "sign_in", ["seen_at"])


def downgrade() -> None:
    op.drop_table("sign_in")
    op.drop_column("person", "disabled_at")
