"""Chains of escalation with the clocks that go up them, and days off of provinces and ministries

Promises that were broken before go on as before: only what is broken from the first day of a chain on goes up it. A
server of the version before knows no chain, and escalates what it finds broken as the package says; nor does it count
the days of provinces and ministries.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
IN_FORCE = sa.text("withdrawn_at IS NULL")
GOES_ON = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    _chains()
    _climbs()
    _area_days()


def _chains() -> None:
    op.create_table(
        "escalation_chain",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.String(length=80), nullable=False) for name in ("key", "office_code", "service_key")),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("rungs", storage.base.Json, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_escalation_chain_{name}_person"))
            for name in ("made_by_id", "withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_chain")),
        sa.UniqueConstraint("key", name=op.f("uq_escalation_chain_key")),
    )
    op.create_index(
        "uq_escalation_chain_in_force",
        "escalation_chain",
        ["office_code", "service_key", "from_day"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )


def _climbs() -> None:
    op.create_table(
        "climb",
        sa.Column("clock_id", ID, autoincrement=False, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("chain_id", ID, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_climb_clock_id_clock")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_climb_application_id_application")
        ),
        sa.ForeignKeyConstraint(["chain_id"], ["escalation_chain.id"], name=op.f("fk_climb_chain_id_escalation_chain")),
        sa.PrimaryKeyConstraint("clock_id", name=op.f("pk_climb")),
    )
    op.create_index(
        "ix_climb_goes_on", "climb", ["next_at", "clock_id"], sqlite_where=GOES_ON, postgresql_where=GOES_ON
    )
    op.create_table(
        "raised",
        sa.Column("clock_id", ID, autoincrement=False, nullable=False),
        sa.Column("rung", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.CheckConstraint("level IN ('head', 'administrator', 'province', 'ministry')", name=op.f("ck_raised_level")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_raised_clock_id_clock")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_raised_office_id_office")),
        sa.PrimaryKeyConstraint("clock_id", "rung", name=op.f("pk_raised")),
    )
    op.create_index("ix_raised_office", "raised", ["office_id", "group", "raised_at"])


def _area_days() -> None:
    op.create_table(
        "area_day",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_km", sa.String(length=400), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("hours", storage.base.Json, nullable=True),
        sa.CheckConstraint("level IN ('province', 'ministry')", name=op.f("ck_area_day_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_day")),
        sa.UniqueConstraint("level", "area", "day", name=op.f("uq_area_day_level_area_day")),
    )
    op.create_index("ix_area_day_day", "area_day", ["day"])


def downgrade() -> None:
    op.drop_table("area_day")
    op.drop_table("raised")
    op.drop_table("climb")
    op.drop_table("escalation_chain")
