"""Newer words of the messages that all services share

Servers of the version before tell people the words of the file until they are replaced.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
WORDS = ("title_km", "title_en", "body_km", "body_en", "sms_km", "sms_en")


def upgrade() -> None:
    op.create_table(
        "message_version",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_of_file", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in WORDS),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_message_version_{name}_person"))
            for name in ("made_by_id", "withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_version")),
        sa.UniqueConstraint("message_key", "number", name=op.f("uq_message_version_message_key_number")),
    )
    op.create_index("ix_message_version_begins", "message_version", ["message_key", "begins_at", "number"])


def downgrade() -> None:
    op.drop_table("message_version")
