"""What an application is about, and who reads nothing of it

Triggers write down whoever takes or does a task of an application that another one is about, whoever writes the task:
also servers of the version before. A later migration that copies ``user_task`` on SQLite (``batch_alter_table``) loses
them there and creates them again. Complaints of before are read as they were until their number is corrected.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from storage.base import Id

revision = "0095"
down_revision = "0093"
branch_labels = None
depends_on = None

KEPT: Final = (
    "INSERT INTO kept_apart (person_id, application_id)"
    " SELECT {who}, named_case.application_id FROM named_case WHERE named_case.about_id = NEW.application_id"
    " ON CONFLICT (person_id, application_id) DO NOTHING"
)
TRIGGERS: Final = {
    "user_task_given": ("INSERT", "assignee_id", ""),
    "user_task_taken": ("UPDATE OF assignee_id", "assignee_id", "{new} IS {other} {old}"),
    "user_task_done": ("UPDATE OF completed_by_id", "completed_by_id", "{new} IS {other} {old}"),
}
"""By name: when, whose id, and what must have changed."""


def upgrade() -> None:
    op.create_table(
        "named_case",
        sa.Column(
            "application_id",
            Id,
            sa.ForeignKey("application.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("about_id", Id, sa.ForeignKey("application.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index(op.f("ix_named_case_about_id"), "named_case", ["about_id"])
    op.create_table(
        "kept_apart",
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
        sa.Column(
            "application_id",
            Id,
            sa.ForeignKey("application.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_index(op.f("ix_kept_apart_application_id"), "kept_apart", ["application_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (event, column, changed) in TRIGGERS.items():
        other = "NOT" if is_sqlite else "DISTINCT FROM"
        tests = [f"NEW.{column} IS NOT NULL AND NEW.\"group\" <> 'applicant'"]
        if changed:
            tests.append(changed.format(new=f"NEW.{column}", old=f"OLD.{column}", other=other))
        head = f"CREATE TRIGGER {name} AFTER {event} ON user_task FOR EACH ROW WHEN ({' AND '.join(tests)})"
        kept = KEPT.format(who=f"NEW.{column}")
        if is_sqlite:
            op.execute(f"{head} BEGIN {kept}; END")
            continue
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {kept}; RETURN NULL; END $$")
        op.execute(f"{head} EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON user_task")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("kept_apart")
    op.drop_table("named_case")
