"""Rungs of chains end with their clocks, governors are a rung, and somebody takes care of what was raised

A trigger writes the end of a rung with that of its clock, whoever writes the clock: also servers of the version before.
A later migration that copies ``clock`` on SQLite (``batch_alter_table``) loses it there and creates it again.
``ix_raised_office`` is kept for servers of the version before.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from storage.base import Id, Moment

revision = "0091"
down_revision = "0089"
branch_labels = None
depends_on = None

BEFORE: Final = "level IN ('head', 'administrator', 'province', 'ministry')"
NOW: Final = "level IN ('head', 'administrator', 'province', 'governor', 'ministry')"
INDEXES: Final = {
    "ix_raised_stands_office": ["office_id", "group", "raised_at"],
    "ix_raised_stands_group": ["group", "raised_at"],
    "ix_raised_stands_level": ["level", "clock_id"],
}
FOLLOWS: Final = "UPDATE raised SET ended_at = NEW.ended_at WHERE clock_id = NEW.id"


def upgrade() -> None:
    with op.batch_alter_table("raised") as table:
        table.add_column(sa.Column("ended_at", Moment(), nullable=True))
        table.add_column(sa.Column("taken_up_at", Moment(), nullable=True))
        table.add_column(sa.Column("taken_up_by_id", Id, nullable=True))
        table.create_foreign_key(op.f("fk_raised_taken_up_by_id_person"), "person", ["taken_up_by_id"], ["id"])
        table.drop_constraint(op.f("ck_raised_level"), type_="check")
        table.create_check_constraint(op.f("ck_raised_level"), NOW)
    ended = "(SELECT clock.ended_at FROM clock WHERE clock.id = raised.clock_id)"
    op.execute(f"UPDATE raised SET ended_at = {ended} WHERE {ended} IS NOT NULL")  # noqa: S608 - words of this file
    standing = sa.text("ended_at IS NULL")
    for name, columns in INDEXES.items():
        op.create_index(name, "raised", columns, sqlite_where=standing, postgresql_where=standing)
    if op.get_bind().dialect.name == "sqlite":
        changed = "OLD.ended_at IS NOT NEW.ended_at AND NEW.breached_at IS NOT NULL"
        op.execute(f"CREATE TRIGGER raised_ends AFTER UPDATE OF ended_at ON clock WHEN {changed} BEGIN {FOLLOWS}; END")
        return
    op.execute(
        f"CREATE FUNCTION raised_ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {FOLLOWS}; RETURN NULL; END $$"
    )
    changed = "OLD.ended_at IS DISTINCT FROM NEW.ended_at AND NEW.breached_at IS NOT NULL"
    op.execute(
        "CREATE TRIGGER raised_ends AFTER UPDATE OF ended_at ON clock"
        f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION raised_ends()"
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER raised_ends" if is_sqlite else "DROP TRIGGER raised_ends ON clock")
    if not is_sqlite:
        op.execute("DROP FUNCTION raised_ends()")
    for name in INDEXES:
        op.drop_index(name, "raised")
    op.execute("DELETE FROM raised WHERE level = 'governor'")
    below = """replace(CAST(rungs AS TEXT), '"governor"', '"province"')"""  # servers of before know no governor
    op.execute(f"UPDATE escalation_chain SET rungs = {below if is_sqlite else f'CAST({below} AS JSONB)'}")  # noqa: S608
    with op.batch_alter_table("raised") as table:
        table.drop_constraint(op.f("ck_raised_level"), type_="check")
        table.create_check_constraint(op.f("ck_raised_level"), BEFORE)
        for name in ("taken_up_by_id", "taken_up_at", "ended_at"):
            table.drop_column(name)
