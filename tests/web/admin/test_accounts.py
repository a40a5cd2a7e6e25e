"""The pages of accounts: who works in the offices, and the switch that disables an account."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from engine.offices.officers import grant
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import OPERATOR
from storage.kept_pages import KeptPage
from storage.people import AccessLog, Person
from tests.cast import HIRED, NOW, Cast, Member

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def visal(signed_in: Browser, cast: Cast) -> FlaskClient:
    return signed_in(cast.visal)


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def is_disabled(house: House, who: Member) -> bool:
    with house.database.reading() as session:
        return session.get_one(Person, who.person_id).disabled_at is not None


def test_the_list_shows_who_works_in_offices_and_no_applicant(visal: FlaskClient, cast: Cast) -> None:
    shown = text(visal.get("/admin/accounts?lang=en"))
    assert cast.bopha.name_latin in shown
    assert "Front office, Battambang One Window Service Office" in shown
    assert cast.dara.name_latin not in shown


def test_who_administers_one_office_has_the_accounts_of_its_people_and_no_security_log(
    signed_in: Browser, cast: Cast, house: House, visal: FlaskClient
) -> None:
    with house.database.transaction() as session:
        grant(session, house, OPERATOR, cast.mony.person_id, ADMINISTRATOR, office_code="02", today=HIRED, now=NOW)
    of_one = signed_in(cast.mony)
    for address, status in (("/admin/accounts", 200), ("/admin/security-log", 403)):
        assert f'href="{address}"' in text(visal.get("/admin/clocks"))
        assert (f'href="{address}"' in text(of_one.get("/admin/clocks"))) is (status == 200)
        assert of_one.get(address).status_code == status


def test_an_applicant_is_found_by_telephone_or_e_mail_and_shown_for_a_reason_that_is_noted(
    visal: FlaskClient, cast: Cast, house: House
) -> None:
    found = visal.get("/admin/accounts", query_string={"login": "012 345 601"})
    assert found.location == f"/admin/accounts/{cast.dara.person_id}"
    asks = text(visal.get(f"{found.location}?lang=en"))
    assert ("Why do you look?" in asks, cast.dara.name_latin in asks) == (True, False)
    hidden = visal.post(f"{found.location}/disable")
    assert (hidden.location, cast.dara.name_latin in text(hidden)) == (found.location, False)
    refused = visal.post(f"{found.location}?lang=en", data={"why": "here", "words": "asked"})
    assert (refused.status_code, "Choose why you look." in text(refused)) == (422, True)
    assert visal.post(found.location, data={"why": "complaint", "words": "Somebody signs in as her"}).status_code == 303
    assert cast.dara.name_latin in text(visal.get(f"{found.location}?lang=en"))
    with house.database.reading() as session:
        assert session.scalars(select(AccessLog.page).where(AccessLog.subject_id == cast.dara.person_id)).all() == [
            "account"
        ]
    nobody = visal.get("/admin/accounts", query_string={"login": "nobody@example.org", "lang": "en"})
    assert (nobody.status_code, "No account has this" in text(nobody)) == (404, True)


def test_an_account_is_disabled_once_an_administrator_said_yes_and_enabled_again(
    visal: FlaskClient, cast: Cast, house: House, client: FlaskClient
) -> None:
    address = f"/admin/accounts/{cast.bopha.person_id}"
    assert "Front office" in text(visal.get(f"{address}?lang=en"))
    assert "Tasks that they had claimed go back" in text(visal.post(f"{address}/disable?lang=en"))
    assert not is_disabled(house, cast.bopha)
    assert visal.post(f"{address}/disable", data={"confirmed": "yes"}).location == address
    assert is_disabled(house, cast.bopha)
    assert "This account is disabled" in text(visal.get(f"{address}?lang=en"))
    visal.post(f"{address}/enable")
    assert not is_disabled(house, cast.bopha)
    signing = client.post("/sign-in", data={"login": cast.bopha.phone, "password": cast.bopha.password})
    assert signing.status_code == 303


def test_who_is_disabled_while_a_page_is_open_is_told_why_and_loses_nothing_typed(
    visal: FlaskClient, signed_in: Browser, cast: Cast, house: House
) -> None:
    dara = signed_in(cast.dara)
    visal.post(f"/admin/accounts/{cast.dara.person_id}/disable", data={"confirmed": "yes"})
    away = dara.post("/account/language", data={"language": "en"}, query_string={"lang": "en"})
    assert away.location.startswith("/sign-in")
    assert "An administrator disabled this account" in text(dara.get("/sign-in?lang=en"))
    with house.database.reading() as session:
        kept = session.scalars(select(KeptPage)).one()
    assert (kept.person_id, kept.fields) == (cast.dara.person_id, [["language", "en"]])


def test_ones_own_account_has_no_switch_and_is_not_disabled(visal: FlaskClient, cast: Cast, house: House) -> None:
    address = f"/admin/accounts/{cast.visal.person_id}"
    assert f"{address}/disable" not in text(visal.get(address))
    assert visal.post(f"{address}/disable", data={"confirmed": "yes"}).status_code == 403
    assert not is_disabled(house, cast.visal)
