"""What searches and long lists go through has its own indexes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

WAS_SENT = sa.text("submitted_at IS NOT NULL")
BEGINNINGS = 1_000


def upgrade() -> None:
    op.create_index("ix_person_id_number", "person", ["id_number"])
    op.create_index("ix_user_task_completed_by_id", "user_task", ["completed_by_id"])
    op.create_index(
        "ix_application_office_sent",
        "application",
        ["office_id", "id", "applicant_id"],
        sqlite_where=WAS_SENT,
        postgresql_where=WAS_SENT,
    )
    op.create_index("ix_incident_resolved", "incident", ["status", "resolved_at", "id"])
    op.create_index("ix_security_event_kind", "security_event", ["kind", "id"])
    if op.get_bind().dialect.name == "postgresql":
        # How many keys begin with a text is reckoned from samples of their beginnings: of a million names more than
        # the usual hundred are needed to tell a common one from a rare one.
        op.execute(f"ALTER TABLE finding_key ALTER COLUMN text SET STATISTICS {BEGINNINGS}")


def downgrade() -> None:
    op.drop_index("ix_security_event_kind", "security_event")
    op.drop_index("ix_incident_resolved", "incident")
    op.drop_index("ix_application_office_sent", "application")
    op.drop_index("ix_user_task_completed_by_id", "user_task")
    op.drop_index("ix_person_id_number", "person")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE finding_key ALTER COLUMN text SET STATISTICS -1")
