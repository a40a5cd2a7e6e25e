"""What was found in cases, and how often"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Id, Moment

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

BEFORE = ("received", "returned", "refused", "ground", "visits", "sent_in_week", "done_in_week")


def upgrade() -> None:
    op.create_table(
        "case_finding",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("application_id", Id, sa.ForeignKey("application.id", ondelete="CASCADE"), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("field_key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint(
            *("application_id", "element_id", "field_key", "value"),
            name="uq_case_finding_application_id_element_id_field_key_value",
        ),
    )
    _allow(*BEFORE, "found")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM case_tally WHERE kind = 'found'"))
    _allow(*BEFORE)
    op.drop_table("case_finding")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("case_tally") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
