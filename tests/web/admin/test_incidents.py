"""Incidents and the outbox on the pages of administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from storage.events import CaseEvent
from storage.files import FileStore
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.processes import Incident
from tests.cast import NOW, Member
from tests.engine.flow.drawings import MEASURED, event, message
from tests.engine.flow.test_retrying import BROKEN, script
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def stopped(kilns: Kilns) -> Submitted:
    """An application whose certificate could not be drawn."""
    broken = Kilns(replace(kilns.house, fonts=Path(__file__)), kilns.cast)
    return broken.approved()


def incident_of(kilns: Kilns) -> int:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Incident.id).order_by(Incident.id.desc())).first() or 0


def test_an_incident_says_where_and_why_and_which_step_is_taken_again(
    kilns: Kilns, stopped: Submitted, signed_in: SignIn
) -> None:
    browser = signed_in(kilns.cast.visal)
    listed = browser.get("/admin/incidents?lang=en").get_data(as_text=True)
    assert stopped.reference in listed
    page = browser.get(f"/admin/incidents/{incident_of(kilns)}").get_data(as_text=True)
    assert "certificates.issue: DocumentFailed" in page
    assert "Take the step again" in page
    assert "Sok Dara" not in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_incident_tells_its_variables_and_its_reason_in_the_readers_language(
    kilns: Kilns, signed_in: SignIn
) -> None:
    kilns.draw(2, *BROKEN)
    kilns.pay(kilns.send())
    with kilns.house.database.reading() as session:
        told = session.scalars(select(Incident)).one()
    browser = signed_in(kilns.cast.visal)
    for language, reason in (("km", told.reason_km), ("en", "division by zero")):
        page = browser.get(f"/admin/incidents/{told.id}?lang={language}").get_data(as_text=True)
        for part in (reason, "share = twice / (kilns - 2)", "twice", "(sum)"):
            assert part in page
    assert "Line of the script" in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_may_be_personal_is_masked_in_the_step_that_is_taken_again(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.draw(2, MEASURED, event("Catch", message()), *script("share = 1 / depth"))
    kilns.pay(kilns.send())
    kilns.draw(3, MEASURED, event("Throw", message("{'depth': 0, 'owner': 'Sok Dara'}")))
    kilns.pay(kilns.send())
    page = signed_in(kilns.cast.visal).get(f"/admin/incidents/{incident_of(kilns)}?lang=en").get_data(as_text=True)
    assert "owner" in page
    assert "Sok Dara" not in page


def test_a_retry_takes_the_step_again_and_the_case_goes_on(kilns: Kilns, stopped: Submitted, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/incidents?lang=en")
    answer = browser.post(f"/admin/incidents/{incident_of(kilns)}/retry", data={"reason": "Repaired."})
    assert answer.status_code == 303
    assert "The case goes on." in browser.get(answer.location).get_data(as_text=True)
    assert kilns.row(stopped).stage == "ready"
    resolved = browser.get("/admin/incidents?status=resolved").get_data(as_text=True)
    assert stopped.reference in resolved


def test_a_retry_needs_a_reason_and_the_history_keeps_it(kilns: Kilns, stopped: Submitted, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/incidents?lang=en")
    address = f"/admin/incidents/{incident_of(kilns)}/retry"
    refused = browser.post(address, data={"reason": "  "})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.get_data(as_text=True)
    assert kilns.row(stopped).stage != "ready"
    browser.post(address, data={"reason": "The disk was emptied."})
    with kilns.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "retry")).one()
        assert event.personal == {"reason": "The disk was emptied."}


def test_a_second_click_on_retry_is_explained(kilns: Kilns, stopped: Submitted, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/incidents?lang=en")
    address = f"/admin/incidents/{incident_of(kilns)}/retry"
    browser.post(address, data={"reason": "Repaired."})
    again = browser.post(address, data={"reason": "Repaired."})
    assert again.status_code == 409
    assert "already resolved" in again.get_data(as_text=True)


def test_a_retry_that_fails_again_leaves_a_new_incident(
    kilns: Kilns, stopped: Submitted, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_store: FileStore, _content: bytes) -> str:
        raise FileNotFoundError("something that should be there")

    monkeypatch.setattr(FileStore, "put", broken)
    browser = signed_in(kilns.cast.visal)
    browser.get("/admin/incidents?lang=en")
    first = incident_of(kilns)
    answer = browser.post(f"/admin/incidents/{first}/retry", data={"reason": "Repaired."})
    assert "failed again" in browser.get(answer.location).get_data(as_text=True)
    assert incident_of(kilns) == first + 1


@pytest.mark.parametrize("address", ["/admin/incidents/999", "/admin/outbox/999"])
def test_what_is_not_there_is_not_found(kilns: Kilns, signed_in: SignIn, address: str) -> None:
    assert signed_in(kilns.cast.visal).get(address).status_code == 404


def test_other_officers_cannot_retry(kilns: Kilns, stopped: Submitted, signed_in: SignIn) -> None:
    address = f"/admin/incidents/{incident_of(kilns)}/retry"
    for member in (kilns.cast.kunthea, kilns.cast.chenda, kilns.cast.dara):
        assert signed_in(member).post(address).status_code == 403
    assert kilns.row(stopped).stage != "ready"


def test_the_outbox_shows_what_waits_and_hides_most_of_the_address(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    page = signed_in(kilns.cast.visal).get("/admin/outbox?lang=en").get_data(as_text=True)
    assert "••• 5601" in page
    assert "12345601" not in page


def test_a_recorded_message_can_be_read_with_the_file_that_recorded_it(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    sent = kilns.send()
    schedule.sweep(kilns.house, now=clock.moment)
    with kilns.house.database.reading() as session:
        message = session.scalars(select(Notification).where(Notification.channel == MessageChannel.SMS)).one()
    browser = signed_in(kilns.cast.visal)
    listed = browser.get("/admin/outbox?status=recorded&lang=en").get_data(as_text=True)
    assert message.subject in listed
    page = browser.get(f"/admin/outbox/{message.id}").get_data(as_text=True)
    assert sent.tracking_code in page
    file = kilns.house.recording.file_of(message.idempotency_key)
    assert file.exists()
    assert file.name in page


def test_the_history_of_a_case_lists_what_people_were_told_and_what_became_of_it(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    sent, other = kilns.send(), kilns.send(kilns.cast.rithy)
    schedule.sweep(kilns.house, now=clock.moment)
    page = signed_in(kilns.cast.visal).get(f"/admin/cases/{sent.key}/history?lang=en").get_data(as_text=True)
    assert "Only recorded" in page
    assert "••• 5601" in page
    assert "••• 5606" not in page
    assert other.key not in page


def test_a_message_that_failed_is_sent_again(kilns: Kilns, signed_in: SignIn, clock: SetClock) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        session.execute(
            update(Notification)
            .where(Notification.channel == MessageChannel.SMS)
            .values(status=NotificationStatus.FAILED, last_error="line down")
        )
        message_id = session.scalars(select(Notification.id).where(Notification.channel == MessageChannel.SMS)).one()
    browser = signed_in(kilns.cast.visal)
    failed = browser.get("/admin/outbox?status=failed&lang=en").get_data(as_text=True)
    assert "line down" in failed
    answer = browser.post(f"/admin/outbox/{message_id}/send-again")
    assert "will be sent again" in browser.get(answer.location).get_data(as_text=True)
    assert schedule.sweep(kilns.house, now=NOW).messages == 1
    assert clock.moment == NOW


def test_other_officers_cannot_send_messages_again(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    for member in (kilns.cast.kunthea, kilns.cast.dara):
        assert signed_in(member).post("/admin/outbox/1/send-again").status_code == 403
