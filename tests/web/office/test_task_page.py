"""A task over HTTP: read, claimed, completed; refusals are explained and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from engine.house import House
from storage.people import AccessLog
from storage.processes import Incident
from tests.cast import Cast, Member
from tests.fixtures.houses import SetClock
from tests.journeys.guesthouse import guesthouse
from tests.small.cases import PACKAGE, Kilns
from web.app import move_in
from web.config import Settings
from web.context import Shell

SignedIn = Callable[[Member], FlaskClient]
DECIDES = b'<spiffworkflow:property name="decides" value="result" />'
NOT_BY = b'<spiffworkflow:property name="not_by" value="check" />'


@pytest.fixture
def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


@pytest.fixture
def address(kilns: Kilns, paid: Submitted) -> str:
    return f"/office/tasks/{kilns.task(paid, 'check')}"


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_task_is_claimed_completed_and_gone_from_the_inbox(
    kilns: Kilns, paid: Submitted, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    assert browser.post(f"{address}/claim").location == address
    page = text(browser.get(f"{address}?lang=en"))
    assert 'name="result"' in page
    done = browser.post(address, data={"result": "ok", "revision": kilns.row(paid).revision})
    assert (done.status_code, done.location) == (303, "/office")
    inbox = text(browser.get("/office?lang=en"))
    assert f"Done: {paid.reference}." in inbox
    assert "Look at it again, or take it back" in inbox, "said once"
    assert address not in text(browser.get("/office?lang=en"))
    assert kilns.row(paid).stage == "ready"


def test_what_the_applicant_typed_is_shown_and_never_run(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    page = text(signed_in(kilns.cast.bopha).get(address))
    assert "ឡ &lt;ថ្មី&gt;" in page
    assert "ឡ <ថ្មី>" not in page


def test_a_missing_answer_shows_the_page_again_with_the_reasons_that_were_typed(
    kilns: Kilns, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    answer = browser.post(f"{address}?lang=en", data={"fix-field-kiln_name": "សូមសរសេរឈ្មោះពេញ"})
    assert answer.status_code == 422
    assert "Please correct the following" in text(answer)
    assert "សូមសរសេរឈ្មោះពេញ" in text(answer)


def test_reasons_beside_answers_become_corrections(
    kilns: Kilns, paid: Submitted, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    browser.post(address, data={"result": "return", "fix-field-kiln_name": "មិនច្បាស់", "fix-field-kilns": " "})
    assert kilns.row(paid).waits_for_applicant
    case = text(browser.get(f"/office/cases/{paid.key}?lang=en"))
    assert "មិនច្បាស់" in case
    assert "Not answered yet" in case


def test_a_colleague_reads_who_works_on_it_and_cannot_take_it(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    signed_in(kilns.cast.bopha).post(f"{address}/claim")
    colleague = signed_in(kilns.cast.vannak)
    assert "Chan Bopha is working on this task." in text(colleague.get(f"{address}?lang=en"))
    assert colleague.post(f"{address}/claim").status_code == 409
    assert colleague.post(address, data={"result": "ok"}).status_code == 409


def test_the_head_gives_an_absent_officers_task_back(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    signed_in(kilns.cast.bopha).post(f"{address}/claim")
    assert signed_in(kilns.cast.vannak).post(f"{address}/release").status_code == 403
    assert signed_in(kilns.cast.kunthea).post(f"{address}/release").status_code == 303
    assert signed_in(kilns.cast.vannak).post(f"{address}/claim").status_code == 303


def test_a_page_that_is_stale_changes_nothing(kilns: Kilns, paid: Submitted, address: str, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    answer = browser.post(f"{address}?lang=en", data={"result": "ok", "revision": kilns.row(paid).revision + 7})
    assert answer.status_code == 409
    assert "Someone changed this since you opened the page." in text(answer)
    assert kilns.row(paid).stage == "checking"


def test_a_second_click_is_told_that_the_task_is_done(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    browser.post(address, data={"result": "ok"})
    assert browser.post(address, data={"result": "ok"}).status_code == 409
    assert "This task is no longer open." in text(browser.get(f"{address}?lang=en"))


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("dara", 403), ("chenda", 403), ("rithy", 200)])
def test_who_may_read_a_task(kilns: Kilns, address: str, signed_in: SignedIn, who: str, status: int) -> None:
    assert signed_in(getattr(kilns.cast, who)).get(address).status_code == status


def test_another_group_reads_but_is_offered_nothing(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.rithy)
    page = text(browser.get(f"{address}?lang=en"))
    assert "Another group has this task." in page
    assert "/claim" not in page
    assert browser.post(f"{address}/claim").status_code == 403


def test_the_applicant_can_read_who_opened_the_case(
    kilns: Kilns, paid: Submitted, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.get(address)
    browser.get(f"/office/cases/{paid.key}")
    with kilns.house.database.reading() as session:
        looks = session.execute(select(AccessLog.person_id, AccessLog.page).order_by(AccessLog.id)).all()
    assert [tuple(look) for look in looks] == [(kilns.cast.bopha.person_id, page) for page in ("task", "case")]


def test_a_step_that_fails_keeps_the_answer_and_says_so(
    kilns: Kilns,
    paid: Submitted,
    address: str,
    signed_in: SignedIn,
    app: Flask,
    clock: SetClock,
    settings: Settings,
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    without_fonts = replace(kilns.house, fonts=kilns.house.files.root)  # so the certificate cannot be drawn
    move_in(app, Shell(without_fonts, clock, settings))
    assert browser.post(f"{address}?lang=en", data={"result": "ok"}).status_code == 303
    assert "is kept, but the next step stopped" in text(browser.get("/office?lang=en"))
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1


def test_whoever_checked_before_is_refused_and_told_why(kilns: Kilns, signed_in: SignedIn) -> None:
    drawn = (PACKAGE / "process.bpmn").read_bytes()
    four_eyes = drawn.replace(DECIDES, DECIDES + NOT_BY)
    assert four_eyes != drawn
    kilns.publish(process_bpmn=four_eyes)
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    kilns.correct(sent)
    address = f"/office/tasks/{kilns.task(sent, 'check')}"
    bopha = signed_in(kilns.cast.bopha)
    page = text(bopha.get(f"{address}?lang=en"))
    assert "Another person must do this task." in page
    assert "You completed “Check the application” in this case yourself." in page
    assert "/claim" not in page
    assert bopha.post(f"{address}/claim").status_code == 403
    colleague = signed_in(kilns.cast.vannak)
    colleague.post(f"{address}/claim")
    assert colleague.post(address, data={"result": "ok"}).status_code == 303


def test_a_completed_task_is_taken_back_from_its_page(house: House, cast: Cast, signed_in: SignedIn) -> None:
    licence = guesthouse(house, cast)
    key = licence.paid()
    browser, task = signed_in(cast.bopha), licence.task(key, "check")
    address = f"/office/tasks/{task}"
    browser.post(f"{address}/claim")
    done = {"check_result": "ok", "revision": licence.row(key).revision}
    assert browser.post(address, data=done).location == "/office"
    inbox = browser.get("/office?lang=en").get_data(as_text=True)
    assert f'href="{address}">Look at it again, or take it back' in inbox
    assert "Take it back" in browser.get(f"{address}?lang=en").get_data(as_text=True)
    assert signed_in(cast.vannak).post(f"{address}/recall").status_code == 403
    assert "Take it back" not in signed_in(cast.vannak).get(f"{address}?lang=en").get_data(as_text=True)
    back = browser.post(f"{address}/recall", data={"view": "show=mine"})
    assert back.location == f"{address}?view=show%3Dmine"
    page = browser.get(f"{address}?lang=en").get_data(as_text=True)
    assert "The task is yours again, as it was." in page
    assert "Complete the task" in page
    assert "taken back by whoever completed it" in page
    refused = browser.post(f"{address}/recall")
    assert refused.status_code == 409
