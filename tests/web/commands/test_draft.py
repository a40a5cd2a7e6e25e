"""``owso draft`` as somebody calls it who works with files and git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.house import House
from engine.packages import check_package, read_files
from engine.studio import keeping, saving
from tests.cast import NOW, Cast
from tests.small.cases import PACKAGE, SERVICE
from tests.small.releases import released
from web.cli import main

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def key(house: House, cast: Cast, capsys: Said) -> str:
    """A draft of the published permit, begun by Chenda."""
    released(house, PACKAGE)
    assert main(["draft", "begin", SERVICE, "--as", cast.chenda.phone]) == 0
    return capsys.readouterr().out.strip()


@pytest.fixture
def folder(key: str, tmp_path: Path) -> Path:
    """The folder into which it was pulled."""
    assert main(["draft", "pull", key, str(tmp_path / "kiln")]) == 0
    return tmp_path / "kiln"


def in_draft(house: House, cast: Cast, key: str) -> dict[str, bytes]:
    with house.database.reading() as session:
        draft = keeping.find(session, cast.chenda.actor, key)
        return keeping.files_in(session, keeping.save_of(session, draft))


def save(house: House, cast: Cast, key: str, path: str, content: bytes, based_on: int = 1) -> None:
    with house.database.transaction() as session:
        saving.save(session, cast.visal.actor, key, {path: content}, based_on=based_on, now=NOW)


def test_a_draft_is_pulled_as_the_folder_that_it_was_published_from(folder: Path) -> None:
    assert read_files(folder) == read_files(PACKAGE)
    assert check_package(folder) == check_package(PACKAGE)


def test_the_list_says_whose_draft_it_is_and_its_key(key: str, capsys: Said) -> None:
    assert main(["draft", "list"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{key}  {SERVICE}  from version 1, save 1 by Tep Chenda")
    assert main(["draft", "list", "--closed"]) == 0
    assert capsys.readouterr().out == ""


def test_what_was_changed_in_the_folder_is_pushed(
    house: House, cast: Cast, key: str, folder: Path, capsys: Said
) -> None:
    (folder / "texts.yaml").write_bytes((folder / "texts.yaml").read_bytes() + b"# more\n")
    (folder / "decisions").mkdir(exist_ok=True)
    (folder / "decisions" / "risk.dmn").write_text("<a/>")
    (folder / "tests.yaml").unlink()
    assert main(["draft", "push", str(folder), "--words", "More", "--as", cast.chenda.phone]) == 0
    assert "save 2" in capsys.readouterr().out
    assert in_draft(house, cast, key) == read_files(folder)
    assert main(["draft", "push", str(folder)]) == 0
    assert "save 2 (nothing changed)" in capsys.readouterr().out


def test_a_push_is_refused_and_names_who_saved_meanwhile(
    house: House, cast: Cast, key: str, folder: Path, capsys: Said
) -> None:
    save(house, cast, key, "forms/check.json", b"{}")
    (folder / "texts.yaml").write_text("stages: {}\n")
    assert main(["draft", "push", str(folder)]) == 1
    assert "Ouch Visal saved forms/check.json meanwhile" in capsys.readouterr().err
    assert in_draft(house, cast, key)["texts.yaml"] == (PACKAGE / "texts.yaml").read_bytes()
    assert (folder / "texts.yaml").read_text() == "stages: {}\n"


def test_a_pull_brings_what_others_saved_and_takes_away_what_they_removed(
    house: House, cast: Cast, key: str, folder: Path
) -> None:
    save(house, cast, key, "notes.yaml", b"a: b\n")
    with house.database.transaction() as session:
        saving.save(session, cast.visal.actor, key, {"tests.yaml": None}, based_on=2, now=NOW)
    assert main(["draft", "pull", key, str(folder)]) == 0
    assert read_files(folder) == in_draft(house, cast, key)
    assert not (folder / "tests.yaml").exists()


def test_a_pull_writes_over_nothing_that_was_not_pushed(key: str, folder: Path, tmp_path: Path, capsys: Said) -> None:
    (folder / "texts.yaml").write_text("mine\n")
    assert main(["draft", "pull", key, str(folder)]) == 1
    assert "changes that were not pushed: texts.yaml" in capsys.readouterr().err
    assert (folder / "texts.yaml").read_text() == "mine\n"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine\n")
    assert main(["draft", "pull", key, str(tmp_path / "other")]) == 1
    assert "holds something else" in capsys.readouterr().err


def test_in_the_tree_of_the_ministries_what_lies_beside_is_not_written_twice(key: str, tmp_path: Path) -> None:
    tree = tmp_path / "processes" / "industry"
    tree.mkdir(parents=True)
    shutil.copy(PACKAGE.parent / "ministry.yaml", tree)
    assert main(["draft", "pull", key, str(tree / "kiln_permit")]) == 0
    assert not (tree / "kiln_permit" / "ministry.yaml").exists()
    assert read_files(tree / "kiln_permit") == read_files(PACKAGE)


def test_a_draft_begins_from_a_folder(house: House, cast: Cast, capsys: Said) -> None:
    assert main(["draft", "begin", "--from", str(PACKAGE)]) == 0
    key = capsys.readouterr().out.strip()
    assert in_draft(house, cast, key) == read_files(PACKAGE)


def test_only_analysts_work_on_drafts(cast: Cast, key: str, capsys: Said) -> None:
    assert main(["draft", "list", "--as", cast.bopha.phone]) == 1
    assert "is no analyst" in capsys.readouterr().err


def test_a_folder_that_was_never_pulled_is_not_pushed(house: House, tmp_path: Path, capsys: Said) -> None:
    assert main(["draft", "push", str(PACKAGE)]) == 1
    assert "was not pulled from a draft" in capsys.readouterr().err
    (tmp_path / ".owso-draft").write_text("[]")
    assert main(["draft", "push", str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_draft_that_is_not_there_is_said(house: House, tmp_path: Path, capsys: Said) -> None:
    assert main(["draft", "pull", "nothing", str(tmp_path / "a")]) == 1
    assert "We could not find this" in capsys.readouterr().err
