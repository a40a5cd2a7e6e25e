"""Somebody without a telephone comes to the counter and leaves with a receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.applications import Application
from storage.people import Membership, Person
from tests.cast import HIRED, Member
from tests.counter import PAPERS
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns
from tests.small.releases import released

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture(autouse=True)
def verification(kilns: Kilns) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def registered(browser: FlaskClient) -> str:
    """The address of a person whom the officer has just registered."""
    answer = browser.post("/office/walk-in/new", data=PAPERS)
    assert answer.status_code == 303, text(answer)
    assert answer.location is not None
    return answer.location


def begun(officer: FlaskClient, kilns: Kilns) -> str:
    """The key of an application that the officer begins for somebody whom they have just registered."""
    answer = officer.post(registered(officer), data={"service": SERVICE, "office": kilns.cast.battambang})
    return str(answer.location).removeprefix("/office/walk-in/drafts/")


def filled_in_and_sent(officer: FlaskClient, key: str) -> str:
    """Where the officer lands after going through the pages that citizens go through."""
    assert officer.get(f"/applications/{key}", follow_redirects=True).status_code == 200
    assert officer.post(f"/applications/{key}/pages/{PAGE}", data=ANSWERS).status_code == 303
    page = text(officer.get(f"/applications/{key}/check"))
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    answer = officer.post(f"/applications/{key}/check", data={"shown": shown}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.request.path


def test_from_the_first_word_to_the_slip(kilns: Kilns, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    officer.post("/office/walk-in", data={"q": "020304050", "why": "here"})
    assert "Nobody is registered" in text(officer.get("/office/walk-in?lang=en&q=020304050"))
    key = begun(officer, kilns)
    assert filled_in_and_sent(officer, key) == f"/office/walk-in/filed/{key}"
    page = text(officer.get(f"/office/walk-in/filed/{key}?lang=en"))
    with kilns.house.database.reading() as session:
        application = session.scalars(select(Application)).one()
    assert str(application.reference) in page
    assert str(application.tracking_code) in page
    assert "Send the applicant to the cashier" in page
    assert (application.channel, application.filed_by_id) == ("counter", kilns.cast.bopha.person_id)
    assert application.tracking_digits == "4050"
    assert officer.get(f"/applications/{key}/slip.pdf").mimetype == "application/pdf"


def test_who_also_takes_cash_goes_on_to_the_cashiers_desk(kilns: Kilns, signed_in: SignedIn) -> None:
    bopha = kilns.cast.bopha
    with kilns.house.database.transaction() as session:
        also = Membership(person_id=bopha.person_id, office_id=kilns.cast.battambang, group="cashier", from_day=HIRED)
        session.add(also)
    officer = signed_in(bopha)
    key = begun(officer, kilns)
    assert f'href="/office/cashier/{key}"' in text(officer.get(filled_in_and_sent(officer, key)))
    assert officer.post(f"/office/cashier/{key}/cash", data={"amount": "40000", "confirmed": "yes"}).status_code == 303


def test_a_double_click_begins_one_application(kilns: Kilns, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    person = registered(officer)
    chosen = {"service": SERVICE, "office": kilns.cast.battambang}
    first, second = (officer.post(person, data=chosen).location for _ in range(2))
    assert first == second
    assert str(first) in text(officer.get("/office/walk-in"))


def test_no_service_chosen_is_said(kilns: Kilns, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    answer = officer.post(f"{registered(officer)}?lang=en", data={"office": kilns.cast.battambang})
    assert answer.status_code == 422
    assert "Choose a service." in text(answer)


def test_wrong_papers_show_the_page_again_with_what_was_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    answer = signed_in(kilns.cast.bopha).post("/office/walk-in/new?lang=en", data=PAPERS | {"id_number": "12"})
    assert answer.status_code == 422
    assert 'value="MAO SARUN"' in text(answer)
    assert 'value="1954"' in text(answer)


def test_somebody_known_is_not_registered_again(kilns: Kilns, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    registered(officer)
    answer = officer.post("/office/walk-in/new?lang=en", data=PAPERS)
    assert answer.status_code == 422
    assert "Somebody was verified with this identity document on" in text(answer)


def test_without_javascript_the_districts_come_by_a_button(kilns: Kilns, signed_in: SignedIn) -> None:
    typed = PAPERS | {"_choose": "address", "address-district": "", "address-commune": ""}
    answer = signed_in(kilns.cast.bopha).post("/office/walk-in/new", data=typed)
    assert answer.status_code == 200
    assert 'value="0203"' in text(answer)
    with kilns.house.database.reading() as session:
        assert session.scalar(select(Person).where(Person.id_number == "020304050")) is None


def test_the_address_of_a_person_works_for_one_officer_only(kilns: Kilns, signed_in: SignedIn) -> None:
    person = registered(signed_in(kilns.cast.bopha))
    assert signed_in(kilns.cast.vannak).get(person).status_code == 404
    assert signed_in(kilns.cast.bopha).get(f"{person}x").status_code == 404
    assert signed_in(kilns.cast.bopha).get("/office/walk-in/1").status_code == 404


@pytest.mark.parametrize("who", ["sopheap", "dara", "visal"])
def test_the_counter_is_for_the_front_office(kilns: Kilns, signed_in: SignedIn, who: str) -> None:
    browser = signed_in(getattr(kilns.cast, who))
    for address in ("/office/walk-in", "/office/walk-in/new"):
        assert browser.get(address).status_code == 403
