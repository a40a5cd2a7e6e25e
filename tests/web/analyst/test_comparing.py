"""Two versions side by side, and a case tried on another one: the analyst's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
NEVER_REFUSED = ('result == "refuse"', 'result == "never"')
NEW_END = (
    '<bpmn:sequenceFlow id="f13" sourceRef="hand_over" targetRef="collected" />',
    '<bpmn:sequenceFlow id="f13" sourceRef="hand_over" targetRef="kept" />'
    '<bpmn:userTask id="kept" name="Keep the slip">'
    '<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="kind" value="handover" />'
    "</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
    '<bpmn:sequenceFlow id="f14" sourceRef="kept" targetRef="collected" />',
)
LANE = ("<bpmn:flowNodeRef>hand_over<", "<bpmn:flowNodeRef>kept</bpmn:flowNodeRef><bpmn:flowNodeRef>hand_over<")
INCOMING = ("<bpmn:incoming>f13</bpmn:incoming>", "")
WORDS = ("elements:\n", "elements:\n  kept: {km: រក្សាទុក, en: Keep the slip}\n")


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def words(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]


def test_a_comparison_names_what_runs_differently_and_marks_it_in_both_diagrams(
    analyst: FlaskClient, kilns: Kilns
) -> None:
    kilns.draw(2, NEVER_REFUSED, NEW_END, LANE, INCOMING, texts=WORDS)
    page = words(analyst.get(f"/analyst/{SERVICE}/2/against/1"))
    for said in ("Keep the slip", "the ways on from it and their conditions", "texts.yaml", "process.bpmn"):
        assert said in page
    assert 'data-passed="f14 kept" data-problem="" data-now="collected f13 f8 hand_over which"' in page
    assert f'href="/analyst/{SERVICE}/2/against/1"' in words(analyst.get(f"/analyst/{SERVICE}"))


def test_a_comparison_says_when_only_words_differ(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.draw(2, ('name="Refuse"', 'name="Say no"'))
    page = words(analyst.get(f"/analyst/{SERVICE}/2/against/1"))
    assert "The steps run alike" in page
    assert "process.bpmn" in page
    assert analyst.get(f"/analyst/{SERVICE}/2/against/9").status_code == 404


DEARER = (PACKAGE / "fees.dmn").read_bytes().replace(b"20000", b"25000")


def test_a_fee_that_changed_is_told_cell_by_cell_and_by_what_cases_pay(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.draw(2, more={"fees.dmn": DEARER})
    page = words(analyst.get(f"/analyst/{SERVICE}/2/against/1"))
    for said in ("The steps run alike", 'href="#part-fees"', "riel each", "20000", "25000", "dearer by"):
        assert said in page
    assert "Scenarios that go otherwise" not in page
    assert f'href="/analyst/{SERVICE}/2/against/1?scenarios=yes"' in page
    played = words(analyst.get(f"/analyst/{SERVICE}/2/against/1?scenarios=yes"))
    assert "Scenarios that go otherwise" in played
    back = words(analyst.get(f"/analyst/{SERVICE}/1/against/2"))
    assert "cheaper by" in back


def test_any_other_version_can_be_put_beside_it(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.draw(2, more={"fees.dmn": DEARER})
    assert "Against another version" not in words(analyst.get(f"/analyst/{SERVICE}/2/against/1"))
    kilns.draw(3, NEVER_REFUSED)
    page = words(analyst.get(f"/analyst/{SERVICE}/3/against/2"))
    assert f'href="/analyst/{SERVICE}/3/against/1"' in page
    assert f'href="/analyst/{SERVICE}/3/against/3"' not in page


def test_versions_that_are_equal_say_so(analyst: FlaskClient, kilns: Kilns) -> None:
    assert "Nothing differs" in words(analyst.get(f"/analyst/{SERVICE}/1/against/1"))


def test_a_case_is_tried_on_another_version_without_a_word_about_the_applicant(
    analyst: FlaskClient, kilns: Kilns
) -> None:
    sent = kilns.approved()
    kilns.draw(2, ('result == "refuse"', 'result == "ok"'))
    found = analyst.get(f"/analyst/cases?version=2&reference={sent.reference}")
    assert (found.status_code, found.location) == (303, f"/analyst/cases/{sent.key}/rehearsal/2")
    page = words(analyst.get(found.location))
    assert "Stuck" in page
    assert "Nothing waits at that element there." in page
    assert "It would wait for: Refuse" in page
    assert "the case is on this one" in page
    for personal in (kilns.cast.dara.name_latin, kilns.cast.dara.name_km, "ឡ &lt;ថ្មី&gt;"):
        assert personal not in page
    assert "The same path" in words(analyst.get(f"/analyst/cases/{sent.key}/rehearsal/1"))
    returned = kilns.send()
    kilns.pay(returned)
    kilns.check(returned, "return")
    kilns.draw(3, ('result == "return"', 'result == "never"'))
    other = words(analyst.get(f"/analyst/cases/{returned.key}/rehearsal/3"))
    assert "Another path" in other
    assert "From Approve on the case would have gone another way." in other


def test_what_is_not_there_cannot_be_tried(analyst: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    for address in (
        f"/analyst/cases/{sent.key}/rehearsal/9",
        "/analyst/cases/nothing/rehearsal/1",
        "/analyst/cases?version=1&reference=02-26-999999-9",
    ):
        assert analyst.get(address).status_code == 404


def test_the_address_that_a_rehearsal_had_before_leads_on(analyst: FlaskClient, kilns: Kilns) -> None:
    before = analyst.get(f"/analyst/cases/{kilns.send().key}/on/1")
    assert before.status_code == 308
    assert "The same path" in words(analyst.get(before.location))


def test_a_case_is_no_business_of_others(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    for who in (kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(who).get(f"/analyst/cases/{sent.key}/rehearsal/1").status_code == 403
