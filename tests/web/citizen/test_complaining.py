"""Who is refused reads where to complain, and the public page of an office says what became of complaints."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import insert

from engine.queries.public.performance import COMPLAINTS
from storage.offices import OfficeService
from storage.people import IdentityStatus, Person
from storage.tallies import MonthTally
from storage.tallying import rebuild
from tests.cast import HIRED, Member
from tests.small.cases import SERVICE, Kilns
from tests.small.complaints import PAGES
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


def test_who_is_not_verified_may_send_a_complaint_and_has_nothing_to_collect(kilns: Kilns, signed_in: Browser) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "complaint")
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.battambang, service_key=COMPLAINTS, offered_from=HIRED))
        session.get_one(Person, kilns.cast.dara.person_id).identity_status = IdentityStatus.REFUSED
    browser = signed_in(kilns.cast.dara)
    for page in (f"/services/{COMPLAINTS}?lang=en", f"/services/{COMPLAINTS}/apply"):
        told = browser.get(page).get_data(as_text=True)
        assert "Nothing is collected at the office." in told
        assert "collect the result" not in told
    assert "collect the result" in browser.get(f"/services/{SERVICE}/apply").get_data(as_text=True)
    draft = browser.post(f"/services/{COMPLAINTS}/apply", data={"office": "02"}).location.split("/")[2]
    for page, raw in PAGES.items():
        assert browser.post(f"/applications/{draft}/pages/{page}", data=raw).status_code == 303
    assert "Your account is not verified yet" not in browser.get(f"/applications/{draft}/check").get_data(as_text=True)
    assert browser.post(f"/applications/{draft}/check").location == f"/applications/{draft}/sent"


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
