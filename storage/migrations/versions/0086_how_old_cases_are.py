"""Undecided cases are counted by the day on which they were sent, by office and by service, by the database itself

Four tables, triggers of the applications that keep them, whoever writes the rows: also servers of the version before,
and three indexes of what is undecided, by age. What is undecided is counted once here.
"""

# ruff: noqa: S608 - nothing in these statements comes from outside

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
UNDECIDED: Final = "status = 'running' AND decided_at IS NULL AND submitted_at IS NOT NULL"
LISTS: Final = {"": (), "_office": ("office_id",), "_service": ("service_key",)}
KEPT: Final = {"office_age": "office_id", "service_age": "service_key"}
COLUMNS: Final = ("status", "decided_at", "submitted_at", "office_id", "service_key")
HAPPENS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "comes": ("INSERT", {"NEW": "1"}),
    "changes": (f"UPDATE OF {', '.join(COLUMNS)}", {"OLD": "-1", "NEW": "1"}),
    "goes": ("DELETE", {"OLD": "-1"}),
}


def upgrade() -> None:
    for table, key in KEPT.items():
        _tables(table, key)
    for name, columns in LISTS.items():
        op.create_index(
            f"ix_application_undecided{name}",
            "application",
            [*columns, "submitted_at", "id"],
            sqlite_where=sa.text(UNDECIDED),
            postgresql_where=sa.text(UNDECIDED),
            postgresql_include=tuple(one for one in KEPT.values() if one not in columns),
        )
    for happens, (event, rows) in HAPPENS.items():
        _trigger(f"tally_age_{happens}", event, rows)
    for table, key in KEPT.items():
        day = _day("submitted_at")
        _do(f"""INSERT INTO {table} (sent_on, {key}, undecided) SELECT {day}, {key}, count(*)
 FROM application WHERE {UNDECIDED} GROUP BY {day}, {key}""")


def downgrade() -> None:
    for happens in HAPPENS:
        _do(f"DROP TRIGGER tally_age_{happens}" + (" ON application" if _is_postgresql() else ""))
        if _is_postgresql():
            _do(f"DROP FUNCTION tally_age_{happens}()")
    for name in LISTS:
        op.drop_index(f"ix_application_undecided{name}", "application")
    for table in KEPT:
        op.drop_table(f"{table}_change")
        op.drop_table(table)


def _tables(table: str, key: str) -> None:
    def columns() -> Iterator[sa.Column[Any]]:
        yield sa.Column("sent_on", ORDERED, nullable=False)
        yield sa.Column(key, ID if key == "office_id" else ORDERED, nullable=False)
        yield sa.Column("undecided", sa.BigInteger(), server_default="0", nullable=False)

    to_office = sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id_office"))
    op.create_table(
        table,
        *columns(),
        *([to_office] if key == "office_id" else ()),
        sa.PrimaryKeyConstraint("sent_on", key, name=op.f(f"pk_{table}")),
    )
    op.create_table(
        f"{table}_change",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *columns(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}_change")),
    )


def _trigger(name: str, event: str, rows: Mapping[str, str]) -> None:
    """A row that comes adds, one that goes takes away, one that changes does both."""
    when = " OR ".join(_holds(row) for row in rows)
    if len(rows) > 1:
        old, new = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))
        differs = "IS DISTINCT FROM" if _is_postgresql() else "IS NOT"  # SQLite knows the former since 3.39
        when = f"({when}) AND ({old}) {differs} ({new})"
    act = "; ".join(
        f"""INSERT INTO {table}_change (sent_on, {key}, undecided)
 SELECT {_day(f"{row}.submitted_at")}, {row}.{key}, {number} WHERE {_holds(row)}"""
        for table, key in KEPT.items()
        for row, number in rows.items()
    )
    head = f"CREATE TRIGGER {name} AFTER {event} ON application FOR EACH ROW WHEN ({when})"
    if not _is_postgresql():
        _do(f"{head} BEGIN {act}; END")
        return
    _do(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {act}; RETURN NULL; END$$")
    _do(f"{head} EXECUTE FUNCTION {name}()")


def _holds(row: str) -> str:
    return f"({row}.status = 'running' AND {row}.decided_at IS NULL AND {row}.submitted_at IS NOT NULL)"


def _day(moment: str) -> str:
    if _is_postgresql():
        return f"to_char({moment} AT TIME ZONE 'Asia/Phnom_Penh', 'YYYY-MM-DD')"
    return f"strftime('%Y-%m-%d', substr({moment}, 1, 19), '+7 hours')"  # it would round to the next millisecond


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _do(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)
