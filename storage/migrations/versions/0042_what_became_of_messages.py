"""What became of a message: recorded, sent, delivered

Until now a message counted as delivered as soon as it was written to a file. No SMS had ever left, so every message
that is called delivered becomes recorded, e-mails too: whether a mail server took one is not known any more. That
changes each row of the outbox once, which takes a while where there are millions. Servers of the version before go on
calling delivered what they record, and cannot show the outbox while rows have the new words: let them end soon.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
CHANNELS = ("sms", "email", "portal")
STATUSES = ("pending", "sending", "delivered", "failed")


def upgrade() -> None:
    with op.batch_alter_table("notification") as batch:
        for column in _new():
            batch.add_column(column)
        _hold(batch, (*CHANNELS, "telegram"), (*STATUSES, "recorded", "sent"))
    op.create_index("ix_notification_ask_at", "notification", ["ask_at"])
    op.execute(
        "UPDATE notification SET status = 'recorded', left_at = delivered_at, delivered_at = NULL"
        " WHERE status = 'delivered'"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE notification SET status = 'delivered', delivered_at = coalesce(delivered_at, left_at)"
        " WHERE status IN ('recorded', 'sent')"
    )
    op.execute("UPDATE notification SET channel = 'portal' WHERE channel = 'telegram'")
    op.drop_index("ix_notification_ask_at", "notification")
    with op.batch_alter_table("notification") as batch:
        _hold(batch, CHANNELS, STATUSES)
        for column in _new():
            batch.drop_column(column.name)


def _hold(batch: Any, channels: tuple[str, ...], statuses: tuple[str, ...]) -> None:
    for name, words in (("channel", channels), ("status", statuses)):
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(name).in_(words))


def _new() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("short_body", sa.String(), nullable=False, server_default=""),
        sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sender", KEY, nullable=False, server_default=""),
        sa.Column("passed", storage.base.Json, nullable=False, server_default="[]"),
        sa.Column("reference", sa.String(), nullable=False, server_default=""),
        sa.Column("sendings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("times_unsure", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("held_until", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("ask_at", MOMENT, nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False, server_default="0"),
    )
