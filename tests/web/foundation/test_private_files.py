"""What an installation keeps is for its owner's eyes, and is there after a power cut."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import open_database
from storage.files import FileStore
from tests.small.files import few_services_in
from web.cli import main


@pytest.fixture
def generous_mask() -> Iterator[None]:
    """Whatever the machine would give away, the product does not."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    found = [folder, *sorted(folder.rglob("*"))]
    return {str(path.relative_to(folder)): oct(stat.S_IMODE(path.stat().st_mode)) for path in found}


@pytest.mark.usefixtures("generous_mask")
def test_folders_and_files_are_for_their_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "offices" / "battambang"
    monkeypatch.setenv("OWSO_DATA_DIR", str(data))
    one = few_services_in(tmp_path / "processes", "interior/account_verification")
    monkeypatch.setenv("OWSO_PROCESSES_DIR", str(one))
    monkeypatch.setenv("OWSO_DEMO", "1")
    assert main(["demo"]) == 0
    assert main(["sweep"]) == 0
    found = modes(tmp_path / "offices")
    assert {"battambang/owso.sqlite3", "battambang/demo_password"} <= set(found)
    assert any(name.startswith("battambang/files/") for name in found)
    assert any(name.startswith("battambang/outbox/") for name in found)
    assert {name: mode for name, mode in found.items() if mode not in ("0o700", "0o600")} == {}
    assert all((mode == "0o700") == (tmp_path / "offices" / name).is_dir() for name, mode in found.items())


@pytest.mark.usefixtures("generous_mask")
def test_what_lies_beside_an_open_database_is_for_its_owner_too(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new/owso.sqlite3")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE kept (name TEXT)"))
        assert set(modes(tmp_path / "new")) == {".", "owso.sqlite3", "owso.sqlite3-shm", "owso.sqlite3-wal"}
        assert set(modes(tmp_path / "new").values()) == {"0o700", "0o600"}
    database.close()


def test_what_an_earlier_release_left_open_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "owso.sqlite3").touch(mode=0o644)
    (tmp_path / "files").mkdir(mode=0o755)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path))
    assert main(["migrate"]) == 0
    found = modes(tmp_path)
    assert (found["owso.sqlite3"], found["files"]) == ("0o600", "0o700")


def test_what_was_accepted_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each transaction of SQLite is flushed (FULL is 2), and so are a kept file, its folder and the folders above."""
    database = open_database(f"sqlite:///{tmp_path}/owso.sqlite3")
    with database.reading() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 2
    database.close()
    flushed: list[str] = []
    flush = os.fsync

    def noticed(number: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{number}").removeprefix(f"{tmp_path}/"))
        flush(number)

    monkeypatch.setattr(os, "fsync", noticed)
    digest = FileStore(tmp_path / "files").put(b"a certificate")
    assert flushed[:2] == [str(tmp_path), "files"]
    assert flushed[-1] == f"files/{digest[:2]}"
    assert any(name.startswith(f"files/{digest[:2]}/") for name in flushed)
