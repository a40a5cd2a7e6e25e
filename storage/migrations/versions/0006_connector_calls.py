"""Calls of service tasks to connectors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connector_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("instance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_ref", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("connector", sa.String(), nullable=False),
        sa.Column(
            "parameters", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("lease_until", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("asked_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("answered_at", storage.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_connector_call_application_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_connector_call_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_call")),
        sa.UniqueConstraint("instance_id", "task_ref", name=op.f("uq_connector_call_instance_id_task_ref")),
        sa.UniqueConstraint("key", name=op.f("uq_connector_call_key")),
    )
    op.create_index(op.f("ix_connector_call_application_id"), "connector_call", ["application_id"])
    op.create_index("ix_connector_call_due", "connector_call", ["status", "next_attempt_at"])


def downgrade() -> None:
    op.drop_table("connector_call")
