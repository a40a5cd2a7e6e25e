"""What officers have typed on a task and not completed, and up to where they have read a case

Both tables are new and empty; servers of the version before know nothing of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0064"
down_revision = "0062"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "task_draft",
        sa.Column("user_task_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("fields", storage.base.Json, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_task_id"], ["user_task.id"], name=op.f("fk_task_draft_user_task_id_user_task")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_draft_person_id_person")),
        sa.PrimaryKeyConstraint("user_task_id", "person_id", name=op.f("pk_task_draft")),
    )
    op.create_index("ix_task_draft_saved_at", "task_draft", ["saved_at"])
    op.create_table(
        "last_look",
        sa.Column("application_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("since_seq", sa.Integer(), nullable=False),
        sa.Column("since_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_last_look_application_id_application")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_last_look_person_id_person")),
        sa.PrimaryKeyConstraint("application_id", "person_id", name=op.f("pk_last_look")),
    )


def downgrade() -> None:
    op.drop_table("last_look")
    op.drop_table("task_draft")
