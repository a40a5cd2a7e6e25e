"""Interventions that a second administrator confirms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    moment = storage.base.Moment(timezone=True)
    op.create_table(
        "intervention",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("application_id", number, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("step", json, nullable=False),
        sa.Column("data", json, nullable=False),
        sa.Column("passes", json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("proposed_by_id", number, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answered_by_id", number, nullable=True),
        sa.CheckConstraint("status IN ('proposed', 'confirmed', 'refused')", name=op.f("ck_intervention_status")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_intervention_answered_by_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_intervention_application_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_intervention_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_application_id"), "intervention", ["application_id"])
    with op.batch_alter_table("transfer") as batch:
        batch.add_column(sa.Column("needs_second", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("confirmed_at", moment, nullable=True))
        batch.add_column(sa.Column("confirmed_by_id", number, nullable=True))
        batch.create_foreign_key(op.f("fk_transfer_confirmed_by_id"), "person", ["confirmed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("transfer") as batch:
        batch.drop_constraint(op.f("fk_transfer_confirmed_by_id"), type_="foreignkey")
        batch.drop_column("confirmed_by_id")
        batch.drop_column("confirmed_at")
        batch.drop_column("needs_second")
    op.drop_table("intervention")
