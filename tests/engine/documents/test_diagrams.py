"""Diagrams as pictures: what is drawn is there, where it is drawn, and the same file gives the same picture."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.bpmn import XmlRefused
from engine.documents.diagrams import picture
from engine.documents.label_lines import COENG, lines_of, width_of

PROCESSES = Path(__file__).parents[3] / "processes"
DRAWINGS = sorted(PROCESSES.rglob("process.bpmn"))
GUESTHOUSE = (PROCESSES / "tourism" / "guesthouse_licence" / "process.bpmn").read_bytes()
NAMED = re.compile(r'<bpmn:(?:\w*[tT]ask|\w+Event|\w+Gateway|callActivity|lane) id="\w+" name="([^"]+)"')
SVG = "{http://www.w3.org/2000/svg}"


def words_in(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [" ".join("".join(line.itertext()) for line in text) for text in root.iter(f"{SVG}text")]


def groups(svg: str, mark: str) -> int:
    return len([one for one in ElementTree.fromstring(svg).iter(f"{SVG}g") if one.get("class") == mark])


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: f"{path.parts[-3]}.{path.parts[-2]}")
def test_every_drawing_becomes_a_picture_with_all_its_words(path: Path) -> None:
    drawn = path.read_bytes()
    svg = picture(drawn, title="A picture")
    said = " ".join(words_in(svg)).replace("…", "")
    for name in re.findall(
        r'<bpmn:(?:\w*[tT]ask|\w+Event|\w+Gateway|callActivity|lane) id="\w+" name="([^"]+)"', drawn.decode()
    ):
        assert name.split()[0] in said, name
    shapes = len(re.findall("<bpmndi:BPMNShape ", drawn.decode())) + len(
        re.findall("<bpmndi:BPMNEdge ", drawn.decode())
    )
    assert svg.count("<g>") + svg.count("<g transform") - svg.count("rotate(-90") == shapes


def test_the_same_file_gives_the_same_picture() -> None:
    assert picture(GUESTHOUSE, title="One") == picture(GUESTHOUSE, title="One")


def test_everything_lies_within_the_picture() -> None:
    root = ElementTree.fromstring(picture(GUESTHOUSE, title="One"))
    left, top, width, height = map(float, (root.get("viewBox") or "").split())
    for box in root.iter(f"{SVG}rect"):
        x, y, wide, high = (float(box.get(name) or 0) for name in ("x", "y", "width", "height"))
        assert left < x
        assert top < y
        assert x + wide < left + width
        assert y + high < top + height


def test_words_in_another_language_take_the_place_of_those_drawn() -> None:
    svg = picture(GUESTHOUSE, title="One", names={"pay": "បង់កម្រៃសេវា"})
    assert "Pay the fee" not in " ".join(words_in(svg))
    assert "បង់កម្រៃសេវា" in " ".join(words_in(svg)).replace(" ", "")


def test_marks_are_painted_at_elements_and_flows() -> None:
    svg = picture(
        GUESTHOUSE, title="One", marks={"pay": "tried", "paid": "tried", "check": "untried", "reject": "excused"}
    )
    assert (groups(svg, "tried"), groups(svg, "untried"), groups(svg, "excused")) == (2, 1, 1)


def test_words_cannot_become_markup() -> None:
    drawn = GUESTHOUSE.replace(b'name="Pay the fee"', b'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    svg = picture(drawn, title="<b>One</b>", names={"check": "<i>two</i>"})
    assert not {"script", "b", "i"} & {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(svg).iter()}


def test_a_file_without_places_is_an_empty_picture() -> None:
    drawn = GUESTHOUSE[: GUESTHOUSE.index(b"<bpmndi:BPMNDiagram")] + b"</bpmn:definitions>"
    assert words_in(picture(drawn, title="One")) == []


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(XmlRefused):
        picture(b"not a drawing", title="One")


def test_words_are_broken_at_blanks_and_long_ones_within() -> None:
    assert lines_of("Check that everything is there", 100, 12, 4) == ["Check that", "everything is", "there"]
    assert len(lines_of("Supercalifragilisticexpialidocious", 60, 12, 9)) > 2


def test_khmer_is_never_broken_within_a_syllable() -> None:
    lines = lines_of("ពិនិត្យភាពគ្រប់គ្រាន់នៃឯកសារទាំងអស់របស់អ្នកស្នើសុំ", 60, 12, 20)
    assert len(lines) > 2
    for line in lines:
        assert not line.endswith(COENG)
        assert "\u1780" <= line[0] <= "\u17b3"


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert lines_of("one two three four five", 20, 12, 2)[-1].endswith("…")


def test_signs_above_and_below_a_letter_take_no_room() -> None:
    assert width_of("ក្ក", 10) == width_of("ក", 10)
    assert width_of("កិ", 10) == width_of("ក", 10)
