"""Whoever comes for a result is found by a paper in their hand, and shows who they are or hears why they get none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.applications.submitting import Submitted
from storage.applications import ApplicationStatus, Certificate, Handover
from storage.events import CaseEvent
from tests.cast import Member
from tests.drawings import data_url, png
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
SIGNED = {"received_by": "Sok Dara", "identity_note": "010203040", "signature": data_url(png(line=True))}


@pytest.fixture
def ready(kilns: Kilns) -> Submitted:
    return kilns.approved()


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def desk(kilns: Kilns, ready: Submitted) -> str:
    return f"/office/handover/{kilns.task(ready, 'hand_over')}"


def events(kilns: Kilns, kind: str) -> list[CaseEvent]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(CaseEvent).where(CaseEvent.kind == kind)))


def test_a_result_is_found_by_whatever_stands_on_the_papers(
    kilns: Kilns, ready: Submitted, signed_in: SignedIn
) -> None:
    officer, there = signed_in(kilns.cast.bopha), desk(kilns, ready)
    with kilns.house.database.reading() as session:
        paper = session.scalars(select(Certificate)).one()
    known = (
        ready.reference,
        ready.tracking_code.lower(),
        f"http://localhost/track/{ready.tracking_code}",
        paper.number,
        f"http://localhost/verify/{paper.code}/",
    )
    for typed in known:
        assert officer.get("/office/handover", query_string={"q": typed}).location == there, typed
    for typed in ("02-26-000999-1", "?", "/", "x" * 5_000):
        nothing = officer.get("/office/handover", query_string={"q": typed, "lang": "en"})
        assert "Nothing with this number waits here" in text(nothing), typed
    elsewhere = signed_in(kilns.cast.phally).get("/office/handover", query_string={"q": ready.reference, "lang": "en"})
    assert "Nothing with this number waits here" in text(elsewhere)
    assert officer.post(there, data=SIGNED).status_code == 303
    gone = officer.get("/office/handover", query_string={"q": ready.reference, "lang": "en"})
    assert "Nothing with this number waits here" in text(gone)


def test_a_delegate_shows_a_letter_and_the_drawing_stays_while_it_is_missing(
    kilns: Kilns, ready: Submitted, signed_in: SignedIn
) -> None:
    officer, there = signed_in(kilns.cast.bopha), desk(kilns, ready)
    delegate = SIGNED | {"received_by": "Sok Vanna", "collector": "delegate"}
    refused = officer.post(f"{there}?lang=en", data=delegate)
    assert refused.status_code == 422
    assert 'href="#authority"' in text(refused)
    assert SIGNED["signature"] in text(refused)
    assert kilns.row(ready).status == ApplicationStatus.RUNNING
    assert officer.post(there, data=delegate | {"authority": "Letter of 1 March 2026"}).status_code == 303
    (event,) = events(kilns, "handed_over")
    assert event.data["collector"] == "delegate"
    assert event.personal is not None
    assert event.personal["authority"] == "Letter of 1 March 2026"


def test_why_it_was_not_handed_over_stays_in_the_case_which_goes_on_waiting(
    kilns: Kilns, ready: Submitted, signed_in: SignedIn
) -> None:
    officer, there = signed_in(kilns.cast.bopha), desk(kilns, ready)
    assert officer.post(f"{there}/refused?lang=en", data={"reason": "  "}).status_code == 422
    for _ in range(2):
        assert officer.post(f"{there}/refused", data={"reason": "No letter <b>"}).status_code == 303
    assert [event.personal for event in events(kilns, "handover_refused")] == [{"reason": "No letter <b>"}]
    page = text(officer.get(f"{there}?lang=en"))
    assert "No letter &lt;b&gt;" in page
    assert "Not handed over on" in page
    for who, status in ((kilns.cast.dara, 403), (kilns.cast.phally, 403)):
        assert signed_in(who).post(f"{there}/refused", data={"reason": "Mine"}).status_code == status
    assert officer.post(there, data=SIGNED).status_code == 303
    assert officer.post(f"{there}/refused", data={"reason": "Too late"}).status_code in (409, 422)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Handover.received_by)).all() == ["Sok Dara"]
