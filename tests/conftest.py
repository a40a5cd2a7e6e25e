"""What every test may ask for: a fresh database (both kinds), a house, the cast, a clock that stands, a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from engine.catalog.published import Catalog
from engine.house import House
from engine.packages import ServicePackage
from storage.database import Database
from tests import databases
from tests.browsers import chromium
from tests.cast import CHEAP_PASSWORDS, NOW, Cast, Member, settle
from tests.small.cases import Kilns
from tests.small.cases import kilns as open_kilns
from web.app import create_app, move_in
from web.config import Settings
from web.context import Shell
from web.opening import open_from

KINDS = ("sqlite", "postgresql")


@dataclass
class SetClock:
    """A clock that shows what the test says."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **how_long: float) -> datetime:
        """Let time pass (``days=3``, ``hours=2``); the new moment."""
        self.moment += timedelta(**how_long)
        return self.moment


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Commands send the logs of the whole process somewhere; the next test starts as if none had run."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_sqlite(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres(testrun_uid: str, worker_id: str) -> Iterator[databases.Postgres]:
    with databases.postgres_server(testrun_uid) as server:
        yield databases.postgres_for(server, worker_id)


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both, unless a test says ``@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)``."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database."""
    if database_kind == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return databases.copy_of(template, template.parent)
    postgres: databases.Postgres = request.getfixturevalue("postgres")
    return postgres.emptied()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


def settings_for(database_url: str, folder: Path) -> Settings:
    """Settings of a test's own installation: nothing limited, nothing sent."""
    return Settings(
        database_url=database_url,
        data_dir=folder / "var",
        secret_key="a key for tests",
        base_url="http://localhost",
        rate_limits=False,
    )


@pytest.fixture(scope="session")
def parsed_packages() -> dict[str, ServicePackage]:
    """Packages that some test has parsed, by digest: a worker parses each set of files once."""
    return {}


@pytest.fixture(scope="session")
def open_databases() -> Iterator[dict[str, Database]]:
    """Databases that some test has opened, by address: a worker compiles each statement once for each kind."""
    opened: dict[str, Database] = {}
    yield opened
    for database in opened.values():
        database.close()


@pytest.fixture
def house(
    settings: Settings, parsed_packages: dict[str, ServicePackage], open_databases: dict[str, Database]
) -> Iterator[House]:
    """An open house on a fresh database, with passwords that are quick to check."""
    opened = open_from(settings, passwords=CHEAP_PASSWORDS)
    database = open_databases.setdefault(settings.database_url, opened.database)
    yield replace(opened, database=database, catalog=Catalog(parsed_packages))
    database.close()


@pytest.fixture
def database(house: House) -> Database:
    return house.database


@pytest.fixture
def cast(house: House) -> Cast:
    """The people and offices of the tests, in the database."""
    with house.database.transaction() as session:
        return settle(session)


@pytest.fixture
def kilns(house: House, cast: Cast) -> Kilns:
    """A small service, published and offered in Battambang: its cases pass through everything once."""
    return open_kilns(house, cast)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests of a worker: its templates are compiled once. Each test moves its house in."""
    folder = tmp_path_factory.mktemp("app")
    settings = settings_for(f"sqlite:///{folder}/unused.sqlite3", folder)
    app = create_app(settings, open_from(settings, passwords=CHEAP_PASSWORDS))
    app.config["WTF_CSRF_ENABLED"] = False  # the tests of forged forms make an application of their own
    return app


@pytest.fixture
def app(shared_app: Flask, house: House, clock: SetClock, settings: Settings) -> Flask:
    move_in(shared_app, Shell(house, clock, settings))
    return shared_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Member], FlaskClient]:
    """A browser in which this person is signed in: ``signed_in(cast.bopha)``."""

    def browser(member: Member) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"login": member.phone, "password": member.password})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a worker: Playwright runs once in a process."""
    with chromium() as found:
        yield found
