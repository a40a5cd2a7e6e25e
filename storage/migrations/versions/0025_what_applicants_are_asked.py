"""Reminders of what an applicant is asked, and applications that lapse

Servers of the version before write neither. The constraint is made anew, wider, on the one table of applications.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

BEFORE = ("", "approved", "rejected", "withdrawn", "verified", "refused", "cancelled")


def upgrade() -> None:
    with op.batch_alter_table("user_task") as batch:
        batch.add_column(sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    there = sa.text("remind_at IS NOT NULL")
    op.create_index("ix_user_task_remind", "user_task", ["remind_at"], sqlite_where=there, postgresql_where=there)
    _allow(*BEFORE, "lapsed")


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM application WHERE outcome = 'lapsed'")):
        raise RuntimeError("Applications have lapsed; the version before does not know that outcome.")
    _allow(*BEFORE)
    op.drop_index("ix_user_task_remind", "user_task")
    with op.batch_alter_table("user_task") as batch:
        batch.drop_column("remind_at")


def _allow(*outcomes: str) -> None:
    with op.batch_alter_table("application") as batch:
        batch.drop_constraint("outcome", type_="check")
        batch.create_check_constraint("outcome", sa.column("outcome").in_(outcomes))
