"""Invitations of officers, and codes that belong to them

Two new tables, and one more word among what a code is for. Memberships stay as they are. Officers of the version before
were added with a password: they have accepted by having signed in, and whoever was put into a group once is asked no
more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
PURPOSES = ("door", "contact", "counter", "help")
KINDS = ("account", "groups", "new_password")
CHANNELS = ("sms", "email", "telegram", "portal")


def upgrade() -> None:
    _let_codes_be_for((*PURPOSES, "invitation"))
    op.create_table(
        "invitation",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("invitation_kind", KEY, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_by_hand", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("invitation_kind").in_(KINDS), name=op.f("ck_invitation_invitation_kind")),
        sa.CheckConstraint(sa.column("channel").in_(CHANNELS), name=op.f("ck_invitation_channel")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_invitation_asked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    for column in ("person_id", "address", "ends_at"):
        op.create_index(f"ix_invitation_{column}", "invitation", [column])
    op.create_table(
        "offered_group",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("invitation_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("group", KEY, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_offered_group_invitation_id_invitation")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_offered_group_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_group")),
    )
    op.create_index("ix_offered_group_invitation_id", "offered_group", ["invitation_id"])


def downgrade() -> None:
    op.drop_table("offered_group")
    op.drop_table("invitation")
    op.execute("DELETE FROM one_time_code WHERE code_kind = 'invitation'")
    _let_codes_be_for(PURPOSES)


def _let_codes_be_for(purposes: tuple[str, ...]) -> None:
    with op.batch_alter_table("one_time_code") as batch:
        batch.drop_constraint("code_kind", type_="check")
        batch.create_check_constraint("code_kind", sa.column("code_kind").in_(purposes))
