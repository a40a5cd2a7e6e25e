"""A draft that is not finished leads on from each of its pages: to its errors, and to the files that it lacks."""

from __future__ import annotations

import pytest

from engine.studio import drafts
from tests.cast import NOW
from tests.small.cases import SERVICE, Kilns
from tests.web.analyst.test_plays import MONDAY, Player, SignIn, words


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def test_what_cannot_be_done_with_errors_leads_to_them(kilns: Kilns, signed_in: SignIn, key: str) -> None:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    home = f"/analyst/drafts/{key}"
    assert "Put it into a release" in words(browser.get(home))
    player = Player(browser, key).sent()
    assert browser.put(f"{home}/files/service.yaml", json={"save": 1, "text": "key: a.b\n"}).status_code == 200
    for page in (f"{home}/scenarios", player.play, f"{player.play}/tasks/pay"):
        answer = browser.get(page)
        assert answer.status_code == 409
        assert "Correct the errors first" in words(answer)
        assert f'href="{home}"' in words(answer)
    assert browser.post(f"{home}/play", data=MONDAY).status_code == 409
    assert "Put it into a release" not in words(browser.get(home))


def test_a_problem_leads_to_the_page_that_changes_its_file_too(kilns: Kilns, signed_in: SignIn, key: str) -> None:
    browser = signed_in(kilns.cast.chenda)
    home = f"/analyst/drafts/{key}"
    for number, (path, page) in enumerate(
        {
            "fees.dmn": "decision/fees.dmn",
            "forms/apply.json": "form/forms/apply.json",
            "process.bpmn": "process/process.bpmn",
            "tests.yaml": "play",
            "texts.yaml": "texts",
            "service.yaml": "facts",
        }.items(),
        start=1,
    ):
        browser.put(f"{home}/files/{path}", json={"save": number, "text": "{"})
        beside = words(browser.get(home)).partition("data-problems-list")[2]
        assert f'href="{home}/{page}"' in beside, path
    assert f'href="{home}/facts"' in words(browser.get(f"{home}/files/service.yaml"))


def test_a_file_that_a_problem_names_and_nobody_wrote_yet_is_added_where_the_problem_leads(
    kilns: Kilns, signed_in: SignIn, key: str
) -> None:
    browser = signed_in(kilns.cast.chenda)
    file = f"/analyst/drafts/{key}/files/forms/visit.json"
    asked = browser.get(file)
    assert asked.status_code == 404
    assert 'name="path" value="forms/visit.json"' in words(asked)
    added = browser.post(f"/analyst/drafts/{key}/add", data={"save": "1", "path": "forms/visit.json"})
    assert added.location == file
    assert browser.get(file).status_code == 200


def test_a_certificate_that_is_added_can_be_drawn_before_anybody_wrote_on_it(
    kilns: Kilns, signed_in: SignIn, key: str
) -> None:
    browser = signed_in(kilns.cast.chenda)
    browser.post(f"/analyst/drafts/{key}/remove", data={"save": "1", "path": "certificate.typ"})
    assert browser.get(f"/analyst/drafts/{key}/files/certificate.typ").status_code == 404
    browser.post(f"/analyst/drafts/{key}/add", data={"save": "2", "path": "certificate.typ"})
    drawn = browser.get(f"/analyst/drafts/{key}/certificate")
    assert 'src="data:image/png' in words(drawn)
    problems = browser.get(f"/analyst/drafts/{key}/problems.json").get_json()["problems"]
    assert [one for one in problems if one["file"] == "certificate.typ" and one["level"] == "error"] == []


def test_a_draft_without_scenarios_leads_to_playing_them(kilns: Kilns, signed_in: SignIn, key: str) -> None:
    browser = signed_in(kilns.cast.chenda)
    browser.post(f"/analyst/drafts/{key}/remove", data={"save": "1", "path": "tests.yaml"})
    asked = browser.get(f"/analyst/drafts/{key}/files/tests.yaml")
    assert asked.status_code == 404
    assert f'href="/analyst/drafts/{key}/play"' in words(asked)


def test_no_file_is_offered_that_no_draft_may_have_and_none_of_another_ministry(
    kilns: Kilns, signed_in: SignIn, key: str
) -> None:
    browser = signed_in(kilns.cast.chenda)
    for path in ("Visit.JSON", "a/b/c/d/e.json", "visit", "%2e%2e/secret.yaml"):
        answer = browser.get(f"/analyst/drafts/{key}/files/{path}")
        assert answer.status_code == 404
        assert 'name="path"' not in words(answer)
    stranger = signed_in(kilns.cast.bopha).get(f"/analyst/drafts/{key}/files/forms/visit.json")
    assert stranger.status_code in (403, 404)
    assert 'name="path"' not in words(stranger)
