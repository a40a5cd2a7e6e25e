"""Trials of many cases and the heat of a process, on the analyst's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.versions import flow_volumes, publishing, trials
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
NEVER_REFUSED = ('result == "refuse"', 'result == "never"')
DEARER = (PACKAGE / "fees.dmn").read_bytes().replace(b"20000", b"25000")


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def words(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]


def checked(kilns: Kilns, result: str) -> str:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, result)
    return sent.reference


def asked(analyst: FlaskClient, number: int, **typed: str) -> str:
    months = {"from": "2026-01", "to": "2026-12"}
    answer = analyst.post(f"/analyst/{SERVICE}/{number}/trials", data={**months, **typed})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_trial_tells_how_far_it_is_and_then_what_was_found(analyst: FlaskClient, kilns: Kilns) -> None:
    refused, granted = checked(kilns, "refuse"), checked(kilns, "ok")
    kilns.draw(2, NEVER_REFUSED, more={"fees.dmn": DEARER})
    address = asked(analyst, 2)
    waiting = analyst.get(address)
    assert waiting.headers["Refresh"] == "10"
    assert "0 of 2 cases were tried." in words(waiting)
    trials.go_on_due(kilns.house, now=NOW)
    found = analyst.get(address)
    assert "Refresh" not in found.headers
    page = words(found)
    for said in (
        "Every case was tried",
        "Nothing waits at that element there.",
        "Refuse",
        "20,000",
        "data-flows",
        "Times",
    ):
        assert said in page
    stuck = words(analyst.get(f"{address}/cases?kind=stuck&element=refuse"))
    assert refused in stuck
    assert granted not in stuck
    assert f'/rehearsal/2">{refused}' in stuck
    dearer = words(analyst.get(f"{address}/cases?kind=dearer"))
    assert {refused in dearer, granted in dearer} == {True}
    for kind in ("cheaper", "late", "documents", "same", "waiting"):
        assert refused not in words(analyst.get(f"{address}/cases?kind={kind}"))
    assert "What it would have done" in words(analyst.get(f"/analyst/{SERVICE}"))


def test_no_page_of_a_trial_says_a_word_of_an_applicant(analyst: FlaskClient, kilns: Kilns) -> None:
    checked(kilns, "refuse")
    address = asked(analyst, 1)
    trials.go_on_due(kilns.house, now=NOW)
    for page in (words(analyst.get(address)), words(analyst.get(f"{address}/cases?kind=same"))):
        for personal in (kilns.cast.dara.name_latin, kilns.cast.dara.name_km, "ឡ &lt;ថ្មី&gt;"):
            assert personal not in page


def test_a_trial_is_stopped_and_tried_again(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.send()
    address = asked(analyst, 1, most="7", office="02")
    assert analyst.post(f"{address}/cancel").location == address
    assert "It was stopped" in words(analyst.get(address))
    again = analyst.post(f"{address}/again").location
    assert again != address
    trials.go_on_due(kilns.house, now=NOW)
    assert "1 of 1 cases were tried." in words(analyst.get(again))


def test_files_that_are_no_version_are_drawn_beside_the_version_of_the_cases(
    analyst: FlaskClient, kilns: Kilns
) -> None:
    refused, granted = checked(kilns, "refuse"), checked(kilns, "ok")
    drawing = (PACKAGE / "process.bpmn").read_bytes().replace(*(one.encode() for one in NEVER_REFUSED))
    files = {**publishing.files_of(PACKAGE), "fees.dmn": DEARER, "process.bpmn": drawing}
    with kilns.house.database.transaction() as session:
        key = trials.ask(session, kilns.house, kilns.cast.chenda.actor, SERVICE, files, now=NOW)
    trials.go_on_due(kilns.house, now=NOW)
    page = words(analyst.get(f"/analyst/trials/{key}"))
    assert "Files that are no version yet" in page
    for shown in (
        'data-problem="refuse"',
        '"refuse": 1',
        f'data-xml="/analyst/{SERVICE}/1/process.bpmn"',
        "2 of the cases ran on this version.",
    ):
        assert shown in page
    drawn = analyst.get(f"/analyst/trials/{key}/drawn/process.bpmn")
    assert (drawn.data, drawn.mimetype) == (drawing, "text/plain")
    assert analyst.get(f"/analyst/trials/{key}/drawn/texts.yaml").status_code == 404
    there = words(analyst.get(f"/analyst/trials/{key}/cases?kind=parted&element=refuse"))
    assert refused in there
    assert granted not in there
    assert "/rehearsal/" not in there


def test_trials_of_before_are_listed_with_what_was_asked_and_by_whom(analyst: FlaskClient, kilns: Kilns) -> None:
    kilns.send()
    address = asked(analyst, 1, most="7", office="02")
    page = words(analyst.get(f"/analyst/{SERVICE}"))
    listed = page.split(f'href="{address}"')[1].split("</tr>")[0].replace("\xa0", " ")
    for said in ("Version 1", ">7<", kilns.cast.chenda.name_latin, "0 / 1", "1 Jan 2026", "Battambang"):
        assert said in listed
    assert address not in words(analyst.get(f"/analyst/{SERVICE}/1"))


def test_what_is_not_there_is_not_found(analyst: FlaskClient, kilns: Kilns) -> None:
    address = asked(analyst, 1)
    lost = "/analyst/trials/nothing"
    for place in (lost, f"{lost}/drawn/process.bpmn", f"{address}/cases?kind=nothing", f"/analyst/{SERVICE}/9/heat"):
        assert analyst.get(place).status_code == 404
    assert analyst.get(f"/analyst/{SERVICE}/1/heat?office=zz").status_code == 404
    assert analyst.post(f"/analyst/{SERVICE}/9/trials", data={}).status_code == 404


def test_a_trial_is_no_business_of_others(analyst: FlaskClient, kilns: Kilns, signed_in: SignIn) -> None:
    address = asked(analyst, 1)
    for who in (kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(who).get(address).status_code == 403


def test_heat_tells_volumes_times_and_what_was_late(analyst: FlaskClient, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + timedelta(minutes=30))
    kilns.check(sent, "ok", now=NOW + timedelta(days=1))
    page = words(analyst.get(f"/analyst/{SERVICE}/1/heat?from=2026-01&to=2026-12"))
    for said in ("Tasks, the slowest first", "0 h 30 min", "6 h 30 min", "3 of 3", "1 of 3", "Waiting now"):
        assert said in page
    assert "data-flows='{}'" in page
    flow_volumes.count(kilns.house, now=NOW + timedelta(days=2))
    months = f"/analyst/{SERVICE}/1/heat?from=2026-01&to=2026-12"
    for office in ("", "02"):
        page = words(analyst.get(f"{months}&office={office}"))
        assert "Flows, the one taken most often first" in page
        assert '"f1": 1' in page.split("data-flows='")[1].split("'")[0]
    assert "data-flows='{}'" in words(analyst.get(f"{months}&office=12"))
    assert "30 min" not in words(analyst.get(f"/analyst/{SERVICE}/1/heat?from=2025-01&to=2025-12"))
    assert "30 min" in words(analyst.get(f"/analyst/{SERVICE}/1/heat?from=2026-01&to=2026-12&office=02"))
    assert f"/analyst/{SERVICE}/1/heat" in words(analyst.get(f"/analyst/{SERVICE}/1"))
