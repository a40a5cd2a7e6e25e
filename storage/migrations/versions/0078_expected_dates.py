"""When cases are expected to be done: what steps took, how much is waiting, what was told and whether it held

Four new tables, filled in the background: an office after the other, and a thousand applications at a time. Servers of
the version before do no chores once the new ones are there; those of this version do them all.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0078"
down_revision = "0076"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
BEFORE = ("files", "promises", "usual_times", "trials", "flows", "tallies")
TABLES = ("expected_date", "date_record", "office_load", "step_history")


def upgrade() -> None:
    _of_offices()
    op.create_table(
        "expected_date",
        sa.Column("application_id", ID, autoincrement=False, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("based_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("half", "most", "told_half", "told_most")),
        sa.Column("half_at", MOMENT, nullable=True),
        sa.Column("most_at", MOMENT, nullable=True),
        sa.Column("elements", sa.String(), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.Column("late_since", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("took", sa.Integer(), nullable=True),
        sa.Column("known_at", MOMENT, nullable=True),
        sa.Column("is_over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_expected_date_application_id_application")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_expected_date_office_id_office")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_expected_date")),
    )
    _index("ix_expected_date_known", ["office_id", "service_key", "known_at"], "known_at IS NOT NULL")
    _index("ix_expected_date_late", ["office_id", "application_id"], "late_since IS NOT NULL")
    _allow(*BEFORE, "step_histories", "expected_dates")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind IN ('step_histories', 'expected_dates')"))
    _allow(*BEFORE)
    for table in TABLES:
        op.drop_table(table)


def _of_offices() -> None:
    op.create_table(
        "step_history",
        *_pair("step_history", sa.Column("element_id", KEY, nullable=False)),
        sa.Column("samples", storage.base.Json, nullable=False),
        sa.Column("own", sa.Integer(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_step_history_office_id"), "step_history", ["office_id"])
    op.create_table(
        "office_load",
        sa.Column("office_id", ID, autoincrement=False, nullable=False),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_load_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_load")),
    )
    numbers = ("told", "half", "most", "longer_half", "longer_most")
    op.create_table(
        "date_record",
        *_pair("date_record"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("counted_at", MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_date_record_office_id"), "date_record", ["office_id"])


def _pair(table: str, *more: sa.Column[str]) -> tuple[sa.Column[Any] | sa.Constraint, ...]:
    return (
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        *more,
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id_office")),
        sa.PrimaryKeyConstraint(
            "service_key", "office_id", *(column.name for column in more), name=op.f(f"pk_{table}")
        ),
    )


def _index(name: str, columns: list[str], which: str) -> None:
    op.create_index(name, "expected_date", columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
