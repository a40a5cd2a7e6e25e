"""What became of a message: recorded, sent, delivered; on which way it goes, Telegram among them

Until now a message counted as delivered as soon as it was written to a file. No SMS had ever left, so every message
that is called delivered becomes recorded, e-mails too: whether a mail server took one is not known any more. That
changes each row of the outbox once, which takes a while where there are millions. A message was a row for SMS and one
for e-mail; now it is one, so of two that still wait the one for e-mail is recorded. Servers of the version before go
on calling delivered what they record, and cannot show the outbox while rows have the new words: let them end soon.
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

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
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
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("preferred_channel", KEY, nullable=True))
        batch.create_check_constraint(
            "preferred_channel", sa.column("preferred_channel").in_((*CHANNELS[:2], "telegram", CHANNELS[2]))
        )
    op.create_table(
        "telegram_link",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("token_until", MOMENT, nullable=True),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("linked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_telegram_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_link")),
        sa.UniqueConstraint("person_id", name=op.f("uq_telegram_link_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_telegram_link_token_hash")),
    )
    op.create_index(op.f("ix_telegram_link_chat"), "telegram_link", ["chat"])
    op.execute(
        "UPDATE notification SET status = 'recorded', left_at = delivered_at, delivered_at = NULL"
        " WHERE status = 'delivered'"
    )
    op.execute(
        "UPDATE notification SET status = 'recorded', last_error = 'the same message goes by SMS'"
        " WHERE channel = 'email' AND status IN ('pending', 'sending') AND EXISTS (SELECT 1 FROM notification twin"
        " WHERE twin.person_id = notification.person_id AND twin.created_at = notification.created_at"
        " AND twin.channel = 'sms' AND twin.subject = notification.subject AND twin.body = notification.body)"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE notification SET status = 'delivered', delivered_at = coalesce(delivered_at, left_at)"
        " WHERE status IN ('recorded', 'sent')"
    )
    op.execute("UPDATE notification SET channel = 'portal' WHERE channel = 'telegram'")
    op.drop_table("telegram_link")
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint("preferred_channel", type_="check")
        batch.drop_column("preferred_channel")
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
