"""Open clocks are listed in their order, and counted, with the numbers of each month, by the database itself

Four columns of the clocks, four new tables, and triggers that keep both, whoever writes the rows: also servers of the
version before. What is open and what happened is counted once here, set by set: about a minute for a million open
cases, during which nobody writes a clock, an application or a payment (docs/operations.md).

A later migration that copies one of these tables on SQLite (``batch_alter_table``) loses its triggers there and creates
them again; ``tests/guards/test_tallies.py`` says which there are.
"""

# ruff: noqa: S608 - nothing in these statements comes from outside

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
STANDINGS: Final = ("late", "warned", "running", "paused")
MEASURES: Final = ("received", "granted", "refused", "withdrawn", "lapsed", "on_time", "late", "paid", "income")
GROUP: Final = ("office_id", "service_key", "kind", "element_id")
CELL: Final = ("month", "office_id", "service_key")
LISTS: Final = {"": (), "_office": ("office_id",), "_service": ("service_key",), "_group": GROUP}
BEFORE = ("files", "promises", "usual_times", "trials", "flows")
ENDS_OF_TIME: Final = {"postgresql": "9999-12-31 00:00:00+00", "sqlite": "9999-12-31 00:00:00.000000"}

STANDS: Final = """CASE WHEN {row}.status NOT IN ('running', 'paused') THEN 'over'
 WHEN {row}.breached_at IS NOT NULL THEN 'late' WHEN {row}.status = 'paused' THEN 'paused'
 WHEN {row}.warned_at IS NOT NULL THEN 'warned' ELSE 'running' END"""
SERVICE: Final = "coalesce((SELECT service_key FROM application WHERE application.id = {row}.application_id), '')"
ELEMENT: Final = "coalesce((SELECT element_id FROM user_task WHERE user_task.id = {row}.user_task_id), '')"


class Fact(NamedTuple):
    """Something that counts in the month of a moment, when ``holds``: what of it is counted."""

    moment: str
    measures: Mapping[str, str]
    holds: str = "1 = 1"


FACTS: Final[Mapping[str, Sequence[Fact]]] = {
    "application": (
        Fact("{row}.submitted_at", {"received": "1"}),
        Fact("{row}.decided_at", {"granted": "1"}, "{row}.outcome IN ('approved', 'verified')"),
        Fact("{row}.decided_at", {"refused": "1"}, "{row}.outcome IN ('rejected', 'refused')"),
        Fact("{row}.ended_at", {"withdrawn": "1"}, "{row}.outcome = 'withdrawn'"),
        Fact("{row}.ended_at", {"lapsed": "1"}, "{row}.outcome = 'lapsed'"),
    ),
    "clock": (
        Fact("{row}.ended_at", {"on_time": "1"}, "{row}.kind <> 'task' AND {row}.status = 'met'"),
        Fact(
            "coalesce({row}.ended_at, {row}.breached_at)",
            {"late": "1"},
            "{row}.kind <> 'task' AND {row}.breached_at IS NOT NULL",
        ),
    ),
    "payment": (Fact("{row}.confirmed_at", {"paid": "1", "income": "{row}.amount"}, "{row}.status = 'confirmed'"),),
    "remission": (
        Fact("{row}.answered_at", {"income": "-{row}.amount"}, "{row}.kind = 'refund' AND {row}.status = 'agreed'"),
    ),
}
PROMISED: Final = """({row}.kind = 'norm' OR NOT EXISTS
 (SELECT 1 FROM clock AS norm WHERE norm.application_id = {row}.application_id AND norm.kind = 'norm'))"""
"""Of a clock of the law: that it is the promise, since there is no norm beside it."""
COLUMNS: Final = {
    "application": ("submitted_at", "decided_at", "ended_at", "outcome", "office_id", "service_key"),
    "clock": ("status", "ended_at", "breached_at"),
    "payment": ("status", "confirmed_at", "amount", "office_id"),
    "remission": ("kind", "status", "answered_at", "amount", "office_id"),
}
"""What the facts of a row are told by."""
MAY_COUNT: Final = {
    "application": "{row}.submitted_at IS NOT NULL",
    "clock": "{row}.kind <> 'task' AND ({row}.status = 'met' OR {row}.breached_at IS NOT NULL)",
    "payment": "{row}.status = 'confirmed'",
    "remission": "{row}.status = 'agreed'",
}
"""What of a row that comes or goes may be counted at all."""


def upgrade() -> None:
    _tables()
    _columns()
    _list_clocks()
    for trigger in _triggers():
        trigger.create()
    _count()
    _allow(*BEFORE, "tallies")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM chore WHERE kind = 'tallies'"))
    _allow(*BEFORE)
    for trigger in _triggers():
        trigger.drop()
    for name in LISTS:
        op.drop_index(f"ix_clock_list{name}", "clock")
    for column in ("listed_status", "listed_at", "service_key", "element_id"):
        _do(f"ALTER TABLE clock DROP COLUMN {column}")
    for table in ("clock_tally", "clock_change", "month_tally", "month_change"):
        op.drop_table(table)


def _tables() -> None:
    def numbers(names: Sequence[str]) -> Iterator[sa.Column[int]]:
        return (sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in names)

    def group() -> tuple[sa.Column[str], ...]:
        kind: sa.Column[str] = sa.Column("kind", _kinds(), nullable=False)
        return sa.Column("service_key", ORDERED, nullable=False), kind, sa.Column("element_id", ORDERED, nullable=False)

    def cell() -> sa.Column[str]:
        return sa.Column("service_key", KEY, nullable=False)

    def month() -> sa.Column[str]:
        return sa.Column("month", KEY, nullable=False)

    for name, before, after, counted, key in (
        ("clock", (), group, STANDINGS, GROUP),
        ("month", (month,), lambda: (cell(),), MEASURES, CELL),
    ):
        op.create_table(
            f"{name}_tally",
            *(each() for each in before),
            sa.Column("office_id", ID, nullable=False),
            *after(),
            *numbers(counted),
            sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{name}_tally_office_id_office")),
            sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}_tally")),
        )
        op.create_table(
            f"{name}_change",
            sa.Column("id", ID, autoincrement=True, nullable=False),
            *(each() for each in before),
            sa.Column("office_id", ID, nullable=False),
            *after(),
            *numbers(counted),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}_change")),
        )


def _columns() -> None:
    of = 'VARCHAR COLLATE "C"' if _is_postgresql() else "VARCHAR"
    moment = "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME"
    among = f"listed_status IN ({', '.join(repr(word) for word in (*STANDINGS, 'over'))})"
    for column in (
        f"listed_status VARCHAR(80) DEFAULT 'over' NOT NULL CONSTRAINT ck_clock_listed_status CHECK ({among})",
        f"listed_at {moment} DEFAULT '{_end_of_time()}' NOT NULL",
        f"service_key {of} DEFAULT '' NOT NULL",
        f"element_id {of} DEFAULT '' NOT NULL",
    ):
        _do(f"ALTER TABLE clock ADD COLUMN {column}")


def _kinds() -> sa.Enum:
    return sa.Enum("term", "norm", "task", name="kind", native_enum=False, length=80, create_constraint=True)


def _list_clocks() -> None:
    """Clocks that are over stay as the columns begin."""
    _do(
        f"""UPDATE clock SET listed_status = {STANDS}, listed_at = coalesce(due_at, '{_end_of_time()}'),
 service_key = {SERVICE}, element_id = {ELEMENT} WHERE status IN ('running', 'paused')""".format(row="clock")
    )
    for name, columns in LISTS.items():
        op.create_index(
            f"ix_clock_list{name}",
            "clock",
            [*columns, "listed_status", "listed_at", "id"],
            sqlite_where=sa.text("listed_status <> 'over'"),
            postgresql_where=sa.text("listed_status <> 'over'"),
            postgresql_include=() if columns else GROUP,
        )


def _count() -> None:
    """The triggers are there, and nobody writes what they look at until this is over."""
    _do(f"""INSERT INTO clock_tally ({_list(GROUP, STANDINGS)}) SELECT {_list(GROUP)},
 {", ".join(f"sum(CASE WHEN listed_status = '{word}' THEN 1 ELSE 0 END)" for word in STANDINGS)}
 FROM clock WHERE listed_status <> 'over' GROUP BY {_list(GROUP)}""")
    facts = " UNION ALL ".join(_moved(table, {table: "+"}, whole=True) for table in FACTS)
    _do(f"""INSERT INTO month_tally ({_list(CELL, MEASURES)}) SELECT {_list(CELL)}, {_sums(MEASURES)}
 FROM ({facts}) AS counted GROUP BY {_list(CELL)}""")


def _moved(table: str, rows: Mapping[str, str], *, whole: bool = False) -> str:
    """The facts of rows, each with its cell: of a whole table, or of one row as a trigger sees it before and after."""
    return " UNION ALL ".join(
        f"""SELECT {_month(fact.moment.format(row=row))} AS month, {_office(table, row)} AS office_id,
 {f"{row}.service_key" if table == "application" else SERVICE.format(row=row)} AS service_key,
 {", ".join(f"{sign}({fact.measures.get(one, '0')}) AS {one}".format(row=row) for one in MEASURES)}
 {f"FROM {row}" if whole else ""} WHERE {fact.moment.format(row=row)} IS NOT NULL AND {fact.holds.format(row=row)}
 {"AND " + PROMISED.format(row=row) if table == "clock" else ""}"""
        for row, sign in rows.items()
        for fact in FACTS[table]
    )


def _office(table: str, row: str) -> str:
    """Clocks count where the application came in, however high it went."""
    came_in = f"(SELECT office_id FROM application WHERE application.id = {row}.application_id)"
    return came_in if table == "clock" else f"{row}.office_id"


class Trigger(NamedTuple):
    """What is to be done when rows of a table change; ``event`` as both databases write it."""

    name: str
    table: str
    event: str
    act: str
    when: str = ""

    def create(self) -> None:
        when = f"WHEN ({self.when})" if self.when else ""
        head = f"CREATE TRIGGER {self.name} {self.event} ON {self.table} FOR EACH ROW {when}"
        if not _is_postgresql():
            _do(f"{head} BEGIN {self.act}; END")
            return
        ends = "RETURN NEW" if self.event.startswith("BEFORE") else "RETURN NULL"
        _do(f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {self.act}; {ends}; END$$")
        _do(f"{head} EXECUTE FUNCTION {self.name}()")

    def drop(self) -> None:
        _do(f"DROP TRIGGER {self.name}" + (f" ON {self.table}" if _is_postgresql() else ""))
        if _is_postgresql():
            _do(f"DROP FUNCTION {self.name}()")


def _triggers() -> Iterator[Trigger]:
    yield from _copying()
    yield from _clocks()
    for table in COLUMNS:
        yield from _counting(table)


def _copying() -> Iterator[Trigger]:
    """What a clock is listed and counted by, also when a transfer takes its task to another element."""
    told_by = "UPDATE OF status, breached_at, warned_at, due_at, user_task_id"
    if _is_postgresql():
        act = f"""NEW.listed_status := {STANDS}; NEW.listed_at := coalesce(NEW.due_at, '{_end_of_time()}');
 IF NEW.service_key = '' OR TG_OP = 'INSERT' OR NEW.user_task_id IS DISTINCT FROM OLD.user_task_id THEN
 NEW.service_key := {SERVICE}; NEW.element_id := {ELEMENT}; END IF""".format(row="NEW")
        yield Trigger("tally_clock_stands", "clock", f"BEFORE INSERT OR {told_by}", act)
    else:
        act = f"""UPDATE clock SET listed_status = {STANDS}, listed_at = coalesce(due_at, '{_end_of_time()}'),
 service_key = {SERVICE}, element_id = {ELEMENT} WHERE id = NEW.id""".format(row="clock")
        yield Trigger("tally_clock_begins", "clock", "AFTER INSERT", act)
        yield Trigger("tally_clock_stands", "clock", f"AFTER {told_by}", act)
    act = "UPDATE clock SET element_id = NEW.element_id WHERE user_task_id = NEW.id"
    yield Trigger("tally_task_moves", "user_task", "AFTER UPDATE", act, _differs(("element_id",)))


def _counting(table: str) -> Iterator[Trigger]:
    """A row that comes adds, one that goes takes away, one that changes does both."""
    name, may_count, changes = f"tally_month_{table}", MAY_COUNT[table], _differs(COLUMNS[table])
    if table == "clock":
        changes += " AND NEW.kind <> 'task'"
    for happens, event, rows, when in (
        ("comes", "INSERT", {"NEW": "+"}, may_count.format(row="NEW")),
        ("changes", "UPDATE", {"OLD": "-", "NEW": "+"}, changes),
        ("goes", "DELETE", {"OLD": "-"}, may_count.format(row="OLD")),
    ):
        yield Trigger(f"{name}_{happens}", table, f"AFTER {event}", _months(table, rows), when)


def _clocks() -> Iterator[Trigger]:
    """Each officer's step ends one clock and begins another: a plain row each, and nothing is summed."""

    def counted(row: str, sign: str) -> str:
        group = ", ".join(f"{row}.{column}" for column in GROUP)
        numbers = (f"CASE WHEN {row}.listed_status = '{word}' THEN {sign}1 ELSE 0 END" for word in STANDINGS)
        return f"{into} SELECT {group}, {', '.join(numbers)} WHERE {row}.listed_status <> 'over'"

    into = f"INSERT INTO clock_change ({_list(GROUP, STANDINGS)})"
    is_listed, moves = "{row}.listed_status <> 'over'", _differs(GROUP)
    stays = (f"(NEW.listed_status = '{word}')" for word in STANDINGS)
    more = (
        f"CASE WHEN {now} THEN 1 ELSE 0 END - CASE WHEN {now.replace('NEW', 'OLD')} THEN 1 ELSE 0 END" for now in stays
    )
    turned = f"{into} SELECT {', '.join(f'NEW.{column}' for column in GROUP)}, {', '.join(more)}"
    for name, event, act, when in (
        ("comes", "INSERT", counted("NEW", "+"), is_listed.format(row="NEW")),
        ("changes", "UPDATE", turned, f"{_differs(('listed_status',))} AND NOT ({moves})"),
        ("moves", "UPDATE", f"{counted('OLD', '-')}; {counted('NEW', '+')}", moves),
        ("goes", "DELETE", counted("OLD", "-"), is_listed.format(row="OLD")),
    ):
        yield Trigger(f"tally_clock_{name}", "clock", f"AFTER {event}", act, when)


def _months(table: str, rows: Mapping[str, str]) -> str:
    counts = " OR ".join(f"sum({one}) <> 0" for one in MEASURES)
    return f"""INSERT INTO month_change ({_list(CELL, MEASURES)}) SELECT {_list(CELL)}, {_sums(MEASURES)}
 FROM ({_moved(table, rows)}) AS moved GROUP BY {_list(CELL)} HAVING {counts}"""


def _differs(columns: Sequence[str]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    differs = "IS DISTINCT FROM" if _is_postgresql() else "IS NOT"  # SQLite knows the former since 3.39
    return f"({old}) {differs} ({new})"


def _month(moment: str) -> str:
    if _is_postgresql():
        return f"to_char({moment} AT TIME ZONE 'Asia/Phnom_Penh', 'YYYY-MM')"
    return f"strftime('%Y-%m', substr({moment}, 1, 19), '+7 hours')"  # it would round to the next millisecond


def _sums(names: Sequence[str]) -> str:
    return ", ".join(f"sum({name})" for name in names)


def _list(*names: Sequence[str]) -> str:
    return ", ".join(name for some in names for name in some)


def _end_of_time() -> str:
    return ENDS_OF_TIME[op.get_bind().dialect.name]


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _do(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("chore") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
