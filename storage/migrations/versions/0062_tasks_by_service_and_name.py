"""Tasks by service and by the applicant's name

Open tasks say of which service they are and whose, so that an inbox is filtered and put in order by an index. The open
ones are filled in here and each index reads them once: a million took some minutes, in which no task is taken
(docs/operations.md). A task that a server of the version before writes afterwards has neither until it is done: no
filter by its service finds it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

READY = sa.text("status = 'ready'")
NAME = sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql")
FILL = """UPDATE user_task SET
service_key = (SELECT a.service_key FROM application a WHERE a.id = user_task.application_id),
applicant_name = (SELECT substr(coalesce(nullif(p.name_km, ''), p.name_latin), 1, 80) FROM application a
JOIN person p ON p.id = a.applicant_id WHERE a.id = user_task.application_id)
WHERE status IN ('ready', 'claimed')"""
INDEXES = (
    ("ix_user_task_service", ["office_id", "group", "service_key", "due_at", "id"]),
    ("ix_user_task_service_everywhere", ["group", "service_key", "due_at", "id"]),
    ("ix_user_task_newest", ["office_id", "group", "id"]),
    ("ix_user_task_newest_everywhere", ["group", "id"]),
    ("ix_user_task_applicant", ["office_id", "group", "applicant_name", "id"]),
    ("ix_user_task_applicant_everywhere", ["group", "applicant_name", "id"]),
)


def upgrade() -> None:
    op.add_column("user_task", sa.Column("service_key", sa.String(length=80), server_default="", nullable=False))
    op.add_column("user_task", sa.Column("applicant_name", NAME, server_default="", nullable=False))
    op.execute(FILL)
    for name, columns in INDEXES:
        op.create_index(
            name,
            "user_task",
            columns,
            sqlite_where=READY,
            postgresql_where=READY,
            postgresql_include=["application_id"],
        )


def downgrade() -> None:
    for name, _ in INDEXES:
        op.drop_index(name, "user_task")
    op.drop_column("user_task", "applicant_name")  # no copy of the table, which would lose its triggers on SQLite
    op.drop_column("user_task", "service_key")
