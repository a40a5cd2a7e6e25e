"""Renewing and changing over HTTP: from the account, from a number, at the counter; what stops it is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlparse

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from storage.applications import Application
from storage.people import AccessLog
from tests.cast import NOW, Cast, Member
from tests.fixtures.houses import SetClock
from tests.small.files import licence
from tests.small.services import SmallService, found, opened
from web.office.tokens import token_for

SignIn = Callable[[Member], FlaskClient]
NUMBER = "SC-02-26-000001"
RENEW = f"/account/certificates/{NUMBER}/renewal"
ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}


@pytest.fixture
def shop(house: House, cast: Cast) -> SmallService:
    service = opened(house, cast, "industry.scale_check", licence(), scales=ANSWERS)
    key = service.send()
    service.work(key, "verify", found(True))
    service.collect(key)
    return service


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def text(client: FlaskClient, address: str) -> str:
    return client.get(address, follow_redirects=True).get_data(as_text=True)


def test_the_account_says_from_when_and_then_offers_it(shop: SmallService, signed_in: SignIn, clock: SetClock) -> None:
    dara = english(signed_in(shop.cast.dara))
    page = text(dara, "/account")
    assert "It can be renewed from" in page
    assert RENEW not in page
    assert f"/account/certificates/{NUMBER}/change" in text(dara, "/account/certificates")
    clock.moment = NOW + timedelta(days=330)
    assert RENEW in text(english(signed_in(shop.cast.dara)), "/account")


def test_it_is_renewed_online_from_the_account_to_the_new_paper(
    shop: SmallService, signed_in: SignIn, clock: SetClock
) -> None:
    clock.moment = NOW + timedelta(days=330)
    dara = english(signed_in(shop.cast.dara))
    assert "Renew the certificate" in text(dara, RENEW)
    begun = dara.post(RENEW, data={"office": str(shop.cast.battambang)})
    assert begun.status_code == 303
    key = urlparse(begun.location).path.rsplit("/", 1)[-1]
    check = text(dara, f"/applications/{key}/check")
    assert "ហាងថ្មី" in check
    shown = check.split('name="shown" value="')[1].split('"')[0]
    assert dara.post(f"/applications/{key}/check", data={"shown": shown}).status_code == 303
    assert "renews or changes it" in text(dara, "/account")
    officer = english(signed_in(shop.cast.bopha))
    task = f"/office/tasks/{shop.task(key, 'verify')}"
    officer.post(f"{task}/claim")
    day = {f"scales-0-next_check-{part}": value for part, value in (("day", "1"), ("month", "3"), ("year", "2028"))}
    rows = {"scales-0-kind": "table", "scales-0-serial": "A1", "scales-0-passed": "yes", **day}
    assert officer.post(task, data={**rows, "revision": shop.row(key).revision}).status_code == 303
    public = text(english(signed_in(shop.cast.dara)), f"/verify/{NUMBER}")
    assert "This certificate was replaced." in public
    shop.collect(key, now=clock.moment)
    page = text(english(signed_in(shop.cast.dara)), "/account/certificates")
    assert "SC-02-27-000001" in page
    assert NUMBER not in page


def test_too_early_is_refused_with_the_day_and_begins_nothing(shop: SmallService, signed_in: SignIn) -> None:
    answer = english(signed_in(shop.cast.dara)).post(RENEW, data={"office": str(shop.cast.battambang)})
    assert answer.status_code == 422
    assert "This certificate can be renewed from" in answer.get_data(as_text=True)
    with shop.house.database.reading() as session:
        assert len(session.scalars(select(Application)).all()) == 1


def test_a_number_leads_to_ones_own_certificate_and_to_nobody_elses(shop: SmallService, signed_in: SignIn) -> None:
    dara, other = english(signed_in(shop.cast.dara)), english(signed_in(shop.cast.sreyneang))
    found_one = dara.get("/account/certificates", query_string={"number": "sc 02 26 000001"})
    assert (found_one.status_code, found_one.location) == (303, f"/account/certificates#{NUMBER}")
    for typed in (NUMBER, "SC-02-26-000099"):
        answer = other.get("/account/certificates", query_string={"number": typed})
        assert answer.status_code == 404
        assert "Dara" not in answer.get_data(as_text=True)
    assert other.get(RENEW).status_code == 404
    assert other.post(RENEW, data={"office": str(shop.cast.battambang)}).status_code == 404
    assert dara.get(f"/account/certificates/{NUMBER}/sale").status_code == 404


def test_it_is_renewed_at_the_counter_with_the_paper_in_hand(
    app: Flask, shop: SmallService, signed_in: SignIn, clock: SetClock
) -> None:
    clock.moment = NOW + timedelta(days=330)
    with app.app_context():
        token = token_for(shop.cast.bopha.actor, shop.cast.dara.person_id)
        other = token_for(shop.cast.bopha.actor, shop.cast.vannak.person_id)
    officer = english(signed_in(shop.cast.bopha))
    assert NUMBER in text(officer, f"/office/walk-in/{token}")
    asked = {"number": "SC–02–26–000001", "kind": "renewal", "office": str(shop.cast.battambang)}
    wrong = officer.post(f"/office/walk-in/{other}/certificate", data=asked)
    assert wrong.status_code == 422
    assert "This person holds no certificate with this number." in wrong.get_data(as_text=True)
    assert "SC–02–26–000001" in wrong.get_data(as_text=True)
    begun = officer.post(f"/office/walk-in/{token}/certificate", data=asked)
    assert begun.status_code == 303
    with shop.house.database.reading() as session:
        draft = session.scalars(select(Application).order_by(Application.id.desc())).first()
        assert draft is not None
        assert (draft.applicant_id, draft.filed_by_id) == (shop.cast.dara.person_id, shop.cast.bopha.person_id)
        assert draft.answers["shop"] == "ហាងថ្មី"
        looks = session.scalars(select(AccessLog.page).where(AccessLog.subject_id == shop.cast.dara.person_id)).all()
    assert "counter" in looks


def test_the_public_page_leads_to_ones_certificates(shop: SmallService, signed_in: SignIn) -> None:
    page = text(english(signed_in(shop.cast.dara)), "/services/industry.scale_check")
    assert "Renew or change a certificate that you hold" in page
    assert "Renewal is possible from 60 days before its end." in page
