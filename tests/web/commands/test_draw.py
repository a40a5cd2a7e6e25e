"""``owso draw``: diagrams as pictures, and those of the analyst's guide, which are the newest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web.cli import main
from web.commands.draw import drawn
from web.commands.new import SHAPES

PROCESSES = Path(__file__).parents[3] / "processes"
SHOWN = [*PROCESSES.glob("shared/*/process.bpmn"), *PROCESSES.glob("shapes/*/process.bpmn")]
GUIDES = {"en": PROCESSES / "README.md", "km": PROCESSES / "README.km.md"}

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize("drawing", SHOWN, ids=lambda path: f"{path.parts[-3]}.{path.parts[-2]}")
def test_the_pictures_of_the_guide_are_those_of_the_diagrams(drawing: Path, language: str) -> None:
    picture = PROCESSES / "pictures" / language / f"{drawing.parts[-3]}.{drawing.parts[-2]}.svg"
    assert picture.read_text("utf-8") == drawn(drawing, language), "owso draw draws them anew"
    assert f"(pictures/{language}/{picture.name})" in GUIDES[language].read_text("utf-8")


@pytest.mark.parametrize(("language", "guide"), GUIDES.items())
def test_the_guide_shows_nothing_that_is_not_there(language: str, guide: Path) -> None:
    text = guide.read_text("utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in linked if not (PROCESSES / link).exists()] == []
    assert {path.name for path in (PROCESSES / "pictures" / language).iterdir()} == {
        Path(link).name for link in linked if link.startswith("pictures/")
    }
    assert all(f"**{shape}**" in text for shape in SHAPES)


def test_both_guides_have_the_same_steps_and_tables() -> None:
    english, khmer = (guide.read_text("utf-8") for guide in GUIDES.values())
    for mark in (r"^## ", r"^\| ", r"^    owso ", r"^!\["):
        assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, khmer, re.MULTILINE)), mark


@pytest.mark.parametrize("part", sorted(path.name for path in PROCESSES.glob("shared/*")))
def test_a_khmer_picture_has_no_english_words(part: str) -> None:
    drawing = drawn(PROCESSES / "shared" / part / "process.bpmn", "km")
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", drawing, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]+", words) == []


def test_a_service_is_drawn_with_its_own_words(tmp_path: Path, capsys: Capture) -> None:
    assert main(["draw", str(PROCESSES / "tourism"), "--to", str(tmp_path), "--lang", "en"]) == 0
    assert str(tmp_path / "tourism.guesthouse_licence.svg") in capsys.readouterr().out


def test_what_cannot_be_drawn_is_said_and_stops_nothing(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "all" / "service"
    folder.mkdir(parents=True)
    (folder / "process.bpmn").write_text("no drawing")
    (folder / "other.bpmn").write_bytes((PROCESSES / "shared" / "payment" / "process.bpmn").read_bytes())
    assert main(["draw", str(tmp_path), "--to", str(tmp_path / "out")]) == 1
    assert "process.bpmn cannot be drawn" in capsys.readouterr().err
    assert (tmp_path / "out" / "all.service.other.svg").is_file()


def test_a_folder_without_drawings_is_said(tmp_path: Path, capsys: Capture) -> None:
    assert main(["draw", str(tmp_path), "--to", str(tmp_path / "out")]) == 2
    assert "no drawing in" in capsys.readouterr().err
