"""A permit drawn of shared processes, over HTTP from the form to the handover, and on the next version."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from engine.people.actors import OPERATOR
from engine.versions import publishing, rehearsing, replaying, transfers
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import OfficeService
from storage.processes import TaskStatus, UserTask
from tests.cast import HIRED, NOW, Cast, Member
from tests.drawings import data_url, png
from tests.fixtures.houses import SetClock
from tests.small.releases import released

SignedIn = Callable[[Member], FlaskClient]
FOLDER = Path(__file__).parents[1] / "small" / "industry" / "well_permit"
SERVICE = "industry.well_permit"
SIGNED = {"received_by": "Sok Dara", "identity_note": "010203040", "signature": data_url(png(line=True))}
CHECKED, AGAIN = {"reception_result": "ok"}, {"reception_result": "correct", "remark": "សូមសរសេរឈ្មោះពេញ"}


class Wells:
    """The service, published and offered in Battambang, and what people do with it in their browsers."""

    def __init__(self, house: House, cast: Cast, signed_in: SignedIn) -> None:
        self.house, self.cast, self.signed_in = house, cast, signed_in
        released(house, FOLDER)
        with house.database.transaction() as session:
            session.add(OfficeService(office_id=cast.battambang, service_key=SERVICE, offered_from=HIRED))

    def publish(self, *changes: tuple[str, str, str], now: datetime = NOW) -> publishing.Publication:
        """The package with these texts of files replaced: (file, before, after)."""
        files = dict(publishing.files_of(FOLDER))
        for name, before, after in changes:
            assert before in files[name].decode()
            files[name] = files[name].decode().replace(before, after).encode()
        with self.house.database.transaction() as session:
            return publishing.publish(session, self.house, files, now=now)

    def send(self) -> str:
        """Sok Dara applies for two wells; the key of the application."""
        dara = self.signed_in(self.cast.dara)
        key = dara.post(f"/services/{SERVICE}/apply", data={"office": "02"}).location.rsplit("/", 1)[-1]
        page = dara.post(f"/applications/{key}/pages/well", data={"well_name": "អណ្តូងថ្មី", "wells": "២"})
        assert page.status_code == 303
        sent = dara.post(f"/applications/{key}/check")
        assert sent.status_code == 303, text(sent)
        return key

    def pay(self, key: str) -> None:
        paid = self.signed_in(self.cast.sopheap).post(
            f"/office/cashier/{key}/cash", data={"amount": "40000", "confirmed": "yes"}
        )
        assert paid.status_code == 303, text(paid)

    def do(self, who: Member, key: str, element_id: str, answers: dict[str, str]) -> None:
        browser, address = self.signed_in(who), f"/office/tasks/{self.task(key, element_id)}"
        claimed = browser.post(f"{address}/claim")
        assert claimed.status_code == 303, text(claimed)
        done = browser.post(address, data=answers)
        assert done.status_code == 303, text(done)

    def correct(self, key: str) -> None:
        dara = self.signed_in(self.cast.dara)
        page = text(dara.get(f"/applications/{key}/correct"))
        task = re.search(r'name="task" value="([^"]+)"', page)
        assert task
        done = dara.post(f"/applications/{key}/correct", data={"task": task[1], "well_name": "អណ្តូងចាស់"})
        assert done.status_code == 303, text(done)

    def task(self, key: str, element_id: str) -> str:
        with self.house.database.reading() as session:
            found = session.scalar(
                select(UserTask.key)
                .join(Application, Application.id == UserTask.application_id)
                .where(Application.key == key, UserTask.element_id == element_id, UserTask.status == TaskStatus.READY)
            )
        assert found is not None, (element_id, self.open(key))
        return found

    def open(self, key: str) -> list[str]:
        with self.house.database.reading() as session:
            return list(
                session.scalars(
                    select(UserTask.element_id)
                    .join(Application, Application.id == UserTask.application_id)
                    .where(Application.key == key, UserTask.status == TaskStatus.READY)
                )
            )

    def row(self, key: str) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == key)).one()

    def stages(self, key: str) -> list[tuple[str, str]]:
        with self.house.database.reading() as session:
            events = session.scalars(
                select(CaseEvent)
                .where(CaseEvent.application_id == self.row(key).id, CaseEvent.kind == "stage")
                .order_by(CaseEvent.seq)
            )
            return [(event.element_id, event.data["stage"]) for event in events]


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def wells(house: House, cast: Cast, signed_in: SignedIn) -> Wells:
    return Wells(house, cast, signed_in)


def test_a_permit_drawn_of_shared_processes_goes_from_the_form_to_the_handover(wells: Wells) -> None:
    cast, key = wells.cast, wells.send()
    assert wells.open(key) == ["payment.pay"]
    wells.pay(key)
    assert wells.open(key) == ["reception.check"]
    wells.do(cast.bopha, key, "reception.check", AGAIN | {"fix-field-well_name": "មិនច្បាស់"})
    assert wells.row(key).waits_for_applicant
    wells.correct(key)
    wells.do(cast.bopha, key, "reception.check", CHECKED)
    wells.do(cast.rithy, key, "signature.prepare", {"proposal": "គួរអនុញ្ញាត"})
    wells.do(cast.kunthea, key, "signature.sign", {"signature_result": "approve"})
    desk = f"/office/handover/{wells.task(key, 'collection.hand_over')}"
    assert wells.signed_in(cast.bopha).post(desk, data=SIGNED).status_code == 303
    row = wells.row(key)
    assert (row.status, row.outcome, row.stage) == ("ended", "approved", "collected")


def test_the_stage_of_each_call_is_reached_when_it_begins(wells: Wells) -> None:
    key = wells.send()
    wells.pay(key)
    wells.do(wells.cast.bopha, key, "reception.check", CHECKED)
    assert wells.stages(key) == [("payment", "payment"), ("reception", "checking"), ("signature", "decision")]


def test_people_read_the_words_of_the_shared_process_or_those_of_the_service(wells: Wells) -> None:
    key = wells.send()
    wells.pay(key)
    inbox = text(wells.signed_in(wells.cast.bopha).get("/office?lang=en"))
    assert "Check the well application" in inbox
    wells.do(wells.cast.bopha, key, "reception.check", CHECKED)
    assert "Prepare the decision" in text(wells.signed_in(wells.cast.rithy).get("/office?lang=en"))
    page = text(wells.signed_in(wells.cast.bopha).get(f"/office/cases/{key}?lang=en"))
    assert "Are the application and the documents complete and right?" in page


def test_analysts_see_every_copy_as_a_drawing_of_its_own(wells: Wells) -> None:
    analyst = wells.signed_in(wells.cast.chenda)
    page = text(analyst.get(f"/analyst/{SERVICE}/1?lang=en"))
    for name in ("shared/reception/reception", "shared/correction/reception.correction", "shared/signature/signature"):
        assert f"/analyst/{SERVICE}/1/{name}.bpmn" in page
        drawn = analyst.get(f"/analyst/{SERVICE}/1/{name}.bpmn")
        assert drawn.status_code == 200
    assert 'bpmnElement="signature.sign"' in text(drawn)
    assert analyst.get(f"/analyst/{SERVICE}/1/shared/reception/process.bpmn").status_code == 404


def test_a_change_of_a_shared_process_reaches_a_case_only_by_a_transfer(wells: Wells, clock: SetClock) -> None:
    cast, key = wells.cast, wells.send()
    wells.pay(key)
    later = clock.pass_time(hours=1)
    changed = ("shared/signature/texts.yaml", "Prepare the decision", "Draft the decision")
    second = wells.publish(changed, now=later)
    assert second.version == 2
    with wells.house.database.reading() as session:
        replayed = replaying.replay(session, wells.house, wells.row(key).id)
        rehearsal = rehearsing.rehearse(
            session, wells.house, wells.row(key).id, wells.house.catalog.numbered(session, SERVICE, 2)
        )
    assert replayed.same
    assert rehearsal.outcome == "same"
    wells.do(cast.bopha, key, "reception.check", CHECKED)
    rithy = wells.signed_in(cast.rithy)
    assert "Prepare the decision" in text(rithy.get("/office?lang=en"))
    moved = transfers.transfer(wells.house, OPERATOR, SERVICE, 2, mapping={}, reason="new words", now=later)
    assert [(one.verdict, one.obstacles) for one in moved.verdicts] == [("safe", ())]
    wells.do(cast.rithy, key, "signature.prepare", {"proposal": "គួរអនុញ្ញាត"})
    assert wells.open(key) == ["signature.sign"]
    with wells.house.database.reading() as session:
        assert replaying.replay(session, wells.house, wells.row(key).id).same
