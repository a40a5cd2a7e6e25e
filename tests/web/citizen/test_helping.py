"""Acting for somebody over HTTP: the code, the banner, what is within reach and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from storage.mandates import Mandate
from tests.cast import Cast, Member
from tests.codes import last_code
from tests.fixtures.houses import SetClock
from tests.statements import counted
from tests.web.security.addresses import POSTED, READ, rules
from tests.web.security.stock import stock, tried
from web.access import rule_of
from web.app import move_in
from web.config import Settings
from web.context import Shell

Browser = Callable[[Member], FlaskClient]
PAGE = "/account/helping"


def text(answer: object) -> str:
    found: str = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    return found


def helping(browser: FlaskClient, house: House, person: Member) -> int:
    """Asks, gives the code back, and chooses the person; the mandate."""
    assert browser.post(PAGE, data={"contact": person.phone}).location == f"{PAGE}/code"
    code = last_code(house, person.phone)
    assert browser.post(f"{PAGE}/code", data={"code": code}).location == f"{PAGE}/whom"
    chosen = {"person": str(person.person_id), "kind": "neighbour", "days": "30"}
    assert browser.post(f"{PAGE}/whom", data=chosen).location == PAGE
    with house.database.reading() as session:
        return session.scalars(select(Mandate.id).order_by(Mandate.id.desc())).first() or 0


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, house: House) -> FlaskClient:
    """Sok Dara, who acts for Kong Sreyneang just now."""
    browser = signed_in(cast.dara)
    mandate = helping(browser, house, cast.sreyneang)
    assert browser.post(f"{PAGE}/{mandate}/begin").location == "/account"
    return browser


def test_the_pages_are_those_of_the_person_and_say_so(dara: FlaskClient, cast: Cast) -> None:
    shown = text(dara.get("/account?lang=en"))
    assert "You act for Kong Sreyneang." in shown
    assert cast.sreyneang.phone[-3:] in shown
    assert "Change the password" not in shown
    assert "You act for Kong Sreyneang." in text(dara.get("/services?lang=en"))


def test_what_is_hers_alone_stays_hers(dara: FlaskClient) -> None:
    for address in ("/account/password", "/account/sign-ins", "/account/looks", PAGE, "/account/message-ways"):
        answer = dara.get(f"{address}?lang=en")
        assert (answer.status_code, "not part of that" in text(answer)) == (403, True), address
    assert dara.post("/account/language", data={"language": "en"}).status_code == 403


def test_stopping_leads_back_to_ones_own(dara: FlaskClient) -> None:
    assert dara.post(f"{PAGE}/stop").location == "/account"
    shown = text(dara.get("/account?lang=en"))
    assert "You act for" not in shown
    assert "Sok Dara" in shown


def test_signing_out_ends_acting_too(dara: FlaskClient) -> None:
    dara.post("/sign-out")
    assert "You act for" not in text(dara.get("/services?lang=en"))


def test_the_person_ends_it_between_two_pages(dara: FlaskClient, signed_in: Browser, cast: Cast) -> None:
    hers = signed_in(cast.sreyneang)
    shown = text(hers.get(f"{PAGE}?lang=en"))
    assert "Sok Dara" in shown
    address = re.findall(rf'action="({PAGE}/\d+/end)"', shown)[0]
    asked = text(hers.post(f"{address}?lang=en"))
    assert "End this permission?" in asked
    assert "<strong>Sok Dara</strong>" in asked  # whose
    assert dara.get("/account").status_code == 200
    hers.post(address, data={"confirmed": "yes"})
    answer = dara.get("/account?lang=en")
    assert (answer.status_code, "You no longer act for this person" in text(answer)) == (409, True)
    assert "Sok Dara" in text(dara.get("/account?lang=en"))


def test_wrong_codes_are_told_and_the_fifth_ends_it(signed_in: Browser, cast: Cast, house: House) -> None:
    browser = signed_in(cast.dara)
    browser.post(PAGE, data={"contact": cast.sreyneang.phone})
    wrong = f"{(int(last_code(house, cast.sreyneang.phone)) + 1) % 10**6:06}"
    told = [text(browser.post(f"{PAGE}/code?lang=en", data={"code": wrong})) for _ in range(5)]
    assert ["This is not the code" in one for one in told] == [True] * 4 + [False]
    assert "Ask for a new one" in told[-1]
    assert browser.get(f"{PAGE}/whom").status_code == 422


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(signed_in: Browser, cast: Cast) -> None:
    browser = signed_in(cast.dara)
    answers = []
    for contact in (cast.sreyneang.phone, "012 777 666"):
        answer = browser.post(PAGE, data={"contact": contact})
        answers.append((answer.status_code, answer.location, text(browser.get(f"{PAGE}/code"))))
    assert re.sub(r'value="[^"]*"', "", str(answers[0])) == re.sub(r'value="[^"]*"', "", str(answers[1]))


@pytest.mark.parametrize("contact", ["", "<b>me</b>", "12"])
def test_what_is_no_contact_is_said_beside_the_field_and_kept(signed_in: Browser, cast: Cast, contact: str) -> None:
    answer = signed_in(cast.dara).post(f"{PAGE}?lang=en", data={"contact": contact})
    assert (answer.status_code, "This is not a telephone number" in text(answer)) == (422, True)
    assert "<b>me" not in text(answer)


def test_nobody_begins_with_a_mandate_of_others(signed_in: Browser, cast: Cast, house: House) -> None:
    mandate = helping(signed_in(cast.dara), house, cast.sreyneang)
    for other in (cast.rithy, cast.sreyneang, cast.visal):
        assert signed_in(other).post(f"{PAGE}/{mandate}/begin").status_code == 404


def test_an_officer_who_acts_for_somebody_reaches_no_page_of_the_office(
    app: Flask, signed_in: Browser, cast: Cast, house: House
) -> None:
    made = stock(house, cast)
    browser = signed_in(cast.visal)
    mandate = helping(browser, house, cast.sreyneang)
    browser.post(f"{PAGE}/{mandate}/begin")
    before = made.state()
    for way in (READ, POSTED):
        for route in rules(app, way):
            rule = rule_of(app, route.endpoint)
            assert rule is not None
            if not (rule.public or rule.by_helper):
                for answer in tried(app, browser, way, route.endpoint, made):
                    assert answer.status_code in (403, 404), route.endpoint
    assert made.state() == before


def test_pages_of_somebody_who_acts_for_nobody_cost_no_statement_more(
    signed_in: Browser, cast: Cast, house: House
) -> None:
    browser = signed_in(cast.dara)
    browser.get("/account/certificates")
    with counted(house.database) as before:
        browser.get("/account/certificates")
    mandate = helping(browser, house, cast.sreyneang)
    with counted(house.database) as helps:
        browser.get("/account/certificates")
    browser.post(f"{PAGE}/{mandate}/begin")
    with counted(house.database) as acts:
        browser.get("/account/certificates")
    assert helps.statements == before.statements
    assert acts.statements <= before.statements + 1


def test_only_a_demonstration_that_sends_nothing_shows_the_message(
    app: Flask, signed_in: Browser, cast: Cast, house: House, clock: SetClock, settings: Settings
) -> None:
    browser = signed_in(cast.dara)
    assert browser.post(PAGE, data={"contact": cast.sreyneang.phone}).location == f"{PAGE}/code"
    shown = text(browser.get(f"{PAGE}/code?lang=en"))
    assert "no code arrives" in shown
    assert last_code(house, cast.sreyneang.phone) not in shown
    move_in(app, Shell(house, clock, replace(settings, demo=True)))
    shown = text(browser.get(f"{PAGE}/code?lang=en"))
    assert last_code(house, cast.sreyneang.phone) in shown.partition("Only in this demonstration")[2]
