"""The template of a draft's result beside what it draws: while one types, with a button, and when it cannot."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.documents import pdf
from engine.studio import drafts, saving
from engine.studio.bounds import LARGEST_FILE
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
TEMPLATE = (PACKAGE / "certificate.typ").read_text(encoding="utf-8")
PNG = b"\x89PNG"


@pytest.fixture
def draft(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)
    return f"/analyst/drafts/{key}"


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def drawn(browser: FlaskClient, draft: str, text: str, scenario: str = "") -> tuple[list[bytes], str]:
    """The pages that a script gets, and what is said beside them."""
    answer = browser.post(f"{draft}/certificate.json", json={"text": text, "scenario": scenario}).get_json()
    return [base64.b64decode(page.partition(",")[2]) for page in answer.get("pages", ())], answer["message"]


def words(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_template_stands_beside_a_specimen_of_the_first_scenario_that_issues(
    analyst: FlaskClient, draft: str
) -> None:
    assert f'href="{draft}/certificate"' in words(analyst, draft)
    shown = words(analyst, f"{draft}/certificate")
    assert "data:image/png;base64," in shown
    assert '<option value="two kilns, in order" selected>' in shown
    pages, said = drawn(analyst, draft, TEMPLATE)
    assert [page[:4] for page in pages] == [PNG]
    assert said == ""


def test_what_is_typed_is_drawn_with_the_answers_of_the_scenario_and_not_saved(
    analyst: FlaskClient, draft: str
) -> None:
    asks = '#let data = json(bytes(sys.inputs.data))\n#assert(data.{}, message: "not so")\n.'
    for holds in ('answers.kilns.value.en == "2"', 'number == "SPECIMEN"', 'holder.en == "SPECIMEN APPLICANT"'):
        pages, said = drawn(analyst, draft, asks.format(holds))
        assert (len(pages), said) == (1, "")
    assert drawn(analyst, draft, asks.format('number == "KP-1"')) == (
        [],
        "The result cannot be drawn: Line 2: assertion failed: not so",
    )
    assert analyst.get(f"{draft}/files/certificate.typ?raw").get_data(as_text=True) == TEMPLATE


def test_every_page_has_the_mark_of_a_specimen(
    analyst: FlaskClient, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = drawn(analyst, draft, "one\n#pagebreak()\ntwo")[0]
    monkeypatch.setattr("engine.results.specimens._MARK", "")
    bare = drawn(analyst, draft, "one\n#pagebreak()\ntwo ")[0]
    assert len(marked) == len(bare) == 2
    assert all(len(page) > 2 * len(other) for page, other in zip(marked, bare, strict=True))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one\n#let x = [", "Line 2: unclosed delimiter"),
        ('one\n#import "@preview/a:1.0.0"', "Line 2: «"),
        ("#let f() = f()\n#f()", "maximum function call depth exceeded"),
        ("#set page(width: 30000pt, height: 30000pt)\nx", "The template was stopped"),
        ("x" * (LARGEST_FILE + 1), "is larger than 1,024 kB"),
        ("a\0b", "is no text in UTF-8"),
    ],
)
def test_what_cannot_be_drawn_says_why(analyst: FlaskClient, draft: str, text: str, said: str) -> None:
    pages, found = drawn(analyst, draft, text)
    assert pages == []
    assert said in found


def test_more_pages_than_are_shown_are_told(analyst: FlaskClient, draft: str) -> None:
    pages, said = drawn(analyst, draft, "one #pagebreak() " * 9)
    assert len(pages) == 6
    assert said == "There are more pages than are shown here."


def test_a_scenario_without_a_result_is_told(analyst: FlaskClient, draft: str) -> None:
    assert drawn(analyst, draft, TEMPLATE, "nobody of that name") == (
        [],
        "This scenario issues no result. Choose another one.",
    )


def test_a_draft_with_errors_elsewhere_is_not_drawn_and_its_template_still_written(
    analyst: FlaskClient, draft: str
) -> None:
    analyst.put(f"{draft}/files/fees.dmn", json={"save": 1, "text": "broken"})
    shown = words(analyst, f"{draft}/certificate")
    assert "Correct the errors first" in shown
    assert "data:image" not in shown
    assert "#let data" in shown
    answer = analyst.post(f"{draft}/certificate.json", json={"text": TEMPLATE})
    assert (answer.status_code, "Correct the errors first" in answer.get_json()["message"]) == (409, True)


def test_an_error_of_the_template_itself_does_not_keep_it_from_being_drawn(analyst: FlaskClient, draft: str) -> None:
    moon = "#let data = json(bytes(sys.inputs.data))\n#data.answers.moon.value.en"
    problems = analyst.put(f"{draft}/files/certificate.typ", json={"save": 1, "text": moon}).get_json()["problems"]
    assert [one["file"] for one in problems if one["level"] == "error"] == ["certificate.typ"]
    assert "The result cannot be drawn: Line 2" in words(analyst, f"{draft}/certificate")
    assert len(drawn(analyst, draft, TEMPLATE)[0]) == 1


def test_without_scripts_a_button_draws_and_another_saves(analyst: FlaskClient, draft: str) -> None:
    sent = {"save": "1", "file_text": "#let broken = [", "scenario": "two kilns, in order", "words": ""}
    looked = analyst.post(f"{draft}/certificate", data=sent | {"draw": "1"}).get_data(as_text=True)
    assert "The result cannot be drawn: Line 1: unclosed delimiter" in looked
    assert "#let broken = [" in looked
    long = f"{TEMPLATE}\n// mine\n" + "// a remark that makes it long\n" * 2_000
    saved = analyst.post(f"{draft}/certificate", data=sent | {"file_text": long})
    assert saved.status_code == 303
    assert "// mine" in words(analyst, saved.location)


def test_of_two_the_later_sees_both_texts(analyst: FlaskClient, draft: str, kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        key, his = draft.rpartition("/")[2], {"certificate.typ": b"his"}
        saving.save(session, kilns.cast.visal.actor, key, his, based_on=1, now=NOW)
    answer = analyst.post(f"{draft}/certificate", data={"save": "1", "file_text": "hers"})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Ouch Visal saved certificate.typ meanwhile" in shown
    assert "\nhis</textarea>" in shown
    assert "\nhers</textarea>" in shown


def test_what_was_drawn_lately_is_not_drawn_again(
    analyst: FlaskClient, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = drawn(analyst, draft, TEMPLATE)
    monkeypatch.setattr(pdf, "pictures", None)
    assert drawn(analyst, draft, TEMPLATE) == first


def test_what_the_house_draws_has_no_template(
    analyst: FlaskClient, draft: str, kilns: Kilns, signed_in: SignIn
) -> None:
    text = analyst.get(f"{draft}/files/service.yaml?raw").get_data(as_text=True)
    changed = text.replace("certificate: {series: KP}", "result: register_entry\ncertificate: {series: KP}")
    analyst.put(f"{draft}/files/service.yaml", json={"save": 1, "text": changed})
    assert analyst.get(f"{draft}/certificate").status_code == 404
    assert signed_in(kilns.cast.kunthea).get(f"{draft}/certificate").status_code == 403
