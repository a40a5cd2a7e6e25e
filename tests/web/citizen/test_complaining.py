"""Who is refused reads where to complain, and the public page of an office says what became of complaints."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import insert

from engine.queries.public.performance import COMPLAINTS
from storage.offices import OfficeService
from storage.tallies import MonthTally
from storage.tallying import rebuild
from tests.cast import HIRED, Member
from tests.small.cases import Kilns
from tests.small.releases import released

Browser = Callable[[Member], FlaskClient]


def test_a_refused_application_leads_to_the_complaint(kilns: Kilns, signed_in: Browser) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    browser, address = signed_in(kilns.cast.dara), f"/applications/{sent.key}?lang=en"
    kilns.check(sent, "refuse")
    assert "Complain online" not in browser.get(address).get_data(as_text=True)
    released(kilns.house, kilns.house.processes / "interior" / "complaint")
    assert f'href="/services/{COMPLAINTS}">Complain online' in browser.get(address).get_data(as_text=True)


def test_an_application_with_which_nothing_went_wrong_does_not(kilns: Kilns, signed_in: Browser) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "complaint")
    page = signed_in(kilns.cast.dara).get(f"/applications/{kilns.send().key}?lang=en").get_data(as_text=True)
    assert COMPLAINTS not in page


def test_complaints_stand_apart_on_the_page_of_the_office(kilns: Kilns, client: FlaskClient) -> None:
    address = "/offices/02/performance?lang=en"
    assert "Complaints about this office" not in client.get(address).get_data(as_text=True)
    released(kilns.house, kilns.house.processes / "interior" / "complaint")
    cell = {"month": "2026-02", "office_id": kilns.cast.battambang, "service_key": COMPLAINTS}
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.battambang, service_key=COMPLAINTS, offered_from=HIRED))
        session.execute(insert(MonthTally).values(**cell, received=31, on_time=18, late=2))
    before, _, after = client.get(address).get_data(as_text=True).partition("Complaints about this office")
    assert ("31" in after, "90 %" in after, COMPLAINTS in before) == (True, True, False)
    with kilns.house.database.transaction() as session:
        rebuild(session)
