"""Trials that are kept no longer are cleared, and how often each flow is taken is counted

Two new tables, filled in the background: a hundred cases with each sweep until every case was counted, about half a
second of processor time each time. Servers of the version before do no chores once the new ones are there; those of
this version do them all.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
BEFORE = ("files", "promises", "usual_times")


def upgrade() -> None:
    op.create_table(
        "flow_volume",
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("flow_id", sa.String(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_flow_volume_definition_id_process_definition")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_flow_volume_office_id_office")),
        sa.PrimaryKeyConstraint("definition_id", "month", "office_id", "flow_id", name=op.f("pk_flow_volume")),
    )
    op.create_table(
        "counted_case",
        sa.Column("application_id", ID, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_counted_case_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_counted_case")),
    )
    op.create_index(
        "ix_counted_case_open",
        "counted_case",
        ["application_id"],
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    _allow(*BEFORE, "trials", "flows")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind IN ('trials', 'flows')"))
    _allow(*BEFORE)
    op.drop_table("counted_case")
    op.drop_table("flow_volume")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
