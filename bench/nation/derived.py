"""What follows from the cases and is kept beside them: each step brings one such table up to the cases there are.

A new table that the product keeps by itself gets a step here, by the product's own recomputation where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import psycopg
from sqlalchemy.orm import Session

from storage import tables
from storage.finding import keys_of_person
from storage.tallying import rebuild

Step = Callable[[psycopg.Connection], object]
Recomputation = Callable[[Session], object]


def finding_keys_of_people(connection: psycopg.Connection) -> None:
    """What people are found by."""
    connection.execute("CREATE TABLE staging.name_key (number int, text text)")
    found = connection.execute(
        "SELECT DISTINCT name, name_km, name_latin FROM staging.copy WHERE makes_person ORDER BY name"
    ).fetchall()
    with connection.cursor().copy(b"COPY staging.name_key FROM STDIN") as copy:
        for number, km, latin in found:
            for key in sorted(keys_of_person(km, latin)):
                copy.write_row((number, key))
    connection.execute("CREATE INDEX ON staging.name_key (number); ANALYZE staging.name_key")
    connection.execute(
        "INSERT INTO finding_key (kind, owner_id, text) SELECT 'person', c.person_id, k.text"
        " FROM staging.copy c JOIN staging.name_key k ON k.number = c.name WHERE c.makes_person"
    )


def finding_keys_of_applications(connection: psycopg.Connection) -> None:
    """What applications are found by: the texts of the told one."""
    connection.execute(
        "INSERT INTO finding_key (kind, owner_id, text)"
        " SELECT 'application', a.id, k.text FROM staging.copy c JOIN application a ON a.reference = c.reference"
        " JOIN finding_key k ON k.kind = 'application' AND k.owner_id = c.told"
    )


def sequences(connection: psycopg.Connection) -> None:
    """Numbers go on behind those that were given here."""
    for table in tables.Base.metadata.sorted_tables:
        if "id" in table.columns:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                f" (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)".encode()
            )


def tallies(session: Session) -> None:
    """Numbers of open clocks and of months."""
    rebuild(session)


WHILE_FILLING: Final[tuple[Step, ...]] = (finding_keys_of_people, finding_keys_of_applications)
AFTERWARDS: Final[tuple[Step, ...]] = (sequences,)
BY_THE_PRODUCT: Final[tuple[Recomputation, ...]] = (tallies,)
"""Each in a transaction of its own, behind all others."""
