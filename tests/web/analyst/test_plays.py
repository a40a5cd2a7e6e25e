"""Plays of a draft on their pages: typed as an applicant and as officers do, moved, taken back, kept, refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.packages import read_files
from engine.studio import drafts, saving
from tests.cast import NOW, Member
from tests.engine.packages.test_checks import free
from tests.small.cases import ANSWERS, PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
MONDAY = {"starts-day": "2", "starts-month": "3", "starts-year": "2026", "starts-time": "09:00", "name": "A kiln"}
_REVISION = re.compile(r'name="revision" value="(\d+)"')


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def words(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


class Player:
    """An analyst who sends the forms of the page that they see."""

    def __init__(self, browser: FlaskClient, key: str, **begins: str) -> None:
        self.browser, self.home = browser, f"/analyst/drafts/{key}/play"
        begun = browser.post(self.home, data=begins or MONDAY)
        assert begun.status_code == 303, words(begun)
        self.play = begun.location

    def page(self, path: str = "") -> str:
        return words(self.browser.get(f"{self.play}{path}", follow_redirects=True))

    def send(self, path: str, **data: str) -> TestResponse:
        found = _REVISION.search(self.page())
        assert found is not None
        return self.browser.post(f"{self.play}{path}", data={"revision": found[1], **data})

    def did(self, path: str, **data: str) -> None:
        answer = self.send(path, **data)
        assert answer.status_code == 303, words(answer)

    def sent(self) -> Player:
        self.did("/example")
        self.did("/check")
        return self


def test_a_case_is_played_from_the_form_to_its_result_and_kept(analyst: FlaskClient, key: str) -> None:
    player = Player(analyst, key)
    assert "Fill the whole application with an example" in player.page()
    wrong = player.send("/pages/kiln", kilns="many", _shown="kilns")
    assert wrong.status_code == 422
    assert "whole number" in words(wrong) or "number" in words(wrong)
    player.did("/pages/kiln", **ANSWERS)
    assert ANSWERS["kiln_name"].replace("<", "&lt;").replace(">", "&gt;") in player.page("/check")
    player.did("/check")
    page = player.page()
    for said in ("What the applicant sees", "40", "Not paid", 'data-now="pay"', "SPECIMEN", "Start again"):
        assert said in page
    player.did("/tasks/pay")
    player.did("/clock", how="days", days="1")
    assert 'value="ok" checked' not in player.page("/tasks/check")
    assert 'value="ok" checked' in player.page("/tasks/check?example=yes")
    assert player.send("/tasks/check", result="maybe").status_code == 422
    player.did("/tasks/check", result="ok")
    player.did("/keep", scenario="Granted as played")
    assert "Granted as played" in words(analyst.get(f"/analyst/drafts/{key}/files/tests.yaml?raw"))
    scenarios = words(analyst.get(f"/analyst/drafts/{key}/scenarios"))
    assert "not as expected" not in scenarios
    assert "play?from=Granted" in scenarios
    again = player.send("/keep", scenario="Granted as played")
    assert again.status_code == 409
    assert "There is a scenario" in words(again)
    player.did("/tasks/hand_over")
    page = player.page()
    assert "The case is over: approved" in page
    assert "the last day: Wednesday 3 March 2027" in page.replace("\u00a0", " ")


def test_days_are_typed_in_khmer_digits_and_nothing_is_due_next_where_nothing_comes(
    analyst: FlaskClient, key: str
) -> None:
    khmer = {"starts-day": "២", "starts-month": "៣", "starts-year": "២០២៦", "starts-time": "០៩:០០"}
    player = Player(analyst, key, **khmer).sent()
    assert 'value="next"' not in player.page()
    assert player.send("/clock", how="next").status_code == 422
    player.did("/clock", how="days", days="២")
    assert "The clock shows 4\u00a0Mar\u00a02026, 09:00" in player.page()
    player.did("/tasks/pay")
    assert 'value="next"' in player.page()
    player.did("/clock", how="next")


def test_moves_are_taken_back_one_by_one_and_to_the_beginning(analyst: FlaskClient, key: str) -> None:
    player = Player(analyst, key).sent()
    player.did("/tasks/pay")
    player.did("/tasks/check", result="ok")
    player.did("/back", count="1")
    assert 'data-now="check"' in player.page()
    player.did("/back", count="-1")
    assert "Page 1 of 1" in player.page()
    assert player.send("/back", count="many").status_code == 404


def test_the_clock_is_moved_to_what_is_due_and_to_a_moment_and_says_what_happened(
    analyst: FlaskClient, key: str
) -> None:
    player = Player(analyst, key).sent()
    player.did("/tasks/pay")
    player.did("/clock", how="hour")
    player.did("/clock", how="next")
    moment = {"moment-day": "2", "moment-month": "4", "moment-year": "2026", "moment-time": "09:00"}
    player.did("/clock", how="moment", **moment)
    page = player.page()
    assert "Late: the promise of the office is broken" in page
    assert "We are late with SPECIMEN" in page
    for how in ({"how": "moment", **moment, "moment-year": "2025"}, {"how": "moment"}, {"how": "days", "days": "0"}):
        refused = player.send("/clock", **how)
        assert refused.status_code in (409, 422)
        assert "Moves so far" in words(refused)


def test_a_scenario_is_opened_as_a_play_and_a_play_is_deleted(analyst: FlaskClient, key: str) -> None:
    name = "two kilns, in order"
    page = words(analyst.get(f"/analyst/drafts/{key}/play?from={name}"))
    assert f'<option value="{name}" selected>' in page
    player = Player(analyst, key, scenario=name)
    assert "Completed:" in player.page()
    assert name in words(analyst.get(player.home))
    player.did("/delete")
    assert analyst.get(player.play).status_code == 404


def test_what_cannot_be_is_refused_on_the_page_on_which_it_was_asked(analyst: FlaskClient, key: str) -> None:
    home = f"/analyst/drafts/{key}/play"
    wrong = analyst.post(home, data={**MONDAY, "starts-day": "41"})
    assert wrong.status_code == 422
    assert "Begin a play" in words(wrong)
    assert analyst.post(home, data={"scenario": "none such"}).status_code == 404
    player = Player(analyst, key)
    assert player.send("/check").status_code == 422
    player.sent()
    assert player.send("/message", message="withdrawal").status_code == 409
    assert player.send("/answer", found="yes").status_code == 409
    assert player.send("/session", kind="none", session="never").status_code == 422
    assert player.send("/tasks/check", result="ok").status_code == 404
    stale = analyst.post(f"{player.play}/tasks/pay", data={"revision": "0"})
    assert stale.status_code == 409


def test_a_draft_with_errors_says_so_and_leads_to_them(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    player = Player(analyst, key).sent()
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.chenda.actor
        saving.save(session, actor, key, {"fees.dmn": b"<no"}, based_on=1, words="", now=NOW)
    page = words(analyst.get(player.home))
    assert "A draft with errors cannot be played." in page
    assert "Begin a play" not in page
    assert analyst.get(player.play).status_code == 409


def test_a_play_that_no_longer_fits_says_from_where(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    player = Player(analyst, key).sent()
    player.did("/tasks/pay")
    player.did("/tasks/check", result="ok")
    drawing = (PACKAGE / "process.bpmn").read_bytes()
    scenarios = (PACKAGE / "tests.yaml").read_bytes().replace(b"complete: check", b"complete: look")
    words_there = (PACKAGE / "texts.yaml").read_bytes().replace(b"  check: {", b"  look: {", 1)
    renamed = re.sub(rb'(id|sourceRef|targetRef)="check"', rb'\1="look"', drawing).replace(b">check<", b">look<")
    changed = {
        "process.bpmn": renamed.replace(b'bpmnElement="check"', b'bpmnElement="look"'),
        "tests.yaml": scenarios,
        "texts.yaml": words_there,
    }
    with kilns.house.database.transaction() as session:
        saving.save(session, kilns.cast.chenda.actor, key, changed, based_on=1, words="", now=NOW)
    page = player.page()
    assert "The draft was changed, and this play does not fit it any more" in page
    assert "does not fit</strong>" in page
    assert player.send("/tasks/look", result="ok").status_code == 409
    player.did("/back", count="1")
    player.did("/tasks/look", result="ok")


@pytest.mark.parametrize(
    "typed", ["-1", "9" * 400, "²", "a\r\nb\u2028{{7*7}}", '"><script>', "ក" * 5_000, "{a: [", "- 1"]
)
def test_no_form_of_a_play_breaks_over_what_is_typed(analyst: FlaskClient, key: str, typed: str) -> None:
    home, player = f"/analyst/drafts/{key}/play", Player(analyst, key).sent()
    names = ("name", "starts-time", "starts-day", "level", "kind", "begins", "brings", "held_until-day")
    begun = analyst.post(home, data={**dict.fromkeys(names, typed), "starts-month": "3", "starts-year": "2026"})
    assert begun.status_code in (303, 404, 409, 422)
    fields = (
        "how",
        "days",
        "moment-day",
        "moment-time",
        "message",
        "kind",
        "session",
        "published-day",
        "count",
        "lines",
    )
    for path in ("/clock", "/message", "/answer", "/session", "/back", "/tasks/pay", "/pages/kiln", "/keep"):
        sent = player.send(path, **dict.fromkeys((*fields, "scenario", "kilns", "_shown"), typed))
        assert sent.status_code in (303, 404, 409, 422), path
        assert "<script>" not in words(sent).replace("<script type", "")
    assert analyst.post(f"{player.play}/clock", data={"revision": typed}).status_code == 409


COURSE = PACKAGE.parent / "pottery_course"


def draft_of(kilns: Kilns, files: dict[str, bytes], service_key: str) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin(session, kilns.cast.chenda.actor, service_key, files, words="Begun", now=NOW)


def test_sessions_are_published_chosen_and_changed_and_the_case_is_withdrawn(
    analyst: FlaskClient, kilns: Kilns
) -> None:
    key = draft_of(kilns, dict(read_files(COURSE)), "industry.pottery_course")
    player = Player(analyst, key).sent()
    assert "There is no day to choose at the moment" in player.page("/tasks/choose")
    day = {"kind": "course", "published-month": "3", "published-year": "2026", "published-time": "08:00"}
    player.did("/session", **day, **{"published-day": "6"})
    player.did("/session", **day, **{"published-day": "9"})
    assert player.send("/session", **day, **{"published-day": "8"}).status_code == 409  # a Sunday
    assert player.send("/session", **day, **{"published-day": "1"}).status_code == 422  # it is over
    assert player.send("/tasks/choose").status_code == 409
    player.did("/tasks/choose", session="2026-03-06 08:00")
    assert "Appointment: SPECIMEN" in player.page()
    assert player.send("/tasks/hold", result="held").status_code == 409  # not before its day
    player.did("/session", kind="course", session="2026-03-09 08:00")
    assert "Another day was chosen" in player.page()
    player.did("/message", message="withdrawal")
    assert "The case is over: withdrawn" in player.page()


def test_a_task_is_played_under_whatever_id_its_tool_gave_it(analyst: FlaskClient, kilns: Kilns) -> None:
    files = dict(read_files(PACKAGE))
    drawn, texts, tests = (files[name].decode() for name in ("process.bpmn", "texts.yaml", "tests.yaml"))
    for before, after in (('id="check"', 'id="a/b?"'), ('Ref="check"', 'Ref="a/b?"'), (">check<", ">a/b?<")):
        drawn = drawn.replace(before, after)
    files["process.bpmn"] = drawn.replace('bpmnElement="check"', 'bpmnElement="a/b?"').encode()
    files["texts.yaml"] = texts.replace("  check: {", '  "a/b?": {', 1).encode()
    files["tests.yaml"] = tests.replace("complete: check", 'complete: "a/b?"').encode()
    player = Player(analyst, draft_of(kilns, files, SERVICE)).sent()
    player.did("/tasks/pay")
    link = re.search(r'href="[^"]*(/tasks/a[^"]*)"', player.page())
    assert link is not None
    player.did(link[1], result="ok")


def test_a_message_begins_a_case_and_a_connector_is_answered(analyst: FlaskClient, kilns: Kilns) -> None:
    files = free('<messageEventDefinition messageRef="other" />')
    asks = b'<s:serviceTaskOperator id="connectors.call" resultVariable="entry"><s:parameters>'
    asks += b'<s:parameter id="connector" type="str" value="\'registry\'" />'
    told = b'<s:serviceTaskOperator id="messages.send">\n          <s:parameters>'
    files["process.bpmn"] = files["process.bpmn"].replace(told, asks)
    texts = files["texts.yaml"]
    files["texts.yaml"] = texts[: texts.index(b"messages:")] + texts[texts.index(b"forms:") :]
    scenario = files["tests.yaml"].replace(b"[messages.send]", b"[connectors.call]").replace(b"[done]", b"[]")
    files["tests.yaml"] = scenario.replace(
        b"answers: some\n", b"answers: some\n    connectors: {tell: {known: true}}\n"
    )
    key = draft_of(kilns, files, "tourism.stall")
    assert "again" in words(analyst.get(f"/analyst/drafts/{key}/play"))
    unclear = analyst.post(f"/analyst/drafts/{key}/play", data={**MONDAY, "begins": "again", "brings": "a: ["})
    assert unclear.status_code == 422
    assert "This cannot be read" in words(unclear)
    player = Player(analyst, key, **MONDAY, begins="again", brings="tables: 3")
    player.did("/tasks/check", result="ok")
    page = player.page()
    assert "The outside is asked" in page
    assert "known: true" in page
    assert player.send("/clock", how="hour").status_code == 409
    assert player.send("/keep", scenario="Asked").status_code == 409
    player.did("/answer", lines="known: true")
    assert "The case is over" in player.page()
    player.did("/keep", scenario="Begun by a message")
    assert "not as expected" not in words(analyst.get(f"/analyst/drafts/{key}/scenarios"))
    player.did("/back", count="1")
    uncaught = player.send("/answer", error="UNKNOWN")
    assert uncaught.status_code == 409
    assert "which nothing catches" in words(uncaught)


def test_plays_are_no_business_of_others(kilns: Kilns, signed_in: SignIn, analyst: FlaskClient, key: str) -> None:
    player = Player(analyst, key)
    for who in (kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(who).get(player.home).status_code == 403
        assert signed_in(who).get(player.play).status_code == 403
