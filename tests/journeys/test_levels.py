"""A case that crosses levels, over HTTP: a district receives it, a laboratory of the province and the ministry have it
in between, and the district hands the result over."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.house import House
from storage.applications import Document
from tests.cast import Cast, Member
from tests.journeys.guesthouse import PNG
from tests.small.films import Films, films

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def film(house: House, cast: Cast) -> Films:
    return films(house, cast)


class Officers:
    """Each officer in a browser, reading English."""

    def __init__(self, film: Films, signed_in: SignedIn) -> None:
        self.film, self.signed_in = film, signed_in
        self.open: dict[str, FlaskClient] = {}

    def __call__(self, who: str) -> FlaskClient:
        if who not in self.open:
            self.open[who] = self.signed_in(self.film.officers[who])
            self.open[who].set_cookie("lang", "en")
        return self.open[who]

    def page(self, who: str, address: str) -> str:
        return self(who).get(address).get_data(as_text=True)

    def work(self, who: str, sent: Submitted, element_id: str, **answers: str) -> None:
        address = f"/office/tasks/{self.film.task(sent, element_id).key}"
        assert self(who).post(f"{address}/claim").status_code == 303
        answer = self(who).post(address, data=answers)
        assert answer.status_code == 303, answer.get_data(as_text=True)


@pytest.fixture
def officers(film: Films, signed_in: SignedIn) -> Officers:
    return Officers(film, signed_in)


def track(client: FlaskClient, sent: Submitted) -> str:
    client.set_cookie("lang", "en")
    client.post("/track", data={"code": sent.tracking_code, "digits": "5601"})
    return client.get(f"/track/{sent.tracking_code}").get_data(as_text=True)


def test_received_at_a_district_examined_at_the_ministry_handed_over_at_the_district(
    film: Films, officers: Officers, client: FlaskClient
) -> None:
    sent = film.send()
    assert "Where it went" not in track(client, sent)
    officers.work("front", sent, "check")

    assert "Film laboratory" in track(client, sent)
    assert "Now at: Battambang One Window Service Office" in track(client, sent)
    assert sent.reference in officers.page("laboratory", "/office")
    officers.work("laboratory", sent, "test", note_test="ល្អ")

    tracked = track(client, sent)
    assert "Now at: Ministry of Culture One Window Service Office" in tracked
    assert "You need not go there" in tracked
    assert sent.reference in officers.page("specialist", "/office")
    case = officers.page("front", f"/office/cases/{sent.key}")
    assert case.count("Ministry of Culture One Window Service Office") == 2  # beside the task, and in the history
    assert "The case went to Ministry of Culture One Window Service Office." in case
    officers.work("specialist", sent, "examine", result="ok")

    assert "Now at:" not in track(client, sent)
    handing = f"/office/handover/{film.task(sent, 'hand_over').key}"
    assert sent.reference in officers.page("front", "/office/handover")
    slip = {"received_by": "Sok Dara", "identity_note": "ID", "signature_slip": (io.BytesIO(PNG), "slip.png")}
    assert officers("front").post(handing, data=slip).status_code == 303
    assert film.crossings(sent) == [("0203", "02"), ("02", "9001"), ("9001", "0203")]
    with film.house.database.reading() as session:
        assert (
            session.get_one(type(film.task(sent, "hand_over")), film.task(sent, "hand_over").id).status == "completed"
        )


def test_nobody_of_another_province_finds_opens_or_takes_it(film: Films, officers: Officers) -> None:
    sent = film.send()
    officers.work("front", sent, "check")
    task = f"/office/tasks/{film.task(sent, 'test').key}"
    for who in ("other_laboratory", "other_specialist", "other_district"):
        assert sent.reference not in officers.page(who, "/office")
        assert "Sok Dara" not in officers.page(who, f"/office/search?q={sent.reference}")
        assert officers(who).get(f"/office/cases/{sent.key}").status_code == 404
        assert officers(who).get(task).status_code == 404
        assert officers(who).post(f"{task}/claim").status_code == 403
        assert officers(who).post(task, data={"note_test": "x"}).status_code == 403


def test_a_document_opens_for_the_office_that_has_the_task_and_for_no_other(film: Films, officers: Officers) -> None:
    sent = film.send(script=PNG)
    with film.house.database.reading() as session:
        address = f"/documents/{session.scalars(select(Document.key)).one()}"
    assert officers("laboratory").get(address).status_code == 404
    officers.work("front", sent, "check")
    assert officers("laboratory").get(address).status_code == 200
    assert officers("other_laboratory").get(address).status_code == 404
    officers.work("laboratory", sent, "test")
    assert officers("second_laboratory").get(address).status_code == 404


def test_whoever_had_the_task_reads_on_and_the_ministry_hands_nothing_over(film: Films, officers: Officers) -> None:
    sent = film.at_the_ministry()
    assert officers("laboratory").get(f"/office/cases/{sent.key}").status_code == 200
    assert officers("second_laboratory").get(f"/office/cases/{sent.key}").status_code == 404
    officers.work("specialist", sent, "examine", result="ok")
    handing = f"/office/handover/{film.task(sent, 'hand_over').key}"
    for who in ("specialist", "ministry_head"):
        slip = {"received_by": "Sok Dara", "signature_slip": (io.BytesIO(PNG), "slip.png")}
        assert officers(who).post(handing, data=slip).status_code == 403
    assert film.task(sent, "hand_over").status == "ready"


def test_a_member_of_a_declared_group_has_its_desk_and_no_other(film: Films, officers: Officers) -> None:
    menu = officers.page("laboratory", "/office")
    assert "Inbox" in menu
    assert "Walk-in" not in menu
    for address in ("/office/walk-in", "/office/cashier", "/office/handover", "/admin/clocks", "/analyst"):
        assert officers("laboratory").get(address).status_code == 403, address


def test_the_look_of_an_officer_elsewhere_is_told_to_the_applicant(
    film: Films, officers: Officers, signed_in: SignedIn
) -> None:
    sent = film.at_the_ministry()
    officers.page("specialist", f"/office/cases/{sent.key}")
    dara = signed_in(film.cast.dara)
    looks = dara.get("/account/looks").get_data(as_text=True)
    assert film.officers["specialist"].name_km in looks
