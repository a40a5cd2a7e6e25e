"""How a database goes about what it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, event, text

from storage.database import Database
from tests.patience import until

_UNMARKED = text("SELECT count(*) FROM pg_class WHERE relname IN :tables AND relallvisible < relpages / 2").bindparams(
    bindparam("tables", expanding=True)
)


@dataclass
class Plans:
    """The plans of the statements so far, each as the database writes it."""

    texts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n\n".join(self.texts)


def measured(database: Database, *tables: str) -> None:
    """From now on statements are planned as where these tables lay for a while. A vacuum marks no page that something
    else in the database might not see yet, as a worker that analyses may for as long as the machine is busy: it is done
    again until that has gone."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
            return

        def all_marked() -> bool:
            connection.exec_driver_sql(f"VACUUM (FREEZE, ANALYZE) {', '.join(tables)}")
            return not connection.scalar(_UNMARKED, {"tables": tables})

        until(all_marked, f"pages of {', '.join(tables)} that everybody may see")


@contextmanager
def planned(database: Database) -> Iterator[Plans]:
    """The plans of what the database is asked to read in the block, with the values that it is given."""
    found, asked = Plans(), []

    def note(_conn: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.startswith(("SELECT", "WITH")):
            asked.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        for sql, values in asked:
            rows = connection.exec_driver_sql(f"{how} {sql}", values)
            found.texts.append("\n".join(str(row[-1]) for row in rows))


def reads_by_index(plans: Plans, *tables: str) -> set[str]:
    """The indexes that are read. ``AssertionError`` where one of the tables is read from its beginning to its end; what
    SQLite reads so by an index is among the indexes."""
    whole = re.search(rf"(SCAN|Seq Scan on) ({'|'.join(tables)})\b(?! \w+ USING| USING)", str(plans))
    assert not whole, f"{whole and whole[0]}\n{plans}"
    return set(re.findall(r"\b(?:ix|uq|pk)_\w+", str(plans)))
