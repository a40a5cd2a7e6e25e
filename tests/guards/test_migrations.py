"""Migrations keep what is there: rows of an older database are there afterwards, and what refers to them still does."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from storage.chains import EscalationChain
from storage.database import Database, open_database
from storage.migrations import _config, _turn_on_sqlite, upgrade
from tests.cast import NOW

BEFORE = (
    "INSERT INTO person (id, name_km, name_latin, sex, id_kind, id_number, address, identity_status, language,"
    " session_epoch, created_at) VALUES (7, 'ក', 'A', '', '', '', '{}', 'verified', 'km', 1, '2026-03-01')",
    "INSERT INTO notification (id, idempotency_key, person_id, channel, address, language, subject, body, status,"
    " attempts, next_attempt_at, last_error, created_at) VALUES"
    " (3, 'k', 7, 'sms', '+855', 'km', 's', 'b', 'delivered', 1, '2026-03-01', '', '2026-03-01')",
)


@pytest.fixture
def older(tmp_path: Path) -> Database:
    """A SQLite database as it was before closed sets were held by the database."""
    made = open_database(f"sqlite:///{tmp_path}/older.sqlite3")
    upgrade(made, "0011")
    with made.transaction() as session:
        for statement in BEFORE:
            session.execute(text(statement))
    return made


def test_rows_and_what_refers_to_them_outlive_the_rebuilding_of_their_tables(older: Database) -> None:
    upgrade(older)
    with older.reading() as session:
        told = session.execute(text("SELECT n.id, p.name_km FROM notification n JOIN person p ON p.id = n.person_id"))
        assert [tuple(row) for row in told] == [(3, "ក")]
    with older.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with pytest.raises(IntegrityError), older.transaction() as session:
        session.execute(text("DELETE FROM person"))


def test_what_was_only_written_to_a_file_is_not_called_delivered_any_more(older: Database) -> None:
    with older.transaction() as session:
        session.execute(text("UPDATE notification SET delivered_at = '2026-03-02'"))
    upgrade(older)
    asked = text("SELECT status, left_at, delivered_at FROM notification")
    with older.reading() as session:
        assert session.execute(asked).one() == ("recorded", "2026-03-02", None)
    with older.engine.connect() as connection, _turn_on_sqlite(connection):
        command.downgrade(_config(connection), "0037")
    with older.reading() as session:
        assert session.execute(text("SELECT status, delivered_at FROM notification")).one() == (
            "delivered",
            "2026-03-02",
        )


def test_of_a_message_that_waits_as_sms_and_as_e_mail_one_is_left(older: Database) -> None:
    row = (
        "INSERT INTO notification (id, idempotency_key, person_id, channel, address, language, subject, body, status,"
        " attempts, next_attempt_at, last_error, created_at) VALUES"
        " (:id, :id, 7, :channel, 'a', 'km', :subject, 'b', 'pending', 0, '2026-03-02', '', '2026-03-02')"
    )
    with older.transaction() as session:
        for number, (channel, subject) in enumerate((("sms", "x"), ("email", "x"), ("email", "y")), 10):
            session.execute(text(row), {"id": number, "channel": channel, "subject": subject})
    upgrade(older)
    with older.reading() as session:
        left = session.execute(text("SELECT id, status FROM notification WHERE id >= 10 ORDER BY id"))
        assert [tuple(each) for each in left] == [(10, "pending"), (11, "recorded"), (12, "pending")]


def test_a_row_with_a_word_of_no_set_stops_the_migration_and_changes_nothing(older: Database) -> None:
    with older.transaction() as session:
        session.execute(text("UPDATE notification SET status = 'posted'"))
    with pytest.raises(IntegrityError):
        upgrade(older)
    with older.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0011"
        assert session.scalar(text("SELECT status FROM notification")) == "posted"
        assert session.scalar(text("SELECT count(*) FROM beginning")) == 0


def test_the_way_back_brings_the_older_tables(older: Database) -> None:
    upgrade(older)
    with older.engine.connect() as connection, _turn_on_sqlite(connection):
        command.downgrade(_config(connection), "0011")
    with older.reading() as session:
        assert session.scalar(text("SELECT read_at FROM notification")) is None
        assert session.scalar(text("SELECT count(*) FROM beginning")) == 0


def test_chains_name_no_governor_to_servers_of_before(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/chains.sqlite3")
    upgrade(database)
    rungs = [["head", ""], ["governor", "8 working hours"]]
    facts = {"key": "k", "office_code": "", "service_key": "", "from_day": NOW.date(), "made_at": NOW}
    with database.transaction() as session:
        session.add(EscalationChain(**facts, rungs=rungs))
    with database.engine.connect() as connection, _turn_on_sqlite(connection):
        command.downgrade(_config(connection), "0089")
    with database.reading() as session:
        assert session.scalar(select(EscalationChain.rungs)) == [["head", ""], ["province", "8 working hours"]]
    database.close()
