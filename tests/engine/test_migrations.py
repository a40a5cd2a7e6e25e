"""What a migration does with rows that are there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Database, open_database
from storage.drafts import Draft
from storage.migrations import upgrade
from storage.security_log import SecurityEvent


def write(rows: sqlite3.Connection, table: str, **facts: object) -> None:
    """A row with these facts, and something small wherever the table asks for more."""
    for _, name, kind, is_needed, default, is_key in rows.execute(f"PRAGMA table_info({table})").fetchall():
        if is_needed and default is None and not is_key:
            facts.setdefault(name, 1 if "INT" in kind else "2026-03-02" if "DATE" in kind else f"{name}{facts['id']}")
    names, places = ", ".join(f'"{name}"' for name in facts), ", ".join("?" * len(facts))
    rows.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(facts.values()))


@pytest.fixture
def old(tmp_path: Path) -> Iterator[tuple[Path, Database]]:
    """A database of the version before numbers were kept as they are compared."""
    file = tmp_path / "old.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0010")
    yield file, database
    database.close()


def column(file: Path, table: str, name: str) -> list[str]:
    with closing(sqlite3.connect(file)) as rows:
        return [row[0] for row in rows.execute(f"SELECT {name} FROM {table} ORDER BY id")]


def test_numbers_of_papers_and_banks_become_what_is_compared(old: tuple[Path, Database]) -> None:
    file, database = old
    papers = ["k 765-4321", "១២៣ ៤៥៦ ៧៨៩", "010203045", ""]
    references = ["ft 26061", "ABA–991", "FT-26061", "", ""]
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1)
        write(rows, "process_definition", id=1)
        for number, paper in enumerate(papers, 1):
            write(rows, "person", id=number, id_number=paper)
        for number, reference in enumerate(references, 1):
            write(rows, "application", id=number)
            write(rows, "payment", id=number, application_id=number, status="confirmed", bank_reference=reference)
        rows.commit()
    upgrade(database, "0011")
    assert column(file, "person", "id_number") == ["K7654321", "123456789", "010203045", ""]
    # Two payments were confirmed under one reference in two writings: the second stays as its receipt says.
    assert column(file, "payment", "bank_reference") == ["FT26061", "ABA991", "FT-26061", "", ""]


def test_drafts_of_before_get_the_whole_time_from_the_day_of_the_migration(tmp_path: Path) -> None:
    file = tmp_path / "older.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0021")
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1, level="province")
        write(rows, "process_definition", id=1)
        write(rows, "person", id=1, identity_status="verified")
        for number, status in enumerate(("draft", "running", "draft"), 1):
            write(
                rows,
                "application",
                id=number,
                status=status,
                channel="online",
                outcome="",
                created_at="2020-01-01 00:00:00.000000",
            )
        rows.commit()
    upgrade(database, "0022")
    with database.reading() as session:
        found = session.execute(
            select(Draft.application_id, Draft.touched_at, Draft.reminded_at).order_by(Draft.application_id)
        ).all()
    assert [(row.application_id, row.reminded_at) for row in found] == [(1, None), (3, None)]
    assert all(row.touched_at.year > 2020 for row in found)
    database.close()


def test_tasks_of_before_remind_nobody_and_applications_of_before_keep_what_became_of_them(tmp_path: Path) -> None:
    file = tmp_path / "older.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0022")
    facts = {"status": "ended", "channel": "online", "created_at": "2020-01-01 00:00:00.000000"}
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1, level="province")
        write(rows, "process_definition", id=1)
        write(rows, "person", id=1, identity_status="verified")
        write(rows, "application", id=1, outcome="withdrawn", **facts)
        write(rows, "process_instance", id=1, status="completed", state=b"")
        write(rows, "user_task", id=1, kind="form", status="ready")
        rows.commit()
    upgrade(database, "0025")
    assert column(file, "application", "outcome") == ["withdrawn"]
    assert column(file, "user_task", "remind_at") == [None]
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("UPDATE application SET outcome = 'lapsed'")
        with pytest.raises(sqlite3.IntegrityError):
            rows.execute("UPDATE application SET outcome = 'forgotten'")
    database.close()


def test_of_accounts_that_were_verified_with_one_number_the_earliest_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "older.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0045")
    card = {"identity_status": "verified", "id_kind": "national_id"}
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1, level="province")
        write(rows, "process_definition", id=1)
        write(rows, "person", id=1, id_number="010203045", **card)
        write(rows, "person", id=2, id_number="0000010203045", **card)
        write(rows, "person", id=3, id_number="010203045", **card | {"identity_status": "pending"})
        write(rows, "person", id=4, id_number="010203045", **card | {"id_kind": "passport"})
        write(rows, "person", id=5, id_number="", **card)
        write(rows, "person", id=6, id_number="", **card)
        facts = {"status": "ended", "channel": "online", "outcome": "verified"}
        for person, day in ((1, "2026-02-02 08:00:00.000000"), (2, "2026-02-01 08:00:00.000000")):
            write(rows, "application", id=person, applicant_id=person, office_id=1, decided_at=day, **facts)
        write(rows, "access_log", id=1, subject_id=4, page="registered", at="2026-01-01 08:00:00.000000")
        rows.commit()
    upgrade(database, "0046")
    assert column(file, "person", "identity_status") == [
        "unverified", "verified", "pending", "verified", "verified", "verified",
    ]  # fmt: skip
    assert column(file, "person", "id_number")[:2] == ["010203045", "010203045"]
    assert column(file, "person", "verified_at")[:4] == [
        None, "2026-02-01 08:00:00.000000", None, "2026-01-01 08:00:00.000000",
    ]  # fmt: skip
    assert column(file, "person", "verified_office_id")[:4] == [None, 1, None, None]
    with database.reading() as session:
        line = session.scalars(select(SecurityEvent)).one()
        assert (line.kind, line.person_id, line.data) == ("identity_shared", 1, {"verified": 2})
    with closing(sqlite3.connect(file)) as rows, pytest.raises(sqlite3.IntegrityError):
        rows.execute("UPDATE person SET identity_status = 'verified' WHERE id = 1")
    database.close()


def test_officers_who_never_chose_hear_at_once_where_messages_reached_them(tmp_path: Path) -> None:
    file = tmp_path / "messages.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0091")
    proved = "2026-03-02 00:00:00.000000"
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1, level="province")
        told: dict[str, object] = {"email": "a@example.org", "email_proved_at": proved}
        people: list[dict[str, object]] = [
            told,
            told | {"preferred_channel": "telegram"},
            told | {"preferred_channel": "portal"},
            {"email": "b@example.org"},
            told,
            told,
        ]
        for number, facts in enumerate(people, 1):
            write(rows, "person", id=number, identity_status="verified", **facts)
            if number != 6:
                day = {"from_day": "2026-03-02", "group": "head"}
                write(rows, "membership", id=number, person_id=number, office_id=1, **day)
        write(rows, "telegram_link", id=1, person_id=2, chat="7")
        rows.execute("INSERT INTO notice_choice (person_id, way_kind, changed_at) VALUES (5, 'none', ?)", (proved,))
        rows.commit()
    upgrade(database, "0092")
    with closing(sqlite3.connect(file)) as rows:
        chosen = rows.execute("SELECT person_id, way_kind FROM notice_choice ORDER BY person_id").fetchall()
        kinds = rows.execute("SELECT person_id, count(*) FROM notice_at_once GROUP BY person_id").fetchall()
    assert chosen == [(1, "email"), (2, "telegram"), (5, "none")]
    assert kinds == [(1, 8), (2, 8)]
    database.close()


def test_rungs_of_clocks_that_have_ended_end_with_the_migration(tmp_path: Path) -> None:
    file = tmp_path / "rungs.sqlite3"
    database = open_database(f"sqlite:///{file}")
    upgrade(database, "0085")
    ended = "2026-03-02 00:00:00.000000"
    with closing(sqlite3.connect(file)) as rows:
        write(rows, "office", id=1, level="province")
        write(rows, "process_definition", id=1)
        write(rows, "person", id=1, identity_status="verified")
        facts = {"status": "running", "channel": "online", "outcome": ""}
        write(rows, "application", id=1, **facts)
        for number, status in enumerate(("running", "late"), 1):
            kept = {"kind": "norm", "status": status, "ended_at": ended if status == "late" else None}
            write(rows, "clock", id=number, application_id=1, office_id=1, listed_status="over", **kept)
            named = (
                'INSERT INTO raised (clock_id, rung, level, "group", office_id, raised_at) VALUES (?, 1, ?, ?, 1, ?)'
            )
            rows.execute(named, (number, "head", "head", ended))
        rows.commit()
    upgrade(database, "0091")
    with closing(sqlite3.connect(file)) as rows:
        assert rows.execute("SELECT ended_at FROM raised ORDER BY clock_id").fetchall() == [(None,), (ended,)]
        rows.execute("UPDATE clock SET ended_at = ?, breached_at = ? WHERE id = 1", (ended, ended))
        assert rows.execute("SELECT count(*) FROM raised WHERE ended_at IS NOT NULL").fetchall() == [(2,)]
    database.close()
