"""Fills a database that holds a demonstration with a nation's cases: staged, planned, copied, and what follows from
them derived."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb
from stdnum import damm

from bench.nation import derived
from bench.nation.copying import EVENTS, Numbers, numbers, statements
from bench.nation.names import names
from bench.nation.places import Place, officers, places, roles
from bench.nation.plan import Copy, Variant, plan, variants
from bench.nation.server import connected
from bench.nation.told_cases import OWNED, told_cases
from bench.nation.variants import Roles, said_of, variant
from storage import tables
from storage.database import open_database

BATCH: Final = 50_000
_PRIME: Final = 7919
"""One name after the other would give neighbours the same family."""
_STAGED: Final = """
DROP SCHEMA IF EXISTS staging CASCADE; CREATE SCHEMA staging;
CREATE TABLE staging.copy (number bigint PRIMARY KEY, variant int NOT NULL, told bigint NOT NULL, office_id bigint,
  province_id bigint, code text, person_id bigint, makes_person bool, name int, name_km text, name_latin text,
  phone text, id_number text, reference text);
CREATE TABLE staging.officer (office_id bigint, role int, person_id bigint, PRIMARY KEY (office_id, role));
"""


def fill(address: str, cases: int) -> int:
    """Copies the cases told in this database until there are so many open ones more; how many copies that made."""
    with connected(address) as connection:
        known, offices = told_cases(connection), places(connection)
        chosen = variants(known, open_shifts=max(2, min(12, cases // 500)))
        _say(f"{len(known)} told cases, {len(chosen)} variants, {len(offices)} offices")
        _stage(connection, chosen, offices)
        copies = _plan(connection, cases, chosen, offices)
        with _without_indexes(connection):
            _copy(connection, copies)
            for step in derived.WHILE_FILLING:
                _said(step.__doc__, lambda step=step: step(connection))  # type: ignore[misc]
        for step in derived.AFTERWARDS:
            _said(step.__doc__, lambda step=step: step(connection))  # type: ignore[misc]
        connection.execute("DROP SCHEMA staging CASCADE")
        _recompute(address)
        _said("VACUUM ANALYZE", lambda: connection.execute("VACUUM ANALYZE"))
        return copies


def _recompute(address: str) -> None:
    database = open_database(address)
    for step in derived.BY_THE_PRODUCT:
        with database.transaction() as session:
            _said(step.__doc__, lambda step=step, session=session: step(session))  # type: ignore[misc]
    database.close()


def _stage(connection: psycopg.Connection, chosen: Sequence[Variant], offices: Sequence[Place]) -> None:
    connection.execute(_STAGED.encode())
    for table in (*OWNED, "person"):
        connection.execute(
            f"CREATE TABLE staging.{table} AS SELECT 0 AS variant, 0 AS row_at, t.* FROM {table} t LIMIT 0".encode()
        )
    connection.execute(f'ALTER TABLE staging.{EVENTS} ADD "before" text, ADD "after" text'.encode())
    known, province = roles(connection), {office.id: office.province_id for office in offices}
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in (*OWNED, "person")}
    for one in chosen:
        for table, row in variant(one.case, one.shift, known, province.get(one.case.office_id)):
            rows[table].append({"variant": one.id, **row})
        said = said_of(one.case)
        applicant = {
            name: said(value) if isinstance(value, str) else value for name, value in one.case.applicant.items()
        }
        rows["person"].append({"variant": one.id, "row_at": 0, **applicant})
    for table, staged in rows.items():
        _load(connection, table, staged)
    _load_officers(connection, known, offices)


def _load(connection: psycopg.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = list(rows[0])
    names_of = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor().copy(f"COPY staging.{table} ({names_of}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row([_json(row[name]) for name in columns])
    connection.execute(f"CREATE INDEX ON staging.{table} (variant)".encode())
    connection.execute(f"ANALYZE staging.{table}".encode())


def _json(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _load_officers(connection: psycopg.Connection, known: Roles, offices: Sequence[Place]) -> None:
    found = officers(connection, known, offices)
    with connection.cursor().copy(b"COPY staging.officer FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)


def _plan(connection: psycopg.Connection, cases: int, chosen: Sequence[Variant], offices: Sequence[Place]) -> int:
    people, first, by_id = names(), numbers(connection).first["person"], {one.id: one for one in chosen}
    copies = 0
    with connection.cursor().copy(b"COPY staging.copy FROM STDIN") as copy:
        for one in plan(cases, chosen, offices):
            person = one.number % cases
            at = person * _PRIME % len(people)
            told = by_id[one.variant]
            row = (
                one.number, one.variant, told.case.id, one.office.id, one.office.province_id, one.office.code,
                first + person, one.number < cases, at, *people[at], f"+85597{person:07d}", f"9{person:08d}",
                reference(one, 26 if told.shift.weeks < WEEKS_OF_THE_YEAR else 25),
            )  # fmt: skip
            copy.write_row(row)
            copies += 1
    connection.execute("ANALYZE staging.copy")
    return copies


WEEKS_OF_THE_YEAR: Final = 46


def reference(copy: Copy, year: int) -> str:
    """An application reference as the product gives them, from numbers that it comes to last."""
    sequence = 500_000 + copy.number
    digit = damm.calc_check_digit(f"{copy.office.code}{year:02d}{sequence}")
    return f"{copy.office.code}-{year:02d}-{sequence}-{digit}"


def _copy(connection: psycopg.Connection, copies: int) -> None:
    known = numbers(connection)
    for table in ("person", EVENTS, *(table for table in OWNED if table != EVENTS)):
        _said(table, lambda table=table: _copy_table(connection, table, known, copies))  # type: ignore[misc]


def _copy_table(connection: psycopg.Connection, table: str, known: Numbers, copies: int) -> None:
    written = [statement.encode() for statement in statements(connection, table, known)]
    for begin in range(0, copies, BATCH):
        with connection.transaction():
            for statement in written:
                connection.execute(statement, {"from": begin, "to": begin + BATCH})


@contextmanager
def _without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Takes the indexes of what is filled away and makes them anew behind it, which is several times quicker."""
    filled = [table.name for table in tables.Base.metadata.sorted_tables]
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [filled],
    ).fetchall()
    for name, _definition in found:
        connection.execute(f'DROP INDEX "{name}"'.encode())
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for name, definition in found:
        _said(name, lambda definition=definition: connection.execute(definition.encode()))  # type: ignore[misc]


def _said(what: str | None, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    taken = time.perf_counter() - begun
    if taken > 1:
        _say(f"{(what or '').splitlines()[0]}: {taken:.0f} s")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
