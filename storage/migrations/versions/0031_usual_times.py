"""Usual times of services, and indexes by which the catalogue is read

The two indexes are on small tables: a row for each published version, and for each service of each office. An index on
the moment at which a version comes into effect keeps the list of services from reading past the archives.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0027"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = ("files", "promises")


def upgrade() -> None:
    op.create_table(
        "usual_time",
        sa.Column("service_key", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_usual_time_office_id_office")),
        sa.PrimaryKeyConstraint("service_key", "office_id", name=op.f("pk_usual_time")),
    )
    op.create_index(op.f("ix_usual_time_office_id"), "usual_time", ["office_id"])
    op.create_index(op.f("ix_office_service_service_key"), "office_service", ["service_key"])
    op.create_index(op.f("ix_process_definition_effective_from"), "process_definition", ["effective_from"])
    _allow(*BEFORE, "usual_times")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind = 'usual_times'"))
    _allow(*BEFORE)
    op.drop_index(op.f("ix_process_definition_effective_from"), "process_definition")
    op.drop_index(op.f("ix_office_service_service_key"), "office_service")
    op.drop_table("usual_time")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
