"""The command line."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.house import House
from engine.people import accounts
from engine.people.actors import Place
from storage.messages import MessageChannel, Notification
from storage.security_log import SecurityEvent
from tests import patience
from tests.cast import BEFORE, NOW, Cast
from tests.fixtures.houses import both_databases
from tests.processes import Command
from tests.servers import answer_of, free_port
from web.cli import COMMANDS, main
from web.config import Settings


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment of an installation on the test's database."""
    for variable in [name for name in os.environ if name.startswith("OWSO_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("OWSO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(settings.data_dir))
    return settings


def test_every_command_says_in_a_line_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {name}" in shown for name in COMMANDS)


def test_an_unknown_command_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["conquer"])
    assert done.value.code == 2
    assert "conquer" in capsys.readouterr().err


def test_a_bad_setting_is_named_and_nothing_is_done(
    office: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OWSO_PORT", "eighty")
    assert main(["health"]) == 2
    assert "OWSO_PORT" in capsys.readouterr().err


def test_migrating_twice_is_harmless(office: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_migrating_an_empty_database_makes_it_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    assert main(["health"]) == 1
    assert json.loads(capsys.readouterr().out)["migrations_current"] is False
    assert main(["migrate"]) == 0
    assert "was brought up to date" in capsys.readouterr().out
    assert main(["health"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    with closing(sqlite3.connect(tmp_path / "var" / "owso.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM person").fetchone() == (0,), "nobody has an account unasked"


def test_a_sweep_says_what_it_did(office: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert {"timers", "warned", "breached", "messages"} <= set(counts)
    assert set(counts.values()) == {0}


def test_an_audit_of_whole_chains_succeeds(office: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "Every chain holds.\n"


def test_the_security_log_is_printed_for_a_collector_and_the_audit_covers_it(
    office: Settings, house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with house.database.transaction() as session:
        for _ in range(2):
            accounts.note_failure(session, cast.dara.phone, "", Place("203.0.113.*"), now=NOW)
    assert main(["sweep"]) == 0
    capsys.readouterr()
    assert main(["security-log", "--since", "1"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["seq"], line["kind"], line["person"]) == (2, "sign_in_failed", cast.dara.person_id)
    assert main(["audit", "verify"]) == 0
    with house.database.transaction() as session:
        session.execute(update(SecurityEvent).where(SecurityEvent.seq == 1).values(address="198.51.100.*"))
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.startswith("security log, line 1: the line was changed\n")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_checking_a_file_that_is_no_process_names_the_file_and_fails(
    office: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<definitions>", encoding="utf-8")
    assert main(["check", str(broken)]) == 1
    assert "broken.bpmn" in capsys.readouterr().out
    assert main(["check", "--json", str(broken)]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[0])["severity"] == "error"
    assert main(["check", str(tmp_path / "nothing")]) == 2


@both_databases
def test_a_server_opens_sweeps_and_closes_cleanly_when_told(office: Settings, house: House, cast: Cast) -> None:
    port = free_port()
    with house.database.transaction() as session:
        session.add(
            Notification(
                idempotency_key="k", person_id=cast.dara.person_id, channel=MessageChannel.SMS, address="+85512345601",
                language="km", subject="s", body="b", next_attempt_at=BEFORE, created_at=BEFORE,
            )
        )  # fmt: skip
    server = _serve(office, port)
    try:
        answer_of(f"http://127.0.0.1:{port}/health", server)
        patience.until(lambda: _status_of_the_message(house) == "recorded", "the message")
    finally:
        said, logged = server.stop()
    assert server.poll() == 0, logged
    assert f"http://127.0.0.1:{port}" in said
    events = [json.loads(line)["event"] for line in logged.splitlines()]
    assert "swept" in events


def _status_of_the_message(house: House) -> str | None:
    with house.database.reading() as session:
        return session.scalar(select(Notification.status))


def _serve(office: Settings, port: int, **settings: str) -> Command:
    folder = office.data_dir.parent
    there = {"OWSO_DATABASE_URL": office.database_url, "OWSO_DATA_DIR": str(office.data_dir), "OWSO_PORT": str(port)}
    return Command(["serve"], there | settings, folder)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("proxies", "are_slowed"), [("1", False), ("0", True)])
def test_a_server_believes_proxies_only_when_it_is_told_to(office: Settings, proxies: str, are_slowed: bool) -> None:
    port = free_port()
    server = _serve(office, port, OWSO_TRUSTED_PROXIES=proxies)
    try:
        answer_of(f"http://127.0.0.1:{port}/health", server)
        statuses = [_status(f"http://127.0.0.1:{port}/verify/NOCODE{n}", f"203.0.113.{n}") for n in range(75)]
    finally:
        server.stop()
    assert set(statuses) == ({404, 429} if are_slowed else {404})


def _status(address: str, forwarded_for: str) -> int:
    asked = urllib.request.Request(address, headers={"X-Forwarded-For": forwarded_for})
    try:
        with urllib.request.urlopen(asked, timeout=patience.SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_told_in_a_sentence(office: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = _serve(office, taken.getsockname()[1])
        said, logged = server.communicate()
    assert (server.poll(), said) == (1, "")
    assert "cannot be used" in logged
    assert "Traceback" not in logged


def test_a_database_that_does_not_answer_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OWSO_DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:1/none?connect_timeout=1")
    assert main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert "the database does not answer" in said
    assert "secret-word" not in said
