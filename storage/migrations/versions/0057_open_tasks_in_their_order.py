"""Open tasks in their order

Inboxes and desks read open tasks by an index in the order in which they show them, and stop. Nine indexes of open
tasks and three of payments: each reads its table once (docs/operations.md says how long that takes).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

READY = "status = 'ready'"
CLAIMED = "status = 'claimed'"
ESCALATED = "status IN ('ready', 'claimed') AND escalated_to <> ''"
DESK = "status IN ('ready', 'claimed') AND kind IN ('payment', 'handover')"
INDEXES = (
    ("ix_user_task_ready", READY, ["office_id", "group", "due_at", "id"]),
    ("ix_user_task_ready_everywhere", READY, ["group", "due_at", "id"]),
    ("ix_user_task_claimed", CLAIMED, ["assignee_id", "due_at", "id"]),
    ("ix_user_task_escalated", ESCALATED, ["office_id", "escalated_to", "status", "due_at", "id"]),
    ("ix_user_task_escalated_everywhere", ESCALATED, ["escalated_to", "status", "due_at", "id"]),
    ("ix_user_task_desk", DESK, ["office_id", "kind", "group", "id"]),
    ("ix_user_task_desk_everywhere", DESK, ["kind", "group", "id"]),
    ("ix_user_task_desk_escalated", f"{DESK} AND escalated_to <> ''", ["kind", "escalated_to", "id"]),
)
PAYMENTS = (
    ("ix_payment_taken", "status = 'confirmed'", ["office_id", "confirmed_at", "id"]),
    ("ix_payment_reported", "bank_problem <> ''", ["office_id", "id"]),
    ("ix_payment_questioned", "void_asked_at IS NOT NULL", ["office_id", "void_asked_at", "id"]),
)


TO_BE_CHOSEN = "kind = 'appointment' AND status IN ('ready', 'claimed')"


LEFT = "status IN ('recorded', 'sent', 'delivered', 'failed')"


def upgrade() -> None:
    left, newest = sa.text(LEFT), ["status", "created_at", "id"]
    op.create_index("ix_notification_left", "notification", newest, sqlite_where=left, postgresql_where=left)
    chosen = sa.text(TO_BE_CHOSEN)
    op.create_index(
        "ix_user_task_to_be_chosen", "user_task", ["application_id"], sqlite_where=chosen, postgresql_where=chosen
    )
    for name, which, columns in PAYMENTS:
        op.create_index(name, "payment", columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    for name, which, columns in INDEXES:
        op.create_index(
            name,
            "user_task",
            columns,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
            postgresql_include=["application_id"],
        )


def downgrade() -> None:
    op.drop_index("ix_notification_left", "notification")
    op.drop_index("ix_user_task_to_be_chosen", "user_task")
    for name, _, _ in INDEXES:
        op.drop_index(name, "user_task")
    for name, _, _ in PAYMENTS:
        op.drop_index(name, "payment")
