"""What editors of a draft exchange with the server: files, saves, problems, names, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.studio import drafts
from engine.studio.bounds import LARGEST_FILE
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The address of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)
    return f"/analyst/drafts/{key}"


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def test_a_file_is_read_as_it_is_and_as_json_with_the_number_of_the_save(analyst: FlaskClient, draft: str) -> None:
    raw = analyst.get(f"{draft}/files/texts.yaml?raw")
    data = analyst.get(f"{draft}/files/texts.yaml", headers={"Accept": "application/json"}).get_json()
    assert raw.headers["ETag"] == '"1"'
    assert raw.content_type == "text/plain; charset=utf-8"
    assert data == {"path": "texts.yaml", "save": 1, "text": raw.get_data(as_text=True)}


def test_a_save_answers_with_its_number_and_the_problems_of_the_whole(analyst: FlaskClient, draft: str) -> None:
    text = analyst.get(f"{draft}/files/texts.yaml?raw").get_data(as_text=True)
    answer = analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": text.replace("stages:", "stage:")})
    data = answer.get_json()
    assert (answer.status_code, data["save"]) == (200, 2)
    first = data["problems"][0]
    assert (first["file"], first["level"]) == ("texts.yaml", "error")
    assert "stage" in first["message"]
    assert set(first) == {"file", "line", "element", "name", "message", "remedy", "level", "rule"}
    assert analyst.get(f"{draft}/problems.json").get_json()["problems"] == data["problems"]


def test_the_later_of_two_gets_the_text_of_the_other(
    analyst: FlaskClient, draft: str, kilns: Kilns, signed_in: SignIn
) -> None:
    analyst.put(f"{draft}/files/notes.yaml", json={"save": 1, "text": "hers"})
    other = signed_in(kilns.cast.visal)
    other.set_cookie("lang", "en")
    answer = other.put(f"{draft}/files/notes.yaml", json={"save": 1, "text": "his"})
    data = answer.get_json()
    assert answer.status_code == 409
    assert (data["save"], data["by"], data["text"], data["file"]) == (2, "Tep Chenda", "hers", "notes.yaml")


def test_what_is_typed_is_examined_and_not_saved(analyst: FlaskClient, draft: str) -> None:
    answer = analyst.post(f"{draft}/problems.json", json={"path": "service.yaml", "text": "key: 1"})
    assert any(one["file"] == "service.yaml" and one["level"] == "error" for one in answer.get_json()["problems"])
    assert analyst.get(f"{draft}/problems.json").get_json()["problems"] != answer.get_json()["problems"]


def test_pickers_get_what_may_be_named(analyst: FlaskClient, draft: str) -> None:
    names = analyst.get(f"{draft}/names.json").get_json()
    assert {"key": "front_office", "label": "Front office"} in names["groups"]
    assert {"key": "province", "label": "at the province"} in names["levels"]
    assert "apply" in [form["key"] for form in names["forms"]]
    assert any(one["key"] == "messages.send" and one["needs"] == ["message"] for one in names["operations"])
    assert any(one["key"] == "inspection" and one["element"] == "shared_inspection" for one in names["shared"])
    assert {"name": "working_days", "least": 1, "most": 1} in names["functions"]
    decided = next(one for one in names["variables"] if one["name"] == "result")
    assert [value["key"] for value in decided["question"]["values"]] == ["ok", "return", "refuse"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("texts.exe.yaml", 422), ("%2e%2e/texts.yaml", 422), (".git/config", 422), ("Texts.yaml", 422)],
)
def test_no_file_is_saved_where_none_may_lie(analyst: FlaskClient, draft: str, path: str, status: int) -> None:
    answer = analyst.put(f"{draft}/files/{path}", json={"save": 1, "text": "x"})
    assert answer.status_code == status
    assert analyst.get(f"{draft}/files/{path}?raw").status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b"[" * 100_000, b'{"save": 1}', b'{"text": "x"}', b'{"save": true, "text": "x"}',
     b'{"save": "1", "text": "x"}', b'{"save": 1, "text": 1}', b'{"save": 1, "text": "\\ud800"}',
     b'{"save": 1e400, "text": ""}',
     b'{"save": 1, "text": "a\\u0000b"}', b'{"save": 99999999999999999999999, "text": "x"}'],
)  # fmt: skip
def test_what_no_editor_sends_is_refused_in_words(analyst: FlaskClient, draft: str, body: bytes) -> None:
    answer = analyst.put(f"{draft}/files/notes.yaml", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.get_json()["message"]


def test_a_file_that_is_too_large_is_refused(analyst: FlaskClient, draft: str) -> None:
    answer = analyst.put(f"{draft}/files/notes.yaml", json={"save": 1, "text": "x" * (LARGEST_FILE + 1)})
    assert (answer.status_code, "1,024 kB" in answer.get_json()["message"]) == (422, True)


def test_a_draft_is_nobodys_business_who_is_no_analyst(draft: str, kilns: Kilns, signed_in: SignIn) -> None:
    officer = signed_in(kilns.cast.kunthea)
    for address in (f"{draft}/files/texts.yaml?raw", f"{draft}/problems.json", f"{draft}/names.json"):
        assert officer.get(address).status_code == 403
    assert officer.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": ""}).status_code == 403


def test_a_page_says_that_it_is_there_and_is_told_of_the_others(
    analyst: FlaskClient, draft: str, kilns: Kilns, signed_in: SignIn
) -> None:
    other = signed_in(kilns.cast.visal)
    assert analyst.post(f"{draft}/here", json={"file": "fees.dmn"}).get_json() == {"others": []}
    (seen,) = other.post(f"{draft}/here", json={"file": "fees.dmn"}).get_json()["others"]
    assert seen["words"].startswith("ទេព ចិន្តា កំពុងមើល fees.dmn។")
    assert seen["is_here"]
    (him,) = analyst.post(f"{draft}/here", json={"file": ""}).get_json()["others"]
    assert (him["words"], him["is_here"]) == ("Ouch Visal is looking at fees.dmn.", False)
    for page in ("", "/files/texts.yaml", "/texts", "/facts", "/certificate", "/process/process.bpmn"):
        assert f'data-here="{draft}/here"' in analyst.get(f"{draft}{page}").get_data(as_text=True)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"file": 1}', b'{"file": "../x"}', b'{"file": "a b"}'])
def test_a_file_that_nobody_can_have_open_is_refused(analyst: FlaskClient, draft: str, body: bytes) -> None:
    answer = analyst.post(f"{draft}/here", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.get_json()["message"]


def test_a_draft_that_is_not_there_is_not_found(analyst: FlaskClient) -> None:
    assert analyst.get("/analyst/drafts/nothing/problems.json").status_code == 404
