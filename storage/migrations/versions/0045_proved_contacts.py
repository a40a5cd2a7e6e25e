"""Telephones and e-mails that were proved, one-time codes, and messages to a contact whoever has it

A contact may belong to several people now; it counts once it was proved. What people sign in with today counts as
proved since the account was made: whoever holds the telephone or reads the mailbox gets into the account by a code.
Contacts that the counter wrote down, of people without a password, count as proved by nobody; they get no message until
a code was given back. Servers of the version before go on taking every contact for proved: let them end soon.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
PURPOSES = ("door", "contact", "counter", "help")
CHANNELS = ("sms", "email", "telegram", "portal")


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("phone_proved_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("email_proved_at", MOMENT, nullable=True))
        batch.drop_constraint("uq_person_phone", type_="unique")
        batch.drop_constraint("uq_person_email", type_="unique")
    op.create_index("ix_person_phone", "person", ["phone"])
    op.create_index("ix_person_email", "person", ["email"])
    for contact in ("phone", "email"):
        op.execute(
            f"UPDATE person SET {contact}_proved_at = created_at"  # noqa: S608
            f" WHERE password_hash IS NOT NULL AND {contact} IS NOT NULL"
        )
    with op.batch_alter_table("notification") as batch:
        batch.alter_column("person_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("is_direct", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("secret_until", MOMENT, nullable=True))
    op.create_table(
        "one_time_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code_kind", KEY, nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("code_hash", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("proved_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("code_kind").in_(PURPOSES), name=op.f("ck_one_time_code_code_kind")),
        sa.CheckConstraint(sa.column("channel").in_(CHANNELS), name=op.f("ck_one_time_code_channel")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_code_token_hash")),
    )
    op.create_index("ix_one_time_code_person_id", "one_time_code", ["person_id"])
    op.create_index("ix_one_time_code_asked_at", "one_time_code", ["asked_at"])
    op.create_index("ix_one_time_code_address", "one_time_code", ["address", "asked_at"])


def downgrade() -> None:
    op.drop_table("one_time_code")
    op.execute("DELETE FROM notification WHERE person_id IS NULL")
    with op.batch_alter_table("notification") as batch:
        batch.drop_column("secret_until")
        batch.drop_column("is_direct")
        batch.alter_column("person_id", existing_type=ID, nullable=False)
    for contact in ("phone", "email"):  # of several people with one contact the oldest keeps it
        op.execute(
            f"UPDATE person SET {contact} = NULL WHERE EXISTS (SELECT 1 FROM person older"  # noqa: S608
            f" WHERE older.{contact} = person.{contact} AND older.id < person.id)"
        )
    op.drop_index("ix_person_email", "person")
    op.drop_index("ix_person_phone", "person")
    with op.batch_alter_table("person") as batch:
        batch.create_unique_constraint("uq_person_phone", ["phone"])
        batch.create_unique_constraint("uq_person_email", ["email"])
        batch.drop_column("email_proved_at")
        batch.drop_column("phone_proved_at")
