"""Copies of staged rows, many at a time: each column of each table as SQL, from the row, the copy and its office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from bench.nation.told_cases import OWNED
from bench.nation.variants import FIRST_ROLE, sign
from storage import tables

EVENTS: Final = "case_event"
_KEY: Final = "translate(left(encode(sha256(convert_to('{table}' || {id}, 'UTF8')), 'base64'), 16), '+/', 'xy')"
_CODE: Final = "upper(left(md5('{table}' || {id}), 4)) || lpad(upper(to_hex({id})), 6, '0')"
_NUMBER: Final = "500000 + c.number"
OF_ITS_OWN: Final[Mapping[tuple[str, str], str]] = {
    ("application", "reference"): "c.reference",
    ("application", "tracking_code"): _CODE,
    ("application", "tracking_digits"): "right(c.phone, 4)",
    ("application", "event_hash"): "(SELECT e.hash FROM case_event e WHERE e.application_id = {id}"
    " AND e.seq = o.event_seq)",
    ("payment", "receipt_number"): "'R-' || c.code || '-26-' || ({id})",
    ("certificate", "number"): "regexp_replace(o.number, '^([A-Z]+)-[0-9]+-([0-9]+)-[0-9]+$',"
    " '\\1-' || c.code || '-\\2-' || ({id}))",
    ("certificate", "code"): _CODE,
    ("certificate", "renewal_due_at"): "CASE WHEN o.renewal_due_at > now() THEN o.renewal_due_at END",
    ("notification", "idempotency_key"): "o.idempotency_key || '/' || c.number",
    ("notification", "address"): "c.phone",
    ("person", "id"): "c.person_id",
    ("person", "phone"): "c.phone",
    ("person", "email"): "NULL",
    ("person", "password_hash"): "NULL",
    ("person", "verified_office_id"): "CASE WHEN o.verified_office_id IS NOT NULL THEN c.office_id END",
}
"""What is unique to a copy. ``{id}`` is the number of the row, ``{table}`` the name of the table."""


@dataclass
class Numbers:
    """How the rows of copies are numbered: from ``first`` on, ``most`` rows of a table for each copy."""

    first: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    def of(self, table: str, place: str) -> str:
        """The number of the row at a place in the copy, as SQL."""
        if self.most[table] == 1:
            return f"{self.first[table]} + c.number"
        return f"{self.first[table]} + c.number * {self.most[table]} + {place}"


def numbers(connection: psycopg.Connection) -> Numbers:
    """Behind everything that is there."""
    found = Numbers()
    for table in (*OWNED, "person"):
        if "id" in tables.Base.metadata.tables[table].columns:
            found.first[table] = _scalar(connection, f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
            staged = "application" if table == "person" else table
            found.most[table] = _scalar(connection, f"SELECT coalesce(max(row_at), 0) + 1 FROM staging.{staged}")
    return found


def statements(connection: psycopg.Connection, table: str, known: Numbers) -> list[str]:
    """What copies the staged rows of a table for the copies from ``%(from)s`` on and before ``%(to)s``. Events come one
    after the other: each is chained to the one before it."""
    if table != EVENTS:
        return [_copied(connection, table, known)]
    last = _scalar(connection, f"SELECT max(seq) FROM staging.{EVENTS}")
    return [_event(seq, known) for seq in range(1, last + 1)]


def _copied(connection: psycopg.Connection, table: str, known: Numbers) -> str:
    columns, joins = [], []
    id_of = known.of(table, "o.row_at") if table in known.first else known.of("application", "0")
    for column in tables.Base.metadata.tables[table].columns:
        name, target = column.name, next((key.column.table.name for key in column.foreign_keys), "")
        own = OF_ITS_OWN.get((table, name), _KEY if name == "key" else "")
        if own:
            written = own.format(id=id_of, table=table)
        elif name == "id":
            written = id_of
        elif target == "person":
            joins.append(_officer(name))
            written = _person(name)
        elif target == "office":
            written = f'CASE o."{name}" WHEN -1 THEN c.office_id WHEN -2 THEN c.province_id ELSE o."{name}" END'
        elif target in OWNED:
            written = known.of(target, f'o."{name}"')
            written = f'CASE WHEN o."{name}" IS NOT NULL THEN {written} END'
        else:
            written = _said(connection, table, name)
        columns.append((f'"{name}"', written))
    names, values = ", ".join(name for name, _ in columns), ", ".join(value for _, value in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM staging.copy c"
        f" JOIN staging.{table} o ON o.variant = c.variant {' '.join(joins)}"
        f" WHERE c.number >= %(from)s AND c.number < %(to)s{' AND c.makes_person' if table == 'person' else ''}"
    )


def _event(seq: int, known: Numbers) -> str:
    application, actor = known.of("application", "0"), _person("actor_id")
    before = f"LEFT JOIN case_event p ON p.application_id = {application} AND p.seq = {seq - 1}" if seq > 1 else ""
    previous = "p.hash" if seq > 1 else "''"
    covered = (
        f"'[' || ({application}) || o.before || coalesce(({actor})::text, 'null') || o.after || {previous} || '\"]'"
    )
    return f"""
INSERT INTO case_event (application_id, seq, at, kind, actor_id, actor_role, element_id, data, personal, salt,
  personal_hash, previous_hash, hash)
SELECT {application}, o.seq, o.at, o.kind, {actor}, o.actor_role, o.element_id, o.data, o.personal, o.salt,
  o.personal_hash, {previous}, encode(sha256(convert_to({covered}, 'UTF8')), 'hex')
FROM staging.copy c JOIN staging.case_event o ON o.variant = c.variant AND o.seq = {seq} {_officer("actor_id")} {before}
WHERE c.number >= %(from)s AND c.number < %(to)s"""


def _person(name: str) -> str:
    return f'CASE o."{name}" WHEN -1 THEN c.person_id ELSE coalesce(s_{name}.person_id, o."{name}") END'


def _officer(name: str) -> str:
    return (
        f"LEFT JOIN staging.officer s_{name} ON s_{name}.office_id = c.office_id"
        f' AND s_{name}.role = {FIRST_ROLE} - o."{name}"'
    )


def _said(connection: psycopg.Connection, table: str, name: str) -> str:
    """The staged value, with what each copy says of itself in place of the signs for it."""
    written = f'o."{name}"'
    for said in ("name_km", "name_latin", "phone", "id_number", "reference"):
        if _scalar(
            connection,
            f"SELECT count(*) FROM staging.{table} o WHERE strpos(o.\"{name}\"::text, '{sign(said)}') > 0 LIMIT 1",
        ):
            written = f"replace({written}::text, '{sign(said)}', c.{said})"
    kind = _scalar(
        connection,
        f"SELECT data_type FROM information_schema.columns WHERE table_name = '{table}' AND column_name = '{name}'"
        " AND table_schema = 'public'",
    )
    return f"({written})::jsonb" if kind == "jsonb" and written.startswith("replace") else written


def _scalar(connection: psycopg.Connection, statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]
