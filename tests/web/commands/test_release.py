"""``owso release`` as analysts, approvers and a far office call it: who one is, the whole way, and what is refused."""

from __future__ import annotations

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.studio import drafts
from storage.database import open_database
from storage.processes import ProcessDefinition
from storage.releases import MinistryEvent
from tests.cast import NOW, PASSWORD
from tests.small.agreeing import Agreeing
from tests.small.cases import PACKAGE, SERVICE, Kilns
from web.cli import main

Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The folder of the package with other words, beside its ministry."""
    copy = tmp_path / "industry" / "kiln_permit"
    shutil.copytree(PACKAGE, copy)
    shutil.copy(PACKAGE.parent / "ministry.yaml", copy.parent)
    texts = copy / "texts.yaml"
    texts.write_text(texts.read_text(encoding="utf-8").replace("For tests.", "By command."), encoding="utf-8")
    return copy


def typed(monkeypatch: pytest.MonkeyPatch, login: str, *words: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["release", "--as", login, *words])


def test_the_whole_way_of_a_release_by_command(
    agreeing: Agreeing, changed: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    analyst, approver = agreeing.cast.chenda.phone, agreeing.cast.sothea.phone
    assert typed(monkeypatch, analyst, "begin", "industry", "Clearer words") == 0
    key = capsys.readouterr().out.partition(":")[0]
    for who, words, told in (
        (analyst, ("add", key, str(changed)), f"{SERVICE}: put in"),
        (
            analyst,
            ("plan", key, "--from", "2027-04-01", "--pilot", "02"),
            "from 2027-04-01 00:00, at the pilot offices 02",
        ),
        (analyst, ("replay", key, SERVICE), f"{SERVICE} is tried by trial "),
        (analyst, ("show", key), f"tried on 0 of 0 cases: {SERVICE}"),
        (analyst, ("submit", key), "covered: failed"),
        (approver, ("show",), f"{key}  industry –  submitted  Clearer words"),
        (approver, ("let-through", key, "covered", "Looked at."), "let through at covered"),
        (approver, ("approve", key), "approved as release 1"),
        (approver, ("show", key), "in effect from 2027-04-01 00:00, at the pilot offices 02"),
        (approver, ("withdraw", key, "Too early."), "withdrawn"),
    ):
        assert typed(monkeypatch, who, *words) == 0, words
        assert told in capsys.readouterr().out
    assert agreeing.versions() == [1, 2]
    assert agreeing.history()[-1] == "withdrawn"


def test_a_draft_is_put_in_by_its_key(agreeing: Agreeing, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    with agreeing.house.database.transaction() as session:
        draft = drafts.begin_from_version(session, agreeing.house, agreeing.analyst, SERVICE, words="As it is", now=NOW)
    key = agreeing.begin()
    assert typed(monkeypatch, agreeing.cast.chenda.phone, "add", key, "--draft", draft) == 0
    assert f"{SERVICE}: the same as the version there is" in capsys.readouterr().out
    assert typed(monkeypatch, agreeing.cast.chenda.phone, "add", key, "--draft", "nothing") == 1


def test_nobody_acts_without_saying_who_they_are_and_proving_it(
    agreeing: Agreeing, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    key = agreeing.submitted()
    assert main(["release", "approve", key]) == 2
    assert "--as LOGIN" in capsys.readouterr().err
    assert typed(monkeypatch, agreeing.cast.sothea.phone, "approve", key, password="wrong-password") == 1
    assert typed(monkeypatch, agreeing.cast.chenda.phone, "approve", key) == 1
    assert "You may not do this." in capsys.readouterr().err
    assert agreeing.versions() == [1]


def test_a_package_with_mistakes_is_said_line_by_line(
    agreeing: Agreeing, changed: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    key = agreeing.begin()
    (changed / "process.bpmn").write_text("<x", encoding="utf-8")
    assert typed(monkeypatch, agreeing.cast.chenda.phone, "add", key, str(changed)) == 1
    assert "process.bpmn" in capsys.readouterr().err


def test_a_release_is_carried_to_an_office_without_a_link(
    agreeing: Agreeing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    key = agreeing.submitted()
    agreeing.approve(key)
    file = tmp_path / "release.zip"
    assert typed(monkeypatch, agreeing.cast.chenda.phone, "export", key, str(file)) == 0
    assert main(["release", "key"]) == 0
    public = capsys.readouterr().out.splitlines()[-1]
    far = f"sqlite:///{tmp_path}/far/owso.sqlite3"
    monkeypatch.setenv("OWSO_DATABASE_URL", far)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "far"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    names = ["--name-km", "អ្នក ឆ្ងាយ", "--name-latin", "Far Away"]
    assert main(["users", "add", "far@example.org", *names, "--password-stdin"]) == 0
    assert main(["users", "grant", "far@example.org", "administrator"]) == 0
    assert typed(monkeypatch, "far@example.org", "import", str(file)) == 1
    assert f"{public}. Ask the ministry for its key" in capsys.readouterr().err
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"industry": [public]}), encoding="utf-8")
    monkeypatch.setenv("OWSO_RELEASE_KEYS_FILE", str(keys))
    assert typed(monkeypatch, "far@example.org", "import", str(file)) == 0
    assert typed(monkeypatch, "far@example.org", "import", str(file)) == 1
    assert "here already" in capsys.readouterr().err
    there = open_database(far)
    with there.reading() as session:
        assert session.scalars(select(ProcessDefinition.service_key)).all() == [SERVICE]
    there.close()
    keys.write_text("[]", encoding="utf-8")
    assert typed(monkeypatch, "far@example.org", "import", str(file)) == 2
    assert "OWSO_RELEASE_KEYS_FILE" in capsys.readouterr().err


def test_a_withdrawal_is_carried_after_its_release(
    agreeing: Agreeing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    key = agreeing.submitted(planned_for=NOW + timedelta(days=9000))
    agreeing.approve(key)
    analyst, notice = agreeing.cast.chenda.phone, tmp_path / "withdrawal.zip"
    assert typed(monkeypatch, analyst, "notice", key, str(notice)) == 1
    assert "Only a release that was approved and withdrawn" in capsys.readouterr().err
    agreeing.withdraw(key)
    assert typed(monkeypatch, analyst, "notice", key, str(notice), "--to", "Kampot") == 0
    assert typed(monkeypatch, agreeing.cast.sothea.phone, "import", str(notice)) == 1
    assert "withdrawn here already" in capsys.readouterr().err
    assert agreeing.history()[-1] == "notice_exported"


def test_a_changed_line_of_the_history_is_found_by_the_audit(agreeing: Agreeing, capsys: Told) -> None:
    agreeing.approve(agreeing.submitted())
    assert main(["audit", "verify"]) == 0
    with agreeing.house.database.transaction() as session:
        session.execute(update(MinistryEvent).where(MinistryEvent.seq == 2).values(kind="approved"))
    assert main(["audit", "verify"]) == 1
    assert "ministry industry, event 2: the event was changed" in capsys.readouterr().out
    assert main(["audit", "verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ministry_key"] == "industry"
