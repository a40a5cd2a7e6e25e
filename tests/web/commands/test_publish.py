"""``owso publish`` and ``owso check`` as an analyst calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.house import House
from storage.processes import ProcessDefinition
from tests.cast import Cast
from tests.small.cases import PACKAGE
from web.cli import main

ALL = PACKAGE.parent


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The package with a stage in its diagram that its manifest does not know."""
    copy = tmp_path / "broken" / "kiln_permit"
    shutil.copytree(PACKAGE, copy)
    shutil.copy(ALL / "ministry.yaml", copy.parent)
    diagram = copy / "process.bpmn"
    diagram.write_text(diagram.read_text().replace('value="checking"', 'value="dreaming"'))
    return copy


def published(house: House) -> list[tuple[str, int, str, int | None]]:
    with house.database.reading() as session:
        rows = session.scalars(select(ProcessDefinition).order_by(ProcessDefinition.id))
        return [(row.service_key, row.version, row.note, row.published_by_id) for row in rows]


def test_a_folder_of_packages_is_published_once(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(ALL), "--note", "First"]) == 0
    assert "industry.kiln_permit: version 1 published" in capsys.readouterr().out
    assert main(["publish", str(PACKAGE)]) == 0
    assert "industry.kiln_permit: version 1 unchanged" in capsys.readouterr().out
    services = sorted(f"industry.{found.parent.name}" for found in ALL.glob("*/service.yaml"))
    assert sorted(published(house)) == [(service, 1, "First", None) for service in services]


def test_the_author_is_an_analyst(house: House, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(PACKAGE), "--author", cast.chenda.phone]) == 0
    assert published(house) == [("industry.kiln_permit", 1, "", cast.chenda.person_id)]
    for login in (cast.bopha.phone, "nobody@example.org"):
        assert main(["publish", str(PACKAGE), "--author", login]) == 1
        assert f"{login} is no analyst" in capsys.readouterr().err


def test_a_package_with_a_mistake_publishes_nothing_of_the_folder(
    house: House, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(PACKAGE), str(broken)]) == 1
    said = capsys.readouterr()
    assert "process.bpmn" in said.err
    assert "dreaming" in said.err
    assert published(house) == []
    assert main(["publish", "--lang", "km", str(broken)]) == 1
    said = capsys.readouterr()
    assert ": កំហុស: " in said.err
    assert ": error: " not in said.err


def test_a_folder_without_a_package_is_a_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(tmp_path)]) == 2
    assert "no package in" in capsys.readouterr().err


def test_check_says_what_is_wrong_and_publishes_nothing(
    house: House, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(PACKAGE)]) == 0
    assert "Checked: 1. Errors: 0." in capsys.readouterr().out
    assert main(["check", str(broken), "--json"]) == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    errors = [(each["file"], each["element_id"]) for each in findings if each["severity"] == "error"]
    assert errors == [("process.bpmn", "check")]
    assert published(house) == []


def test_check_finds_a_scenario_that_comes_out_differently(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(PACKAGE / "process.bpmn", broken)
    scenarios = broken / "tests.yaml"
    scenarios.write_text(scenarios.read_text().replace("fee: 40000", "fee: 1"))
    assert main(["check", str(broken)]) == 1
    assert "fee: expected 1, but it was 40000." in capsys.readouterr().out


def test_check_reads_a_single_diagram(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.bpmn"
    bad.write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    assert main(["check", str(bad)]) == 1
    assert "bad.bpmn" in capsys.readouterr().out
