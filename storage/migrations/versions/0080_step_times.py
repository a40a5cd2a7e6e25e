"""How long steps take, what was taken out of turn and how cases came, counted behind the work

Five new tables, and two indexes: of completed tasks and of sent applications, by office and moment. On large tables
they take as long as any index does, during which nobody completes a task (docs/operations.md). The new tables fill
themselves from the past.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0078"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
IS_DONE = sa.text("completed_at IS NOT NULL")
WAS_SENT = sa.text("submitted_at IS NOT NULL")
KINDS = ("received", "returned", "refused", "visits", "sent_in_week", "done_in_week")
BEFORE = ("files", "promises", "usual_times", "trials", "flows", "tallies", "step_histories", "expected_dates")


def upgrade() -> None:
    _numbers()
    _facts()
    _jumps()
    op.create_index(
        "ix_user_task_done",
        "user_task",
        ["office_id", "completed_at", "id"],
        sqlite_where=IS_DONE,
        postgresql_where=IS_DONE,
    )
    _allow(*BEFORE, "steps")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind = 'steps'"))
    _allow(*BEFORE)
    op.drop_index("ix_user_task_done", "user_task")
    op.drop_index("ix_application_received", "application")
    for table in ("case_tally", "queue_jump", "step_count", "slow_task", "step_tally"):
        op.drop_table(table)


def _numbers() -> None:
    op.create_table(
        "step_tally",
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("element_id", ORDERED, nullable=False),
        sa.Column("bound", ID, nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("waited", "worked", "waited_minutes", "worked_minutes")
        ),
        _of("step_tally", "office_id", "office"),
        sa.PrimaryKeyConstraint("service_key", "month", "office_id", "element_id", "bound", name="pk_step_tally"),
    )
    op.create_index("ix_step_tally_office", "step_tally", ["office_id", "month"])
    op.create_table(
        "slow_task",
        sa.Column("user_task_id", ID, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("element_id", ORDERED, nullable=False),
        sa.Column("waited", ID, nullable=False),
        sa.Column("worked", ID, nullable=False),
        _of("slow_task", "user_task_id", "user_task"),
        _of("slow_task", "office_id", "office"),
        sa.PrimaryKeyConstraint("user_task_id", name="pk_slow_task"),
    )
    op.create_index("ix_slow_task_cell", "slow_task", ["service_key", "element_id", "month", "office_id"])
    op.create_table(
        "step_count",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=False),
        sa.Column("user_task_id", ID, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        _of("step_count", "office_id", "office"),
        sa.PrimaryKeyConstraint("office_id", name="pk_step_count"),
    )


def _facts() -> None:
    kinds = sa.Enum(*KINDS, name="kind", native_enum=False, length=80, create_constraint=True)
    op.create_table(
        "case_tally",
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("key", ORDERED, nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        _of("case_tally", "office_id", "office"),
        sa.PrimaryKeyConstraint("service_key", "month", "office_id", "kind", "key", name="pk_case_tally"),
    )
    op.create_index("ix_case_tally_office", "case_tally", ["office_id", "month"])
    op.create_index(
        "ix_application_received",
        "application",
        ["office_id", "submitted_at", "id"],
        sqlite_where=WAS_SENT,
        postgresql_where=WAS_SENT,
    )


def _jumps() -> None:
    op.create_table(
        "queue_jump",
        sa.Column("user_task_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("given_by_id", ID, nullable=True),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("oldest_id", ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        _of("queue_jump", "user_task_id", "user_task"),
        _of("queue_jump", "office_id", "office"),
        _of("queue_jump", "by_id", "person"),
        _of("queue_jump", "given_by_id", "person"),
        _of("queue_jump", "oldest_id", "user_task"),
        sa.PrimaryKeyConstraint("user_task_id", name="pk_queue_jump"),
    )
    op.create_index("ix_queue_jump_at", "queue_jump", ["at", "user_task_id"])
    op.create_index("ix_queue_jump_office", "queue_jump", ["office_id", "at", "user_task_id"])
    op.create_index("ix_queue_jump_service", "queue_jump", ["service_key", "at", "user_task_id"])


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
