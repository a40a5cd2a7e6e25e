"""Many cases tried on another package at once

Two new tables; servers of the version before write neither.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
STATUSES = ("queued", "running", "done", "cancelled")
VERDICTS = ("waiting", "same", "other", "stuck", "untried")


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("definition_id", ID, nullable=True),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ways", JSON, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(STATUSES), name="status"),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_trial_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_trial_office_id_office")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_trial_asked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("key", name=op.f("uq_trial_key")),
    )
    op.create_index(op.f("ix_trial_service_key"), "trial", ["service_key"])
    op.create_index("ix_trial_due", "trial", ["status", "due_at"])
    op.create_table(
        "trial_case",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("trial_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("verdict", KEY, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("moved_on", sa.Boolean(), nullable=False),
        sa.Column("fee_before", sa.Integer(), nullable=True),
        sa.Column("fee_after", sa.Integer(), nullable=True),
        sa.Column("late_before", sa.Boolean(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("has_other_documents", sa.Boolean(), nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.CheckConstraint(sa.column("verdict").in_(VERDICTS), name="verdict"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_case_trial_id_trial")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_trial_case_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_case")),
        sa.UniqueConstraint("trial_id", "place", name=op.f("uq_trial_case_trial_id_place")),
    )
    op.create_index("ix_trial_case_verdict", "trial_case", ["trial_id", "verdict", "element_id"])


def downgrade() -> None:
    op.drop_table("trial_case")
    op.drop_table("trial")
