"""Changes of calendars are rows, and each clock says by which calendar it was reckoned

The new column is 0 in rows of before and in those that servers of the version before write: such a clock is behind when
the calendar of its office is changed next, and then it is reckoned again, which is what happened to every clock before.
Until then nothing is done to it. The index holds open clocks only; among a million open cases it takes some seconds, in
which no step is taken.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
CHANGE_IS_OPEN = sa.text("look_at IS NOT NULL")
CLOCK_IS_OPEN = sa.text("status IN ('running', 'paused')")


def upgrade() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_as", sa.String(length=80), nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("promises", "cases", "clocks", "people")),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_calendar_change_office_id_office")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_calendar_change_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
        sa.UniqueConstraint("office_id", "revision", name=op.f("uq_calendar_change_office_id_revision")),
    )
    op.create_index(
        "ix_calendar_change_open",
        "calendar_change",
        ["look_at"],
        sqlite_where=CHANGE_IS_OPEN,
        postgresql_where=CHANGE_IS_OPEN,
    )
    op.create_index("ix_calendar_change_made_at", "calendar_change", ["made_at"])
    op.add_column("clock", sa.Column("calendar_revision", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_clock_behind",
        "clock",
        ["office_id", "calendar_revision", "application_id"],
        sqlite_where=CLOCK_IS_OPEN,
        postgresql_where=CLOCK_IS_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_clock_behind", "clock")
    op.drop_column("clock", "calendar_revision")  # no copy of the table, which would lose its triggers on SQLite
    op.drop_table("calendar_change")
