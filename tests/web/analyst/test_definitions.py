"""The analyst's pages over HTTP: services, versions, one version with its diagram and everything in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.engine.packages.test_decisions import INSPECTION, RISK, SITE
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.courses import SERVICE as COURSE_SERVICE
from tests.small.courses import Courses
from tests.small.files import changed

SignIn = Callable[[Member], FlaskClient]
ASKED = (
    '<bpmn:businessRuleTask id="weigh"><bpmn:extensionElements><spiffworkflow:calledDecisionId>risk'
    "</spiffworkflow:calledDecisionId></bpmn:extensionElements></bpmn:businessRuleTask>"
    '<bpmn:sequenceFlow id="f30" sourceRef="weigh" targetRef="look" />'
    '<bpmn:callActivity id="look" calledElement="inspection" />'
    '<bpmn:sequenceFlow id="f31" sourceRef="look" targetRef="hand_over" />'
)
NEXT = (PACKAGE / "texts.yaml").read_bytes().replace(b"For tests.", b"For our tests.")

WEIGHED = (
    ('"f12" sourceRef="tell" targetRef="hand_over" />', '"f12" sourceRef="tell" targetRef="weigh" />' + ASKED),
    ("<bpmn:incoming>f12", "<bpmn:incoming>f31"),
)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def test_the_list_leads_to_every_service(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.send()
    page = analyst.get("/analyst").get_data(as_text=True)
    assert f'href="/analyst/{SERVICE}"' in page
    for words in ("Brick kiln permit", "Ministry of Industry", "Version 1", "Illustrative"):
        assert words in page


def test_the_versions_say_who_published_when_and_why(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.publish(texts_yaml=NEXT)
    page = analyst.get(f"/analyst/{SERVICE}").get_data(as_text=True)
    assert page.index("Version 2") < page.index("Version 1")
    assert "Operator" in page


def test_a_version_shows_the_whole_package(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    page = analyst.get(f"/analyst/{SERVICE}/1").get_data(as_text=True)
    for words in (
        "10 working days",
        "Check the application",
        "ពិនិត្យពាក្យ",
        "due in 3 working days",
        "goes to: Head of the office",
        "Name of the kiln",
        "Fee for each kiln",
        "20000",
        "A prakas for tests",
        "Please come to {office}.",
        "Illustrative, to be replaced by the office: fee, term.",
    ):
        assert words in page
    assert f'data-xml="/analyst/{SERVICE}/1/process.bpmn"' in page
    assert """data-counts='{"check": 1}'""" in page


def test_an_older_version_says_that_new_applications_take_the_newest(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.publish(texts_yaml=NEXT)
    older, newest = (analyst.get(f"/analyst/{SERVICE}/{number}").get_data(as_text=True) for number in (1, 2))
    assert "New applications take version 2." in older
    assert "New applications take version" not in newest


def test_the_diagram_is_the_published_file(analyst: FlaskClient) -> None:
    answer = analyst.get(f"/analyst/{SERVICE}/1/process.bpmn")
    assert answer.mimetype == "application/xml"
    assert answer.data == (PACKAGE / "process.bpmn").read_bytes()


@pytest.mark.parametrize("address", ["nobody.knows", f"{SERVICE}/9", f"{SERVICE}/9/process.bpmn"])
def test_what_was_never_published_is_not_found(analyst: FlaskClient, address: str) -> None:
    assert analyst.get(f"/analyst/{address}").status_code == 404


def test_an_empty_house_says_how_to_publish(signed_in: SignIn, cast: object, kilns: Kilns) -> None:
    administrator = signed_in(kilns.cast.visal)
    assert administrator.get("/analyst").status_code == 200


@pytest.mark.parametrize("who", ["dara", "bopha", "kunthea"])
def test_others_may_not_look(kilns: Kilns, signed_in: SignIn, who: str) -> None:
    browser = signed_in(getattr(kilns.cast, who))
    for address in ("/analyst", f"/analyst/{SERVICE}", f"/analyst/{SERVICE}/1", f"/analyst/{SERVICE}/1/process.bpmn"):
        assert browser.get(address).status_code == 403


def test_a_version_shows_its_decisions_and_the_processes_that_it_calls(analyst: FlaskClient, kilns: Kilns) -> None:
    more = {"inspection.bpmn": INSPECTION.encode(), "decisions/risk.dmn": RISK.replace("tables", "kilns").encode()}
    kilns.draw(2, *WEIGHED, texts=("elements:\n", "elements:\n" + SITE), more=more)
    page = analyst.get(f"/analyst/{SERVICE}/2").get_data(as_text=True)
    for words in ("Decision: How closely to look", "decisions/risk.dmn", "[5..20]", "→ visit", "inspection.bpmn"):
        assert words in page
    assert analyst.get(f"/analyst/{SERVICE}/2/inspection.bpmn").data == INSPECTION.encode()
    assert analyst.get(f"/analyst/{SERVICE}/2/other.bpmn").status_code == 404


def test_a_version_shows_where_it_departs_from_its_law(analyst: FlaskClient, kilns: Kilns) -> None:
    source = "source: {km: ច្បាប់, en: A law for tests}"
    law = (
        f"days: {{term: 1 working day, {source}, mark: R}}\n"
        f"cap: {{when: kilns > 1, amount: 40000 * kilns, {source}, mark: I}}\n"
        f"documents: {{keys: [plan], copies: {{plan: 2}}, {source}, mark: N}}\n"
        f"validity: {{length: 6 months, {source}, mark: R}}\n"
    )
    kilns.draw(2, more={"law.yaml": law.encode()})
    page = analyst.get(f"/analyst/{SERVICE}/2", query_string={"lang": "en"}).get_data(as_text=True)
    assert "longer than the 1 working day of the law (A law for tests)" in page
    table = page.partition("What the law says")[2].partition("</table>")[0]
    for said in ("≤ 40000 * kilns riel", "kilns &gt; 1", "plan ×2", "≤ 1 working day", "6 months", "A law for tests"):
        assert said in table
    for kept in ("stated", "inferred", "Illustrative", "kept", "departs"):
        assert kept in table


def test_a_version_shows_its_sessions_and_what_can_be_done_before_their_day(
    signed_in: SignIn, courses: Courses
) -> None:
    form = '<spiffworkflow:property name="form" value="held" />'
    any_day = ("process.bpmn", form, f'{form}<spiffworkflow:property name="any_day" value="yes" />')
    browser = signed_in(courses.cast.chenda)
    sessions = browser.get(f"/analyst/{COURSE_SERVICE}/1?lang=en").get_data(as_text=True)
    table = sessions.partition("Changed at the latest, before it begins")[2].partition("</table>")[0]
    for said in ("<code>course</code>", "Choose a day for the course", "1 working day", ">people<", "not changed"):
        assert said in table
    assert "before the day of the session" not in sessions
    courses.service.publish(changed("industry/pottery_course", any_day), version=2)
    page = browser.get(f"/analyst/{COURSE_SERVICE}/2?lang=en").get_data(as_text=True)
    assert "Can be done before the day of the session: Record the course" in page
    assert "can be done before the day of the session" in page
