"""``owso test``: how many scenarios ran, what did not come true, what was not tried, and pages to look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.packages.small import FILES
from tests.engine.packages.test_shared_processes import library
from web.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def stall(tmp_path: Path) -> Path:
    """The small service as a folder."""
    for name, data in FILES.items():
        place = tmp_path / "all" / "tourism" / (name if name == "ministry.yaml" else f"stall/{name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return tmp_path / "all" / "tourism" / "stall"


def edit(place: Path, before: str, after: str) -> None:
    text = place.read_text()
    assert before in text
    place.write_text(text.replace(before, after))


def test_it_says_how_many_ran_and_what_was_not_tried(stall: Path, capsys: Capture) -> None:
    assert main(["test", str(stall)]) == 0
    said = capsys.readouterr().out
    assert f"{stall}: scenarios 1/1, elements 6/6, flows 6/6, rows 1/2, pages 2/2" in said
    assert f"{stall}/fees.dmn: not tried: row fees.many" in said
    assert "Packages: 1. Scenarios: 1. Not as expected: 0." in said


def test_what_was_not_tried_fails_only_where_everything_is_asked_for(stall: Path) -> None:
    assert main(["test", "--complete", str(stall)]) == 1
    edit(stall / "tests.yaml", "answers:\n  some", "coverage: {except: {fees.many: later}}\nanswers:\n  some")
    assert main(["test", "--complete", str(stall)]) == 0


def test_a_scenario_that_does_not_come_true_is_named_with_its_line(stall: Path, capsys: Capture) -> None:
    edit(stall / "tests.yaml", "fee: 3000", "fee: 1")
    assert main(["test", str(stall)]) == 1
    said = capsys.readouterr().out
    assert f"{stall}/tests.yaml:14: error: “Wrong once, then right”: fee: expected 1, but it was 3000." in said
    assert "scenarios 0/1" in said
    assert f"{stall}: not tried: 1; they are named once every scenario comes true" in said
    assert "row fees.many" not in said
    assert main(["test", "--lang", "km", str(stall)]) == 1
    said = capsys.readouterr().out
    assert f"{stall}/tests.yaml:14: កំហុស: " in said
    assert "expected 1" not in said


def test_a_package_that_cannot_be_read_stops_no_other(stall: Path, capsys: Capture) -> None:
    library(stall.parents[1])
    (stall.parent / "stand").mkdir()
    (stall.parent / "stand" / "service.yaml").write_text("key: nothing\n")
    assert main(["test", str(stall.parents[1])]) == 1
    said = capsys.readouterr().out
    assert f"{stall.parent / 'stand'}: it cannot be tried; owso check says more." in said
    assert "Packages: 2." in said


def test_shared_processes_are_counted_over_all_services(tmp_path: Path, capsys: Capture) -> None:
    library(tmp_path)
    assert main(["test", str(tmp_path)]) == 0
    assert "shared/look: elements 5/5, flows 4/4, pages 2/2" in capsys.readouterr().out


def test_programs_get_one_object(stall: Path, capsys: Capture) -> None:
    assert main(["test", "--json", str(stall)]) == 0
    (package,) = json.loads(capsys.readouterr().out)["packages"]
    assert package["service"] == "tourism.stall"
    assert [tale["problems"] for tale in package["scenarios"]] == [[]]
    assert {spot["key"] for spot in package["tried"] if not spot["is_tried"]} == {"fees.many"}


def test_the_report_paints_diagrams_and_tables(stall: Path, tmp_path: Path, capsys: Capture) -> None:
    report = tmp_path / "report"
    assert main(["test", str(stall), "--report", str(report)]) == 0
    assert str(report / "index.html") in capsys.readouterr().out
    index, page = ((report / name).read_text() for name in ("index.html", "tourism.stall.html"))
    assert 'href="tourism.stall.html"' in index
    assert "Stall registration" in index
    assert '<tr class="untried"><td>&gt; 4</td>' in page
    assert '<tr class="tried"><td>&lt;= 4</td>' in page
    assert (report / "tourism.stall.process.svg").read_text().startswith("<svg")


def test_the_report_shows_every_copy_of_a_shared_process(tmp_path: Path) -> None:
    library(tmp_path)
    report = tmp_path / "report"
    assert main(["test", str(tmp_path), "--report", str(report)]) == 0
    page = (report / "tourism.stall.html").read_text()
    assert "shared/look/first.bpmn" in page
    assert (report / "tourism.stall.shared.look.second.svg").is_file()


def test_the_same_package_gives_the_same_report(stall: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["test", str(stall), "--report", str(tmp_path / name)]) == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_folder_without_packages_is_said(tmp_path: Path, capsys: Capture) -> None:
    assert main(["test", str(tmp_path)]) == 2
    assert "no package in" in capsys.readouterr().err
