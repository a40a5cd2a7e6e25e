"""The page on which a form of a draft is built: who may open it, what it is allowed, how form and words are saved."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.yaml_files import read_yaml
from engine.studio import drafts
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]
FORM = "form/forms/apply.json"


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


def given(page: str, name: str) -> str:
    found = re.search(rf"""data-{name}=(["'])(.*?)\1""", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[2])


def file_of(analyst: FlaskClient, draft: str, path: str) -> str:
    return analyst.get(f"{draft}/files/{path}?raw").get_data(as_text=True)


def form_with(text: str, *components: Any) -> str:
    form = json.loads(text)
    form["components"][0]["components"] += components
    return json.dumps(form)


def test_the_page_holds_the_form_its_words_and_every_kind_of_field(analyst: FlaskClient, draft: str) -> None:
    answer = analyst.get(f"{draft}/{FORM}")
    assert answer.status_code == 200
    assert given(answer.text, "text") == file_of(analyst, draft, "forms/apply.json")
    assert [one["key"] for one in json.loads(given(answer.text, "kinds"))] == list(FIELD_KINDS)
    assert "forms/apply/title/km" in json.loads(given(answer.text, "texts"))
    assert f"{draft}/files/forms/apply.json" in answer.text
    assert f"{draft}/page/apply" in answer.text


def test_the_page_may_have_style_attributes_and_no_program_of_text(analyst: FlaskClient, draft: str) -> None:
    policy = analyst.get(f"{draft}/{FORM}").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


def test_the_draft_and_the_file_lead_to_it(analyst: FlaskClient, draft: str) -> None:
    for page in ("", "/files/forms/apply.json"):
        assert f'href="{draft}/{FORM}"' in analyst.get(draft + page).text
    assert f"{draft}/form/texts.yaml" not in analyst.get(draft).text


def test_a_form_and_its_words_are_one_save(analyst: FlaskClient, draft: str) -> None:
    text = form_with(file_of(analyst, draft, "forms/apply.json"), {"type": "textfield", "key": "nickname"})
    label = "forms/apply/fields/nickname/label"
    words = {f"{label}/km": "ឈ្មោះហៅក្រៅ", f"{label}/en": "Nickname"}
    answer = analyst.put(
        f"{draft}/{FORM}", json={"save": 1, "text": text, "words": words, "was": dict.fromkeys(words, "")}
    )
    assert answer.status_code == 200
    assert not any(one["level"] == "error" for one in answer.get_json()["problems"])
    assert file_of(analyst, draft, "forms/apply.json") == text
    read: Any = read_yaml("texts.yaml", file_of(analyst, draft, "texts.yaml").encode()).value
    fields = read["forms"]["apply"]["fields"]
    assert fields["nickname"] == {"label": {"km": "ឈ្មោះហៅក្រៅ", "en": "Nickname"}}
    assert len(fields) > 1


def test_words_of_what_the_form_does_not_hold_any_more_go_with_it(analyst: FlaskClient, draft: str) -> None:
    before = file_of(analyst, draft, "texts.yaml")
    form = json.loads(file_of(analyst, draft, "forms/apply.json"))
    gone = form["components"][0]["components"].pop(0)["key"]
    answer = analyst.put(f"{draft}/{FORM}", json={"save": 1, "text": json.dumps(form)})
    after = file_of(analyst, draft, "texts.yaml")
    assert f"      {gone}:" in before
    assert f"      {gone}:" not in after
    assert len(after.splitlines()) < len(before.splitlines())
    told = [
        one for one in answer.get_json()["problems"] if one["file"] == "forms/apply.json" and one["rule"] == "texts"
    ]
    assert told == []


def test_words_that_are_taken_away_in_both_languages_leave_nothing_behind(analyst: FlaskClient, draft: str) -> None:
    before = file_of(analyst, draft, "texts.yaml")
    key = json.loads(file_of(analyst, draft, "forms/apply.json"))["components"][0]["components"][0]["key"]
    hint = f"forms/apply/fields/{key}/hint"
    there = {f"{hint}/km": "ណែនាំ", f"{hint}/en": "Hint"}
    analyst.put(f"{draft}/{FORM}", json={"save": 1, "text": None, "words": there, "was": dict.fromkeys(there, "")})
    assert "Hint" in file_of(analyst, draft, "texts.yaml")
    sent = {"save": 1, "text": None, "words": dict.fromkeys(there, ""), "was": there}
    analyst.put(f"{draft}/{FORM}", json=sent)
    assert file_of(analyst, draft, "texts.yaml") == before


def test_the_later_of_two_gets_the_form_of_the_other_and_nothing_of_theirs_is_saved(
    analyst: FlaskClient, draft: str, kilns: Kilns, signed_in: SignIn
) -> None:
    text = file_of(analyst, draft, "forms/apply.json")
    analyst.put(f"{draft}/{FORM}", json={"save": 1, "text": text + "\n"})
    other = signed_in(kilns.cast.visal)
    words = {"forms/apply/title/en": "His"}
    was = {"forms/apply/title/en": "Application"}
    answer = other.put(f"{draft}/{FORM}", json={"save": 1, "text": text + " ", "words": words, "was": was})
    assert answer.status_code == 409
    assert (answer.get_json()["text"], answer.get_json()["save"]) == (text + "\n", 2)
    assert "His" not in file_of(analyst, draft, "texts.yaml")


def test_the_later_of_two_gets_the_words_of_the_other(
    analyst: FlaskClient, draft: str, kilns: Kilns, signed_in: SignIn
) -> None:
    title = "forms/apply/title/en"
    was = json.loads(given(analyst.get(f"{draft}/{FORM}").text, "texts"))[title]
    sent = {"save": 1, "text": None, "was": {title: was}}
    analyst.put(f"{draft}/{FORM}", json=sent | {"words": {title: "Hers"}})
    other = signed_in(kilns.cast.visal)
    answer = other.put(f"{draft}/{FORM}", json=sent | {"words": {title: "His"}})
    assert answer.status_code == 409
    assert answer.get_json()["words"] == {title: "Hers"}
    assert (
        other.put(f"{draft}/{FORM}", json=sent | {"words": {title: "His"}, "was": {title: "Hers"}}).status_code == 200
    )


def test_texts_that_cannot_be_read_are_told_and_nothing_is_saved(analyst: FlaskClient, draft: str) -> None:
    text = file_of(analyst, draft, "forms/apply.json")
    analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": "a: [\n"})
    sent = {"save": 2, "text": text + "\n", "words": {"forms/apply/title/en": "x"}, "was": {}}
    answer = analyst.put(f"{draft}/{FORM}", json=sent)
    assert answer.status_code == 422
    assert "texts.yaml" in answer.get_json()["message"]
    assert file_of(analyst, draft, "forms/apply.json") == text
    assert analyst.get(f"{draft}/{FORM}").status_code == 200


def test_a_hostile_form_is_text_on_the_page_and_nothing_else(analyst: FlaskClient, draft: str) -> None:
    hostile = "\"'><script>alert(1)</script>{{ 7 * 7 }}"
    text = form_with(file_of(analyst, draft, "forms/apply.json"), {"type": "html", "key": hostile, "content": hostile})
    words = {"forms/apply/title/en": hostile}
    was = {
        "forms/apply/title/en": json.loads(given(analyst.get(f"{draft}/{FORM}").text, "texts"))["forms/apply/title/en"]
    }
    assert analyst.put(f"{draft}/{FORM}", json={"save": 1, "text": text, "words": words, "was": was}).status_code == 200
    page = analyst.get(f"{draft}/{FORM}").text
    assert "<script>alert" not in page
    assert given(page, "text") == text
    assert json.loads(given(page, "texts"))["forms/apply/title/en"] == hostile


@pytest.mark.parametrize(
    "sent", [{}, {"save": 1}, {"text": "{}"}, {"save": "1", "text": "{}"}, {"save": 9, "text": "{}"}]
)
def test_what_no_editor_sends_is_not_saved(analyst: FlaskClient, draft: str, sent: Any) -> None:
    answer = analyst.put(f"{draft}/{FORM}", json=sent)
    assert answer.status_code in (400, 409, 422)
    assert answer.get_json()["message"]


@pytest.mark.parametrize("path", ["texts.yaml", "forms/none.json", "forms/..", "shared/visit/forms/plan.json"])
def test_what_is_no_form_of_the_draft_is_not_built(analyst: FlaskClient, draft: str, path: str) -> None:
    assert analyst.get(f"{draft}/form/{path}").status_code == 404


@pytest.mark.parametrize("member", ["dara", "kunthea"])
def test_whoever_is_no_analyst_builds_nothing(kilns: Kilns, signed_in: SignIn, draft: str, member: str) -> None:
    browser = signed_in(getattr(kilns.cast, member))
    assert browser.get(f"{draft}/{FORM}").status_code == 403
    assert browser.put(f"{draft}/{FORM}", json={"save": 1, "text": "{}"}).status_code == 403


def test_grounds_of_a_refusal_stay_as_they_were_written(analyst: FlaskClient, draft: str) -> None:
    why = {
        "type": "radio", "key": "why", "values": [{"value": "kilns"}, {"value": "other"}],
        "validate": {"required": True}, "conditional": {"hide": '=result != "refuse"'},
        "properties": {"ground": "true", "told": "true"},
    }  # fmt: skip
    path, form = f"{draft}/form/forms/check.json", "forms/check/fields/why"
    text = form_with(file_of(analyst, draft, "forms/check.json"), why)
    places = [f"{form}/label", *(f"{form}/options/{value}" for value in ("kilns", "other"))]
    words = {f"{place}/{language}": "ក" for place in places for language in ("km", "en")}
    answer = analyst.put(path, json={"save": 1, "text": text, "words": words, "was": dict.fromkeys(words, "")})
    assert not any(one["level"] == "error" for one in answer.get_json()["problems"])
    assert file_of(analyst, draft, "forms/check.json") == text
    assert given(analyst.get(path).text, "text") == text
