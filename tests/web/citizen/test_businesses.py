"""Acting for a business over HTTP: added, seen at the counter, joined by a code, left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from storage.applications import Application
from storage.mandates import Mandate
from storage.people import Person, PersonKind
from tests.cast import Cast, Member
from tests.codes import last_code
from tests.journeys.guesthouse import SERVICE, Guesthouse
from tests.statements import counted

Browser = Callable[[Member], FlaskClient]
PAGE = "/account/helping"
KILN = {"name_km": "ឡឥដ្ឋ ៩៩", "name_latin": "Kiln 99 Co., Ltd.", "number": "0001-2345"}


def text(answer: object) -> str:
    found: str = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    return found


def added(browser: FlaskClient) -> str:
    """The address under which the mandate of the business begins."""
    assert browser.post(f"{PAGE}/business", data=KILN).location == PAGE
    return re.findall(rf'action="({PAGE}/\d+/begin)"', text(browser.get(PAGE)))[-1]


def at_the_counter(officer: FlaskClient) -> str:
    """The address of the registration page of the newest business with the number."""
    officer.post("/office/walk-in", data={"q": KILN["number"], "why": "here"})
    shown = text(officer.get(f"/office/walk-in?q={KILN['number']}"))
    person = re.findall(r'href="(/office/walk-in/(?!new")[^"/]+)"', shown)[-1]
    return str(officer.get(person).location)


def verified(officer: FlaskClient) -> str:
    """Where the officer lands with the paper in hand."""
    answer = officer.post(at_the_counter(officer), data=KILN)
    assert answer.status_code == 303, text(answer)
    return str(answer.location)


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, licence: Guesthouse) -> FlaskClient:
    """Sok Dara, who acts for the kiln just now, which no office has seen yet."""
    browser = signed_in(cast.dara)
    assert browser.post(added(browser)).location == "/account"
    return browser


def test_the_pages_are_those_of_the_business_and_say_what_is_missing(dara: FlaskClient) -> None:
    shown = text(dara.get("/account?lang=en"))
    assert "You act for Kiln 99 Co., Ltd." in shown
    assert "This business is not verified yet" in shown
    assert "Sok Dara" in shown  # who acts for it
    assert "00012345" in shown
    assert "/account/verification" not in shown
    assert dara.get(PAGE).status_code == 403


def test_its_identity_is_not_verified_online(dara: FlaskClient) -> None:
    answer = dara.post("/services/interior.account_verification/apply?lang=en", data={"office": "02"})
    assert (answer.status_code, "at the counter only" in text(answer)) == (403, True)


def test_a_draft_is_prepared_and_waits_for_the_counter(dara: FlaskClient, house: House) -> None:
    assert dara.post(f"/services/{SERVICE}/apply", data={"office": "02"}).status_code == 303
    assert "Not sent yet" in text(dara.get("/account?lang=en"))


@pytest.mark.parametrize(
    ("field", "typed"), [("name_km", "Kiln"), ("name_latin", "<b>ឡ</b>"), ("number", "<b>x</b>"), ("number", "")]
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(
    signed_in: Browser, cast: Cast, field: str, typed: str
) -> None:
    answer = signed_in(cast.dara).post(f"{PAGE}/business", data={**KILN, field: typed})
    assert (answer.status_code, f'id="{field}-error"' in text(answer)) == (422, True)
    assert KILN["name_latin" if field != "name_latin" else "name_km"] in text(answer)
    assert "<b>" not in text(answer)


def test_who_is_not_verified_adds_none(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.sreyneang)
    assert f"{PAGE}/business" not in text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/business", data=KILN).status_code == 403


def test_the_counter_sees_who_claims_it_corrects_and_goes_on(
    dara: FlaskClient, signed_in: Browser, cast: Cast, house: House
) -> None:
    officer = signed_in(cast.bopha)
    page = at_the_counter(officer)
    shown = text(officer.get(f"{page}?lang=en"))
    assert ("Sok Dara" in shown, "00012345" in shown) == (True, True)
    refused = officer.post(page, data=KILN | {"name_km": ""})
    assert (refused.status_code, 'id="name_km-error"' in text(refused)) == (422, True)
    answer = officer.post(page, data=KILN | {"name_latin": "Sangke Kiln"})
    shown = text(officer.get(f"{answer.location}?lang=en"))
    assert ("Sangke Kiln" in shown, "What do they apply for?" in shown) == (True, True)
    assert "Prove a telephone" not in shown
    assert "Print the slip" not in shown
    assert "This business is verified" in text(dara.get("/account?lang=en"))
    assert officer.get(verified_again(officer)).status_code == 200


def verified_again(officer: FlaskClient) -> str:
    """Where the officer lands with the paper of a business that is verified."""
    page = at_the_counter(officer)
    names = dict(re.findall(r'name="(name_\w+)" value="([^"]*)"', text(officer.get(page))))
    return str(officer.post(page, data=names).location)


def test_the_doors_for_people_are_closed_to_it(dara: FlaskClient, signed_in: Browser, cast: Cast, house: House) -> None:
    officer = signed_in(cast.bopha)
    page = at_the_counter(officer).removesuffix("/registration")
    onward = verified(officer)
    for address in (page, onward):
        for part in ("papers", "paper", "code", "shown", "contact", "slip"):
            data = {"channel": "sms", "seed": "x" * 30, "contact": "012 345 678"}
            assert officer.post(f"{address}/{part}", data=data).status_code in (403, 404, 422), part
    with house.database.reading() as session:
        business = session.scalars(select(Person).where(Person.person_kind == PersonKind.BUSINESS)).one()
        assert (business.password_hash, business.phone, business.email) == (None, None, None)


def test_a_second_one_with_the_number_is_told_why_not(dara: FlaskClient, signed_in: Browser, cast: Cast) -> None:
    officer = signed_in(cast.bopha)
    verified(officer)
    added(signed_in(cast.rithy))
    answer = officer.post(f"{at_the_counter(officer)}?lang=en", data=KILN)
    assert (answer.status_code, "verified with this registration number already" in text(answer)) == (422, True)


def test_another_joins_by_the_code_of_a_representative_and_leaves(
    signed_in: Browser, cast: Cast, house: House, licence: Guesthouse
) -> None:
    added(signed_in(cast.dara))
    browser = signed_in(cast.rithy)
    browser.post(PAGE, data={"contact": cast.dara.phone})
    browser.post(f"{PAGE}/code", data={"code": last_code(house, cast.dara.phone)})
    shown = text(browser.get(f"{PAGE}/whom?lang=en"))
    assert "Kiln 99 Co., Ltd. (business)" in shown
    with house.database.reading() as session:
        business = session.scalars(select(Person.id).where(Person.person_kind == PersonKind.BUSINESS)).one()
    assert browser.post(f"{PAGE}/whom", data={"person": str(business)}).location == PAGE
    assert "Act for this business" in text(browser.get(f"{PAGE}?lang=en"))
    with house.database.reading() as session:
        mandate = session.scalars(select(Mandate.id).where(Mandate.helper_id == cast.rithy.person_id)).one()
    assert browser.post(f"{PAGE}/{mandate}/end", data={"confirmed": "yes"}).location == PAGE
    assert "You act for no business" in text(browser.get(f"{PAGE}?lang=en"))


def test_the_last_one_reads_why_they_cannot_leave_an_open_case(
    dara: FlaskClient, house: House, licence: Guesthouse
) -> None:
    key = licence.sent()
    with house.database.transaction() as session:
        mandate = session.scalars(select(Mandate)).one()
        session.scalars(select(Application).where(Application.key == key)).one().applicant_id = mandate.person_id
        address = f"{PAGE}/{mandate.id}/end"
    dara.post(f"{PAGE}/stop")
    answer = dara.post(f"{address}?lang=en", data={"confirmed": "yes"})
    assert (answer.status_code, "Nobody else represents this business" in text(answer)) == (409, True)
    with house.database.reading() as session:
        assert session.scalars(select(Mandate.ended_at)).one() is None


def test_the_account_of_who_represents_one_costs_no_statement_more(
    dara: FlaskClient, signed_in: Browser, cast: Cast, house: House
) -> None:
    dara.post(f"{PAGE}/stop")
    costs = []
    for browser in (dara, signed_in(cast.rithy)):
        browser.get("/account")
        with counted(house.database) as cost:
            browser.get("/account")
        costs.append(cost.statements)
    assert costs[0] == costs[1]
