"""Start events that no application sets off, and the cases that they begin"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("definition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_start_event_definition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_event")),
    )
    op.create_index(op.f("ix_start_event_definition_id"), "start_event", ["definition_id"])
    op.create_index(op.f("ix_start_event_due_at"), "start_event", ["due_at"])
    op.create_index("ix_start_event_name", "start_event", ["kind", "name"])
    op.create_table(
        "beginning",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("definition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("applicant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("due_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f("fk_beginning_applicant_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_beginning_application_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["process_definition.id"], name=op.f("fk_beginning_definition_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_beginning_office_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["application.id"], name=op.f("fk_beginning_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beginning")),
        sa.UniqueConstraint("application_id", name=op.f("uq_beginning_application_id")),
    )
    op.create_index(op.f("ix_beginning_sender_id"), "beginning", ["sender_id"])
    op.create_table(
        "office_applicant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_applicant_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_applicant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_applicant")),
        sa.UniqueConstraint("office_id", name=op.f("uq_office_applicant_office_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_office_applicant_person_id")),
    )


def downgrade() -> None:
    op.drop_table("office_applicant")
    op.drop_table("beginning")
    op.drop_table("start_event")
