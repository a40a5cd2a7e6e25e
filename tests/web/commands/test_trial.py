"""``owso trial`` as somebody calls it: on a draft, a folder or a version, followed to its end or stopped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.studio import drafts, saving
from engine.versions import trials
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns
from web.cli import main

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Said = pytest.CaptureFixture[str]
DEARER = (PACKAGE / "fees.dmn").read_bytes().replace(b"20000", b"25000")


@pytest.fixture(autouse=True)
def installation(kilns: Kilns, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    kilns.send()


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """A draft of the permit whose fee is dearer."""
    actor = kilns.cast.chenda.actor
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, actor, SERVICE, words="Begun", now=NOW)
        saving.save(session, actor, key, {"fees.dmn": DEARER}, based_on=1, words="", now=NOW)
    return key


def told(capsys: Said, *arguments: str) -> dict[str, object]:
    assert main(["trial", SERVICE, *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_a_draft_is_tried_with_progress_and_a_report(draft: str, kilns: Kilns, capsys: Said) -> None:
    assert main(["trial", SERVICE, "--draft", draft, "--as", kilns.cast.chenda.phone]) == 0
    said = capsys.readouterr()
    assert "0 of 1" in said.err
    for line in ("1 of 1 cases were tried.", "1  the same path", "1  dearer, by 10000 riel together"):
        assert line in said.out


def test_the_cases_are_those_of_an_office_and_of_days(draft: str, capsys: Said) -> None:
    day = f"{NOW:%Y-%m-%d}"
    for limits, total in (
        (("--office", "02"), 1),
        (("--office", "12"), 0),
        (("--from", day, "--to", day, "--most", "5"), 1),
        (("--to", "2025-12-31"), 0),
        (("--from", "2027-01-01"), 0),
    ):
        found = told(capsys, "--draft", draft, *limits)
        assert (found["total"], found["done"], found["status"]) == (total, total, "done"), limits


def test_a_folder_and_a_version_are_tried_alike(tmp_path: Path, capsys: Said) -> None:
    folder = tmp_path / "industry" / "kiln_permit"
    shutil.copytree(PACKAGE.parent, folder.parent)
    (folder / "fees.dmn").write_bytes(DEARER)
    assert told(capsys, "--folder", str(folder))["money"]["dearer"] == 1  # type: ignore[index]
    assert told(capsys, "--version", "1")["money"]["dearer"] == 0  # type: ignore[index]


def test_ctrl_c_stops_the_trial_and_what_was_found_stays(
    draft: str, kilns: Kilns, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    kilns.send()
    monkeypatch.setattr(trials, "PIECE", 1)
    monkeypatch.setattr(trials, "_TOGETHER", 1)
    go_on = trials.go_on_with

    def once(*given: object, **named: object) -> bool:
        monkeypatch.setattr(trials, "go_on_with", interrupted)
        return go_on(*given, **named)  # type: ignore[arg-type]

    def interrupted(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(trials, "go_on_with", once)
    assert main(["trial", SERVICE, "--draft", draft, "--json"]) == 130
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["done"], found["total"]) == ("cancelled", 1, 2)


def test_a_trial_that_a_server_works_on_is_followed(draft: str, kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else(*given: object, **named: object) -> bool:
        assert trials.go_on_due(kilns.house, now=named["now"]) == 1  # type: ignore[arg-type]
        return False

    monkeypatch.setattr(trials, "go_on_with", somebody_else)
    assert main(["trial", SERVICE, "--draft", draft]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--draft", "nothing"), "no such draft"),
        (("--version", "9"), "There is no version 9"),
        (("--version", "1", "--office", "77"), "No office 77 is open"),
        (("--version", "1", "--as", "nobody@example.org"), "not theirs to try"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_its_reason(arguments: tuple[str, ...], said: str, capsys: Said) -> None:
    assert main(["trial", SERVICE, *arguments]) == 1
    assert said in capsys.readouterr().err


def test_files_of_another_service_and_with_errors_are_refused(
    draft: str, kilns: Kilns, tmp_path: Path, capsys: Said
) -> None:
    assert main(["trial", "industry.potter_card", "--draft", draft]) == 1
    assert f"These files are of {SERVICE}" in capsys.readouterr().err
    folder = tmp_path / "industry" / "kiln_permit"
    shutil.copytree(PACKAGE.parent, folder.parent)
    (folder / "service.yaml").write_text("key: [")
    assert main(["trial", SERVICE, "--folder", str(folder)]) == 1
    assert "service.yaml" in capsys.readouterr().err
    broken = {"fees.dmn": DEARER.replace(b"UNIQUE", b"NEVER")}
    with kilns.house.database.transaction() as session:
        saving.save(session, kilns.cast.chenda.actor, draft, broken, based_on=2, words="", now=NOW)
    assert main(["trial", SERVICE, "--draft", draft]) == 1
    assert "fees.dmn" in capsys.readouterr().err
