"""Several servers that start at the same moment, on nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import locking, migrations
from storage.database import open_database
from tests import databases
from tests.fixtures.houses import both_databases
from tests.patience import SECONDS
from tests.processes import PROCESSES
from web.cli import _what_the_database_said, main
from web.config import Settings, session_secret

HOW_MANY = 4


def starting(told: Connection, address: str, folder: Path) -> None:
    """What a server does first, as soon as it is told to."""
    told.send("ready")
    told.recv()
    database = open_database(address)
    migrations.upgrade(database)
    assert migrations.is_current(database)
    database.close()
    told.send(session_secret(Settings(data_dir=folder)))


@pytest.fixture
def nothing(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without any table; on SQLite without a file."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/new/owso.sqlite3"
        return
    postgres: databases.Postgres = request.getfixturevalue("postgres")
    name = "owso_first_start_" + (make_url(postgres.address).database or "")
    with psycopg.connect(postgres.address, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield make_url(postgres.address).set(database=name).render_as_string(hide_password=False)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_who_comes_while_another_process_writes_the_first_rows_waits(tmp_path: Path) -> None:
    path = tmp_path / "owso.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as first:
        first.execute("CREATE TABLE anything (id INTEGER)")
        first.execute("BEGIN IMMEDIATE")
        leaving = threading.Timer(0.3, first.execute, ["COMMIT"])
        leaving.start()
        database = open_database(f"sqlite:///{path}")
        with database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        database.close()
        leaving.join()


@both_databases
def test_all_who_start_at_once_find_the_tables_and_share_one_key(nothing: str, tmp_path: Path) -> None:
    pipes = [PROCESSES.Pipe() for _ in range(HOW_MANY)]
    started = [PROCESSES.Process(target=starting, args=(theirs, nothing, tmp_path / "new")) for _, theirs in pipes]
    for process in started:
        process.start()
    assert [ours.recv() for ours, _ in pipes] == ["ready"] * HOW_MANY
    for ours, _ in pipes:
        ours.send("now")
    for process in started:
        process.join(SECONDS)
    assert [process.exitcode for process in started] == [0] * HOW_MANY
    keys = {ours.recv() for ours, _ in pipes}
    for pipe in pipes:
        for end in pipe:
            end.close()
    assert [len(key.strip()) > 40 for key in keys] == [True]


@both_databases
def test_a_migration_that_fails_leaves_nothing_behind(nothing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(nothing)

    def fails(_config: object, _revision: str) -> None:
        connection = _config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise RuntimeError

    monkeypatch.setattr(command, "upgrade", fails)
    with pytest.raises(RuntimeError):
        migrations.upgrade(database)
    with pytest.raises(Exception, match="half_done"), database.engine.connect() as connection:
        connection.execute(text("SELECT * FROM half_done"))
    monkeypatch.undo()
    migrations.upgrade(database)
    assert migrations.is_current(database)
    database.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_migration_on_sqlite_keeps_every_row_that_points_at_a_table_which_is_copied(nothing: str) -> None:
    """SQLite copies a table to change it; what points at it with ON DELETE CASCADE would go with the old one."""
    database = open_database(nothing)
    with database.engine.connect() as connection, migrations._turn_on_sqlite(connection):
        connection.execute(text("CREATE TABLE house (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE room (house_id REFERENCES house(id) ON DELETE CASCADE)"))
        connection.execute(text("INSERT INTO house VALUES (1)"))
        connection.execute(text("INSERT INTO room VALUES (1)"))
    with database.engine.connect() as connection, migrations._turn_on_sqlite(connection):
        connection.execute(text("CREATE TABLE larger (id INTEGER PRIMARY KEY, name TEXT)"))
        connection.execute(text("INSERT INTO larger (id) SELECT id FROM house"))
        connection.execute(text("DROP TABLE house"))
        connection.execute(text("ALTER TABLE larger RENAME TO house"))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT house_id FROM room")).scalars().all() == [1]
    with (
        pytest.raises(IntegrityError),
        database.engine.connect() as connection,
        migrations._turn_on_sqlite(connection),
    ):
        connection.execute(text("DELETE FROM house"))
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM house")).scalar() == 1
        session.execute(text("DELETE FROM house"))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM room")).scalar() == 0  # rows are guarded again
    database.close()


STRONG = """SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
 WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
 AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')"""


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_migration_holds_all_tables_that_it_changes_before_it_begins(
    nothing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new migration says in ``storage/migrations/holding.py`` which tables it takes."""
    database = open_database(nothing)
    migrations.upgrade(database, "0056")
    found: list[set[tuple[str, str]]] = []
    there: set[str] = set()
    migrate = command.upgrade

    def watched(config: Config, revision: str) -> None:
        connection = config.attributes["connection"]
        there.update(inspect(connection).get_table_names())
        for act in (lambda: None, lambda: migrate(config, revision)):
            act()
            found.append({tuple(row) for row in connection.execute(text(STRONG))})

    monkeypatch.setattr(command, "upgrade", watched)
    migrations.upgrade(database)
    before, after = found
    held = {mode: {table for table, had in before if had == mode} for mode in ("ExclusiveLock", "AccessExclusiveLock")}
    changed = {table for table, mode in after if mode == "AccessExclusiveLock"} & there
    written = {table for table, _ in after} & there
    assert changed == held["AccessExclusiveLock"] != set()
    assert written - changed == held["ExclusiveLock"] != set()
    database.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_step_that_has_begun_goes_on_before_the_tables_change(nothing: str) -> None:
    database = open_database(nothing)
    migrations.upgrade(database, "0056")
    failed: list[Exception] = []

    def migrate() -> None:
        try:
            migrations.upgrade(database)
        except OperationalError as failure:
            failed.append(failure)

    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(nothing) as step, psycopg.connect(nothing, autocommit=True) as watching:
        step.execute("UPDATE application SET stage = 'next' WHERE false")
        migrating = threading.Thread(target=migrate)
        migrating.start()
        while watching.execute(waits).fetchone() == (0,) and migrating.is_alive():
            pass
        step.execute("UPDATE notification SET subject = '' WHERE false")
        step.commit()
        migrating.join(SECONDS)
    assert not failed
    assert migrations.is_current(database)
    database.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_migration_does_not_wait_for_ever_for_a_table_in_use_and_says_what_to_do(
    nothing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    database = open_database(nothing)
    migrations.upgrade(database, "0006")
    monkeypatch.setattr(locking, "TIMES", 2)
    monkeypatch.setenv("OWSO_DATABASE_URL", nothing)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path))
    with psycopg.connect(nothing) as somebody:
        somebody.execute("LOCK TABLE clock IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrations.upgrade(database)
        assert main(["migrate"]) == 1
    assert "in use" in capsys.readouterr().err
    migrations.upgrade(database)
    assert migrations.is_current(database)
    database.close()


def test_a_ring_of_those_who_wait_is_a_table_in_use() -> None:
    assert "in use" in _what_the_database_said(psycopg.errors.DeadlockDetected())
