"""Facts as fields, over HTTP and without scripts: rows are added, moved and taken away, and the rest stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from engine.packages import read_files
from engine.studio import drafts, keeping, saving
from engine.studio.facts import KEYS
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.web.analyst.filled import filled
from web.analyst.draft_words import FACTS

SignIn = Callable[[Member], FlaskClient]
FILE = "service.yaml"
DOCUMENTS = """documents:
  # drawn by the owner
  - {key: kiln_plan, accepts: [jpg, pdf], required: true, copies: 2}
  - {key: id_card}
"""
TEXT = read_files(PACKAGE)[FILE].decode().replace("documents: []\n", DOCUMENTS)
BEFORE = TEXT.splitlines()


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.chenda.actor
        key = drafts.begin_from_version(session, kilns.house, actor, SERVICE, words="Begun", now=NOW)
        saving.save(session, actor, key, {FILE: TEXT.encode()}, based_on=1, now=NOW)
        return key


@pytest.fixture
def facts(key: str) -> str:
    return f"/analyst/drafts/{key}/facts"


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return in_english(signed_in(kilns.cast.chenda))


@pytest.fixture
def other(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return in_english(signed_in(kilns.cast.visal))


def in_english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("lang", "en")
    return browser


def page(browser: FlaskClient, facts: str) -> str:
    answer = browser.get(facts)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form(browser: FlaskClient, facts: str) -> MultiDict[str, str]:
    return filled(page(browser, facts), "ow-fact-form")


def written(kilns: Kilns, key: str) -> list[str]:
    with kilns.house.database.reading() as session:
        found = keeping.find(session, kilns.cast.chenda.actor, key)
        return keeping.file_in(session, keeping.save_of(session, found), FILE).decode().splitlines()


def differs(kilns: Kilns, key: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    after = written(kilns, key)
    return [line for line in BEFORE if line not in after], [line for line in after if line not in BEFORE]


def changed(sent: MultiDict[str, str], **texts: str) -> MultiDict[str, str]:
    """The form with other texts; ``documents_0_copies`` is the field of that row."""
    done = MultiDict(sent)
    for name, text in texts.items():
        fact, at, leaf = name.split("__")
        done[f"field:{fact}:{at}:{leaf}"] = text
    return done


def test_every_fact_has_help_and_what_is_sent_as_it_was_changes_nothing(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    assert set(FACTS) == set(KEYS)
    shown = page(analyst, facts)
    for name in KEYS:
        assert f"<code>{name}</code>" in shown
        assert str(FACTS[name]) in unescape(shown)
    sent = filled(shown, "ow-fact-form")
    assert sent["field:documents:0:key"] == "kiln_plan"
    assert analyst.post(facts, data=sent).status_code == 303
    assert written(kilns, key) == BEFORE


def test_what_may_be_named_is_offered(analyst: FlaskClient, facts: str) -> None:
    shown = page(analyst, facts)
    offered = {
        "fee-decision": "fees", "variables-value": "apply.kilns", "certificate-document": "kiln_plan",
        "renews-value": SERVICE, "rules-name": "apply", "rules-at": "kilns", "provenance-name": "legal_basis",
    }  # fmt: skip
    for place, name in offered.items():
        (names,) = re.findall(rf'<datalist id="offers-{place}">(.*?)</datalist>', shown)
        assert f'<option value="{name}">' in names
        assert f'list="offers-{place}"' in shown or place.startswith("rules")
    (days,) = re.findall(r'<datalist id="offers-validity-until">(.*?)</datalist>', shown)
    assert days == ""


def test_a_field_changes_its_own_line(analyst: FlaskClient, facts: str, key: str, kilns: Kilns) -> None:
    sent = form(analyst, facts)
    analyst.post(facts, data=changed(sent, term__0__term="12 working days", documents__0__copies="3"))
    gone, new = differs(kilns, key)
    assert len(gone) == len(new) == 2
    assert "term: 12 working days" in new
    assert any("copies: 3" in line for line in new)


def test_boxes_choices_and_conditions_are_written(analyst: FlaskClient, facts: str, key: str, kilns: Kilns) -> None:
    sent = form(analyst, facts)
    sent.setlist("field:office_levels:0:value", ["district", "ministry"])
    sent.setlist("field:documents:0:accepts", ["png"])
    sent["field:documents:0:required"], sent["field:documents:0:required/if"] = "when", "kilns >  5"
    sent["field:fee:0:pay"] = "on_approval"
    analyst.post(facts, data=sent)
    new = " ".join(differs(kilns, key)[1])
    for said in ("office_levels: [ministry, district]", "accepts: [png]", "required: kilns > 5", "pay: on_approval"):
        assert said in new
    again = form(analyst, facts)
    assert again.getlist("field:office_levels:0:value") == ["ministry", "district"]
    assert (again["field:documents:0:required"], again["field:documents:0:required/if"]) == ("when", "kilns > 5")


def test_rows_come_move_and_go_without_a_save_until_it_is_asked_for(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    def act(sent: MultiDict[str, str], what: str) -> MultiDict[str, str]:
        answer = analyst.post(facts, data=MultiDict([*sent.items(multi=True), ("do", f"stages:{what}")]))
        assert answer.status_code == 200
        return filled(answer.get_data(as_text=True), "ow-fact-form")

    sent = form(analyst, facts)
    before = [text for name, text in sent.items() if name.startswith("field:stages:")]
    sent = act(sent, "add")
    sent[f"field:stages:{len(before)}:value"] = "visited"
    sent = act(act(sent, f"{len(before)}:up"), "0:remove")
    sent = act(sent, "0:up")  # the first stays where it is
    assert written(kilns, key) == BEFORE
    analyst.post(facts, data=sent)
    wanted = [*before[1:-1], "visited", before[-1]]
    assert f"stages: [{', '.join(wanted)}]" in written(kilns, key)


def test_what_is_wrong_is_said_at_its_field_in_the_language_of_the_reader(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    analyst.post(facts, data=changed(form(analyst, facts), documents__0__copies="many", term__0__term="soon"))
    shown = page(analyst, facts)
    assert 'href="#fact-documents-0-copies"' in shown
    at = shown.index('id="wrong-fact-documents-0-copies"')
    assert "Write a whole number." in shown[at : at + 120]
    assert 'id="wrong-fact-term-0-term"' in shown
    analyst.set_cookie("lang", "km")
    assert "សូមសរសេរចំនួនគត់។" in page(analyst, facts)
    assert form(analyst, facts)["field:documents:0:copies"] == "many"


def test_what_fields_cannot_express_stays_as_it_is_written(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    text = TEXT.replace("certificate: {series: KP}", "certificate: {series: KP, more: [kilns]}")
    analyst.put(facts.replace("facts", f"files/{FILE}"), json={"save": 2, "text": text})
    sent = form(analyst, facts)
    assert sent["fact:certificate"] == "{series: KP, more: [kilns]}"
    sent["fact:certificate"] = "{series: KQ, more: [kilns]}"
    analyst.post(facts, data=sent)
    assert "certificate: {series: KQ, more: [kilns]}" in written(kilns, key)


@pytest.mark.parametrize("text", ["{", "{series: KP}\r\nkey: a.b", '"'])
def test_a_text_that_is_no_yaml_is_refused_and_stays_on_the_page(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns, text: str
) -> None:
    sent = form(analyst, facts)
    del sent["fields:renewal"]
    answer = analyst.post(facts, data=MultiDict([*sent.items(multi=True), ("fact:renewal", text)]))
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "renewal: the value cannot be read" in shown
    assert filled(shown, "ow-fact-form")["fact:renewal"] == text
    assert written(kilns, key) == BEFORE


def test_two_rows_of_one_name_are_refused_and_stay_on_the_page(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    sent = changed(
        form(analyst, facts), variables__0__name="a", variables__0__value="apply.kilns",
        variables__1__name="a", variables__1__value="apply.kiln_name",
    )  # fmt: skip
    answer = analyst.post(facts, data=sent)
    shown = answer.get_data(as_text=True)
    assert (answer.status_code, "two rows have the same name" in shown) == (422, True)
    assert filled(shown, "ow-fact-form")["field:variables:1:value"] == "apply.kiln_name"
    answer = analyst.post(facts, data=changed(sent, variables__1__name=""))
    assert (answer.status_code, "a row has no name" in answer.get_data(as_text=True)) == (422, True)
    assert written(kilns, key) == BEFORE


def test_two_may_change_different_facts_and_of_one_the_later_sees_what_the_other_wrote(
    analyst: FlaskClient, other: FlaskClient, facts: str, key: str, kilns: Kilns
) -> None:
    hers, his = form(analyst, facts), form(other, facts)
    analyst.post(facts, data=changed(hers, term__0__term="12 working days"))
    assert other.post(facts, data=changed(his, certificate__0__series="KQ")).status_code == 303
    refused = other.post(facts, data=changed(his, term__0__term="14 working days"))
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Meanwhile somebody else wrote: 12 working days" in shown
    assert "term: 12 working days" in written(kilns, key)
    again = other.post(facts, data=filled(shown, "ow-fact-form"))
    assert again.status_code == 303
    assert {"term: 14 working days", "certificate: {series: KQ}"} <= set(written(kilns, key))


@pytest.mark.parametrize("name", ["field:documents:999999:key", "field:key:0:value", "field::0:x", "fields:nothing"])
def test_fields_that_no_page_has_count_for_nothing(
    analyst: FlaskClient, facts: str, key: str, kilns: Kilns, name: str
) -> None:
    sent = form(analyst, facts)
    sent[name] = "x"
    assert analyst.post(facts, data=sent).status_code == 303
    assert written(kilns, key) == BEFORE
    for act in ("stages:99:up", "stages:add:9", "moon:add", "x" * 1000):
        assert analyst.post(facts, data={"do": act, "fields:stages": "1"}).status_code == 200


def test_facts_are_no_business_of_others(facts: str, kilns: Kilns, signed_in: SignIn) -> None:
    assert signed_in(kilns.cast.kunthea).post(facts, data={}).status_code == 403
