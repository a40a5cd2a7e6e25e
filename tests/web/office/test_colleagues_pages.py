"""Notes, questions and interests over HTTP: written, answered, and hidden from whom they are not for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


@pytest.fixture
def page(paid: Submitted) -> str:
    return f"/office/cases/{paid.key}/colleagues"


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_question_goes_to_the_list_of_whoever_is_asked_and_its_answer_to_the_task(
    kilns: Kilns, paid: Submitted, page: str, signed_in: SignedIn
) -> None:
    bopha, phally = signed_in(kilns.cast.bopha), signed_in(kilns.cast.phally)
    asked = bopha.post(
        f"{page}/question", data={"of": f"person/{kilns.cast.phally.person_id}", "question": "ត្រូវ <b>ទេ"}
    )
    assert (asked.status_code, asked.location) == (303, page)
    waiting = text(phally.get("/office/asked?lang=en"))
    assert "ត្រូវ &lt;b&gt;ទេ" in waiting
    assert '<span class="ow-count">1</span>' in waiting
    assert phally.get(f"/office/cases/{paid.key}").status_code == 200
    address = waiting.partition('action="/office/questions/')[2].partition('"')[0]
    assert phally.post(f"/office/questions/{address}", data={"answer": "ត្រូវហើយ"}).location == "/office/asked"
    assert phally.get(f"/office/cases/{paid.key}").status_code == 404
    assert "No colleague waits" in text(phally.get("/office/asked?lang=en"))
    assert "ត្រូវហើយ" in text(bopha.get(f"/office/tasks/{kilns.task(paid, 'check')}"))


def test_the_applicant_reads_neither_notes_nor_questions(
    kilns: Kilns, paid: Submitted, page: str, signed_in: SignedIn
) -> None:
    bopha, dara = signed_in(kilns.cast.bopha), signed_in(kilns.cast.dara)
    bopha.post(f"{page}/note", data={"note": "between us", "kind": "shared"})
    assert "between us" in text(signed_in(kilns.cast.vannak).get(page))
    assert dara.get(page).status_code == 403
    for address in (f"/account/applications/{paid.key}", f"/applications/{paid.key}"):
        assert "between us" not in text(dara.get(address))


def test_what_was_written_and_refused_is_given_back(page: str, kilns: Kilns, signed_in: SignedIn) -> None:
    answer = signed_in(kilns.cast.bopha).post(
        f"{page}/question?lang=en", data={"of": "", "question": "a long question"}
    )
    assert answer.status_code == 422
    assert "a long question" in text(answer)
    assert "Choose a colleague" in text(answer)


def test_whoever_declared_an_interest_is_told_so_on_the_task(
    kilns: Kilns, paid: Submitted, page: str, signed_in: SignedIn
) -> None:
    bopha, task = signed_in(kilns.cast.bopha), f"/office/tasks/{kilns.task(paid, 'check')}"
    assert bopha.post(f"{page}/interest", data={"reason": "a cousin"}).status_code == 303
    shown = text(bopha.get(f"{task}?lang=en"))
    assert "touches an interest of yours" in shown
    assert "/claim" not in shown
    assert bopha.post(f"{task}/claim").status_code == 403
    assert "a cousin" in text(signed_in(kilns.cast.kunthea).get(page))
    assert "a cousin" not in text(signed_in(kilns.cast.vannak).get(page))


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("dara", 403), ("chenda", 403), ("rithy", 200)])
def test_who_may_open_the_page(kilns: Kilns, page: str, signed_in: SignedIn, who: str, status: int) -> None:
    assert signed_in(getattr(kilns.cast, who)).get(page).status_code == status
