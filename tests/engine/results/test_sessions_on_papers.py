"""A paper says on which days and where the sessions were that its case had chosen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pypdf
import pytest

from engine.house import House
from engine.packages import always_chosen, build_package, check_files
from engine.results import drawing
from tests.cast import Cast
from tests.small.courses import MEETING, MONDAY, courses
from tests.small.files import changed

FOLDER = "industry/pottery_course"
ON_MONDAY = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 10)
TOLD = (
    "#{ let one = data.sessions.course\n[#one.title.en: #one.day.en, #one.begins.en to #one.ends.en, #one.place.en] }\n"
)
"""How a template asks for a session that is always chosen."""
SHEET = f"#let data = json(bytes(sys.inputs.data))\n{TOLD}"
ISSUES = (
    ("process.bpmn", 'id="messages.send"', 'id="certificates.issue"'),
    ("service.yaml", "documents: []", "documents: []\ncertificate: {series: PC}\nvalidity: permanent"),
)


def issuing(sheet: str = SHEET, *changes: tuple[str, str, str]) -> dict[str, bytes]:
    """The course with a certificate behind the meeting."""
    return changed(FOLDER, *ISSUES, *changes, more={"certificate.typ": sheet.encode()})


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_paper_says_when_and_where_the_chosen_session_was(house: House, cast: Cast) -> None:
    pottery = courses(house, cast, issuing())
    friday, monday, key = pottery.session(), pottery.session(MONDAY), pottery.send()
    meeting = pottery.session(TUESDAY, kind=MEETING)
    pottery.choose(key, friday)
    pottery.change(key, monday)
    pottery.held(key, now=ON_MONDAY)
    pottery.claim(key, "meet", cast.rithy, now=ON_MONDAY)
    pottery.choose(key, meeting, who=cast.rithy, element="meet", now=ON_MONDAY)
    drawing.draw_now(house, pottery.service.row(key).id, now=ON_MONDAY)
    (paper,) = pottery.service.certificates(key)
    text = pypdf.PdfReader(BytesIO(house.files.get(paper.sha256))).pages[0].extract_text()
    assert "Course: 9 March 2026, 08:00 to 11:00, The hall" in " ".join(text.split())


def test_a_session_by_which_a_way_passes_is_not_certain() -> None:
    assert always_chosen(build_package(issuing())) == {"course", "meeting"}
    by_the_way = (
        (
            "process.bpmn",
            'id="f12" sourceRef="which" targetRef="approve"',
            'id="f12" sourceRef="which" targetRef="tell"',
        ),
        ("process.bpmn", "<bpmn:incoming>f12</bpmn:incoming>", ""),
        (
            "process.bpmn",
            "<bpmn:incoming>f6</bpmn:incoming>",
            "<bpmn:incoming>f6</bpmn:incoming><bpmn:incoming>f12</bpmn:incoming>",
        ),
    )
    assert always_chosen(build_package(issuing(SHEET, *by_the_way))) == {"course"}


@pytest.mark.parametrize(
    ("asked", "key", "known"),
    [
        ("#data.sessions.exam.day.km", "exam", "course, meeting"),
        ("#data.sessions.course.hour.km", "hour", "title, day, last_day, begins, ends, place"),
        ("#data.sessions.course.day.fr", "fr", "km, en"),
        ('#data.sessions.at("exam", default: none)', "exam", "course, meeting"),
    ],
)
def test_a_template_that_asks_for_what_no_session_says_is_refused(asked: str, key: str, known: str) -> None:
    found = [one for one in check_files(issuing(f"{SHEET}{asked}\n")) if one.rule == "certificate"]
    assert any(
        f"no “{key}” here; write one of: {known}." in one.message and one.line == SHEET.count("\n") + 1 for one in found
    )
