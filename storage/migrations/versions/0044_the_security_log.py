"""The security log

New tables; servers of the version before write nothing there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)


def upgrade() -> None:
    op.create_table(
        "security_event",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_role", KEY, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("address", KEY, nullable=False),
        sa.Column("browser", KEY, nullable=False),
        sa.Column("data", storage.base.Json, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_security_event_actor_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_security_event_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_security_event_seq")),
    )
    op.create_index("ix_security_event_actor_id", "security_event", ["actor_id"])
    op.create_index("ix_security_event_person_id", "security_event", ["person_id"])
    op.create_table(
        "security_seal",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_seal")),
    )


def downgrade() -> None:
    op.drop_table("security_seal")
    op.drop_table("security_event")
