"""A form of a draft as an applicant would see it, as it was saved and as it is typed; and that nothing of it works."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.studio import drafts
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]
HOSTILE = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'


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


def form_of(analyst: FlaskClient, draft: str) -> Any:
    return json.loads(analyst.get(f"{draft}/files/forms/apply.json?raw").data)


def typed(analyst: FlaskClient, draft: str, form: Any, **more: Any) -> TestResponse:
    return analyst.post(f"{draft}/form/forms/apply.json", json={"text": json.dumps(form)} | more)


def test_the_page_is_the_one_that_applicants_get_and_leads_to_the_others(analyst: FlaskClient, draft: str) -> None:
    pages = form_of(analyst, draft)["components"]
    first = analyst.get(f"{draft}/page/apply")
    assert first.status_code == 200
    assert f"Page 1 of {len(pages)}" in first.text
    assert f"page={pages[0]['id']}" in first.text
    pages.append({"type": "group", "id": "last", "components": [{"type": "textfield", "key": "nickname"}]})
    text = json.dumps({"type": "default", "id": "apply", "components": pages})
    analyst.put(f"{draft}/files/forms/apply.json", json={"save": 1, "text": text})
    last = analyst.get(f"{draft}/page/apply?page=last")
    assert f"Page {len(pages)} of {len(pages)}" in last.text
    assert "nickname" in last.text
    assert 'lang="km"' in analyst.get(f"{draft}/page/apply?lang=km").text[:200]


def test_nothing_of_the_page_runs_or_can_be_sent_and_only_we_may_frame_it(analyst: FlaskClient, draft: str) -> None:
    answer = analyst.get(f"{draft}/page/apply")
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("script-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "style-src 'self'"):
        assert rule in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<form" not in answer.text
    assert "<script" not in answer.text
    assert analyst.get(draft).headers["X-Frame-Options"] == "DENY"


def test_what_is_typed_is_shown_with_its_words_in_the_language_asked_for(analyst: FlaskClient, draft: str) -> None:
    form = form_of(analyst, draft)
    page = form["components"][0]
    page["components"].append({"type": "textfield", "key": "nickname"})
    words = {"forms/apply/fields/nickname/label/km": "ឈ្មោះហៅក្រៅ", "forms/apply/fields/nickname/label/en": "Nickname"}
    shown = {
        language: typed(analyst, draft, form, words=words, page=page["id"], language=language).get_json()
        for language in ("km", "en")
    }
    assert "ឈ្មោះហៅក្រៅ" in shown["km"]["html"]
    assert "Nickname" in shown["en"]["html"]
    assert shown["en"]["page"] == page["id"]
    assert "nickname" not in analyst.get(f"{draft}/page/apply").text


def test_what_would_be_wrong_is_told_with_the_field(analyst: FlaskClient, draft: str) -> None:
    form = form_of(analyst, draft)
    form["components"][0]["components"].append({"type": "textfield", "key": "nickname"})
    found = typed(analyst, draft, form).get_json()["problems"]
    assert [one["element"] for one in found if one["level"] == "error"] == ["nickname"]
    assert analyst.get(f"{draft}/problems.json").get_json()["problems"] != found


def test_a_condition_is_shown_as_it_is_written_and_what_it_hides_too(analyst: FlaskClient, draft: str) -> None:
    form = form_of(analyst, draft)
    known = form["components"][0]["components"][0]["key"]
    form["components"][-1]["components"][0]["conditional"] = {"hide": f'{known} = "a"'}
    html = typed(analyst, draft, form, page=form["components"][-1]["id"]).get_json()["html"]
    assert "The next one is not asked when" in html
    assert f"{known} = &#34;a&#34;" in html


def test_hostile_words_are_never_markup(analyst: FlaskClient, draft: str) -> None:
    form = form_of(analyst, draft)
    page = form["components"][0]
    key = page["components"][0]["key"]
    words = {f"forms/apply/fields/{key}/label/en": HOSTILE, f"forms/apply/pages/{page['id']}/en": HOSTILE}
    html = typed(analyst, draft, form, words=words, page=page["id"]).get_json()["html"]
    assert "alert(1)" in html
    assert "<img" not in html
    assert "<script" not in html


@pytest.mark.parametrize("text", ["", "{", "[]", '{"components": 3}', '{"components": [1]}', "[" * 100_000])
def test_a_form_that_cannot_be_read_has_no_page_but_problems(analyst: FlaskClient, draft: str, text: str) -> None:
    data = analyst.post(f"{draft}/form/forms/apply.json", json={"text": text}).get_json()
    assert data["html"] == ""
    assert any(one["file"] == "forms/apply.json" for one in data["problems"])


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {},
        {"text": 1},
        {"text": "{}", "words": []},
        {"text": "{}", "words": {"summary/en": "x"}},
        {"text": "{}", "words": {"forms/apply/title/en": 1}},
        {"text": "{}", "words": {"forms/apply/title/en": "x" * 20_001}},
        {"text": "{}", "words": {"forms/apply/title/en": "x\0"}},
        {"text": "{}", "words": {"forms/apply/title/km": "ក" + "\u17d2" * 400}},
        {"text": "{}", "words": {f"forms/apply/fields/f{number}/label/en": "x" for number in range(4_001)}},
        {"text": "x\0"},
    ],
)
def test_what_no_editor_sends_is_refused(analyst: FlaskClient, draft: str, sent: Any) -> None:
    answer = analyst.post(f"{draft}/form/forms/apply.json", json=sent)
    assert answer.status_code in (400, 422)
    assert answer.get_json()["message"]


@pytest.mark.parametrize("path", ["page/nothing", "page/..", "page/texts.yaml"])
def test_what_is_no_form_of_the_draft_has_no_page(analyst: FlaskClient, draft: str, path: str) -> None:
    assert analyst.get(f"{draft}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["texts.yaml", "forms/../texts.yaml", "shared/visit/forms/plan.json"])
def test_what_is_no_form_is_not_typed_as_one(analyst: FlaskClient, draft: str, path: str) -> None:
    assert analyst.post(f"{draft}/form/{path}", json={"text": "{}"}).status_code == 404


@pytest.mark.parametrize("member", ["dara", "kunthea"])
def test_whoever_is_no_analyst_sees_none_of_it(kilns: Kilns, signed_in: SignIn, draft: str, member: str) -> None:
    browser = signed_in(getattr(kilns.cast, member))
    assert browser.get(f"{draft}/page/apply").status_code == 403
    assert browser.post(f"{draft}/form/forms/apply.json", json={"text": "{}"}).status_code == 403
