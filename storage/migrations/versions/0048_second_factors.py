"""Second factors

New tables, and two columns of a sign-in that stay empty. Servers of the version before ask for no second factor: who
has set one up signs in there with the password alone. Let them end soon.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
STATUSES = ("open", "done", "refused")


def upgrade() -> None:
    for column in ("confirmed_at", "factor_at"):
        op.add_column("sign_in", sa.Column(column, MOMENT, nullable=True))
    op.create_table(
        "authenticator_app",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_authenticator_app_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator_app")),
        sa.UniqueConstraint("person_id", name=op.f("uq_authenticator_app_person_id")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("handle", KEY, nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "spent_challenge",
        sa.Column("challenge_hash", KEY, nullable=False),
        sa.Column("spent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_spent_challenge")),
    )
    op.create_index("ix_spent_challenge_spent_at", "spent_challenge", ["spent_at"])
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code_hash", KEY, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])
    _removals()


def _removals() -> None:
    op.create_table(
        "factor_removal",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by_id", ID, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(STATUSES), name=op.f("ck_factor_removal_status")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_removal_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_factor_removal_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_factor_removal_answered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_removal")),
    )
    op.create_index(
        "uq_factor_removal_open",
        "factor_removal",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def downgrade() -> None:
    for table in ("factor_removal", "recovery_code", "spent_challenge", "passkey", "authenticator_app"):
        op.drop_table(table)
    for column in ("factor_at", "confirmed_at"):
        op.drop_column("sign_in", column)
