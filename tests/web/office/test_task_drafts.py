"""Nothing that is typed on a task is lost: kept by a button, by a script, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
REASON = "សូមសរសេរឈ្មោះពេញ"
FIELD = "fix-field-kiln_name"


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


def test_what_is_saved_for_later_stands_on_the_task_again(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    kept = browser.post(f"{address}/draft", data={"result": "ok", FIELD: REASON, "revision": "1"})
    assert (kept.status_code, kept.location) == (303, "/office")
    page = text(browser.get(f"{address}?lang=en"))
    assert "What you typed is here again" in page
    assert REASON in page
    assert 'value="ok" checked' in page
    assert 'name="_drafted" value="yes"' in page


def test_a_script_is_told_when_it_was_kept_and_when_it_is_too_much(
    kilns: Kilns, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    script = {"Accept": "application/json"}
    kept = browser.post(f"{address}/draft?lang=en", data={FIELD: REASON}, headers=script)
    assert kept.status_code == 200
    assert kept.json is not None
    assert kept.json["message"].startswith("Kept at ")
    many = {f"{FIELD}{number}": "x" * 19_000 for number in range(6)}
    refused = browser.post(f"{address}/draft?lang=en", data=many, headers=script)
    assert refused.status_code == 422
    assert refused.json is not None
    assert "more than is kept" in refused.json["message"]


def test_what_is_refused_is_kept_too(kilns: Kilns, address: str, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    assert browser.post(address, data={FIELD: REASON}).status_code == 422
    assert REASON in text(browser.get(address))


def test_a_completed_task_keeps_nothing_and_what_is_thrown_away_is_gone(
    kilns: Kilns, address: str, signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    browser.post(f"{address}/claim")
    browser.post(f"{address}/draft", data={FIELD: REASON})
    assert browser.post(f"{address}/draft/drop").location == address
    assert REASON not in text(browser.get(address))
    browser.post(f"{address}/draft", data={"result": "ok", FIELD: REASON})
    assert browser.post(address, data={"result": "ok", "_drafted": "yes"}).status_code == 303
    assert "What you had typed here" not in text(browser.get(f"{address}?lang=en"))


def test_when_a_colleague_was_first_what_was_typed_is_shown_to_be_copied(
    kilns: Kilns, address: str, signed_in: SignedIn
) -> None:
    late = signed_in(kilns.cast.vannak)
    first = signed_in(kilns.cast.bopha)
    first.post(f"{address}/claim")
    first.post(address, data={"result": "ok"})
    refused = late.post(f"{address}?lang=en", data={"result": "return", FIELD: REASON})
    assert refused.status_code == 409
    assert REASON in text(refused)
    page = text(late.get(f"{address}?lang=en"))
    assert "What you had typed here" in page
    assert REASON in page
    assert REASON not in text(first.get(address))


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("dara", 403), ("chenda", 403)])
def test_who_does_not_read_the_case_keeps_nothing(
    kilns: Kilns, address: str, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(getattr(kilns.cast, who)).post(f"{address}/draft", data={FIELD: REASON}).status_code == status


def test_the_page_says_what_is_new_and_what_an_answer_was(kilns: Kilns, paid: Submitted, signed_in: SignedIn) -> None:
    kilns.check(paid, "return")
    kilns.correct(paid)
    page = text(signed_in(kilns.cast.kunthea).get(f"/office/cases/{paid.key}?lang=en"))
    assert "<del>ឡ &lt;ថ្មី&gt;</del>" in page
    assert "<ins>ឡចាស់</ins>" in page
    assert "New since you looked" not in page
