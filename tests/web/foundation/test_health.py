"""Whether somebody must look."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.documents.pdf import can_draw
from engine.house import House
from engine.queries.admin.health import LEAST_ROOM, examine
from storage.database import open_database
from storage.files import FileStore
from storage.messages import MessageChannel, Notification
from tests.cast import NOW, Cast
from tests.fixtures.houses import both_databases
from tests.statements import counted

MOST = 9
"""One for the number of the migrations, eight for what waits."""


@both_databases
def test_a_fresh_installation_is_well(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {
        "ok": True,
        "database": True,
        "disk": True,
        "papers": True,
        "migrations_current": True,
        "oldest_due_timer_seconds": None,
        "oldest_undelivered_message_seconds": None,
        "oldest_unswept_clock_seconds": None,
        "oldest_incident_seconds": None,
    }


@both_databases
def test_looking_costs_the_same_few_statements_each_time(client: FlaskClient, house: House) -> None:
    for _ in range(2):
        with counted(house.database) as cost:
            client.get("/health")
        assert cost.statements <= MOST, cost.texts


@both_databases
def test_a_message_that_does_not_leave_is_noticed(client: FlaskClient, house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.add(
            Notification(
                idempotency_key="k", person_id=cast.dara.person_id, channel=MessageChannel.SMS,
                address="x", language="km",
                subject="s", body="b", next_attempt_at=NOW, created_at=NOW - timedelta(hours=2),
            )
        )  # fmt: skip
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["oldest_undelivered_message_seconds"] == 7200


@both_databases
def test_a_database_that_was_not_migrated_is_noticed(house: House) -> None:
    with house.database.transaction() as session:
        newest = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    found = examine(house.database, house.files, house.fonts, now=NOW)
    with house.database.transaction() as session:  # the next test works in this database
        session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    assert (found.database, found.migrations_current, found.ok) == (True, False, False)
    assert examine(house.database, house.files, house.fonts, now=NOW).migrations_current


def test_a_database_that_does_not_answer_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    found = examine(away, FileStore(tmp_path), tmp_path, now=NOW)
    assert (found.database, found.ok) == (False, False)
    away.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_or_cannot_be_written_is_noticed(
    client: FlaskClient, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    found = examine(house.database, FileStore(blocked), house.fonts, now=NOW)
    assert (found.database, found.disk, found.ok) == (True, False, False)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=LEAST_ROOM - 1))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["disk"] is False


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_fonts_that_were_never_built_or_of_which_one_is_gone_are_noticed(house: House, tmp_path: Path) -> None:
    def papers(fonts: Path) -> tuple[bool, bool]:
        found = examine(house.database, house.files, fonts, now=NOW)
        return found.papers, found.ok

    copy = tmp_path / "fonts"
    assert papers(copy) == (False, False)
    shutil.copytree(house.fonts, copy)
    assert papers(copy) == (True, True)
    (copy / "moul-400.ttf").unlink()
    assert papers(copy) == (False, False)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_typesetter_that_is_not_installed_is_noticed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_draw(house.fonts)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not can_draw(house.fonts)
