"""The pages on which administrators take running cases to another version, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.versions import transfers
from tests.cast import NOW, Cast, Member
from tests.engine.versions.test_transfers import RENAMED, TIMED, checking, versions
from tests.small.cases import SERVICE, Kilns
from tests.web.security.stock import let_phally_do_everything_elsewhere
from web.admin.transfers import AT_ONCE

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
SURVEY = f"/admin/transfers/{SERVICE}/2"


@pytest.fixture
def visal(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.visal)
    browser.set_cookie("lang", "en")
    return browser


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(address).get_data(as_text=True)


def test_a_report_offers_what_can_be_stated_and_writes_nothing(visal: FlaskClient, kilns: Kilns) -> None:
    sent = checking(kilns)
    kilns.draw(2, TIMED)
    first = page(visal, SURVEY)
    assert sent.reference in first
    assert "The case waits there or remembers it" in first
    assert 'name="map-check"' in first
    assert "itself: the change is meant" in first
    assert "as stated" in page(visal, f"{SURVEY}?map-check=check")
    assert versions(kilns) == {1: 1}
    assert visal.get(f"{SURVEY}?map-check=nothing").status_code == 422
    assert visal.get(f"/admin/transfers/{SERVICE}/9").status_code == 404
    assert f'href="{SURVEY}"' in page(visal, f"/analyst/{SERVICE}")


def test_cases_are_taken_there_with_a_reason_and_taken_back(visal: FlaskClient, kilns: Kilns) -> None:
    sent, stays = checking(kilns), checking(kilns)
    kilns.check(stays, "return")
    kilns.draw(2, TIMED)
    stated = {"map-check": "check"}
    refused = visal.post(SURVEY, data=stated)
    assert refused.status_code == 422
    assert "Give the reason" in refused.get_data(as_text=True)
    done = visal.post(SURVEY, data={**stated, "reason": "a timer"})
    assert (done.status_code, done.location) == (303, "/admin/transfers/1")
    shown = page(visal, done.location)
    for words in ("Every case was looked at", "check → check", "a timer", "Ouch Visal"):
        assert words in shown
    assert versions(kilns) == {2: 2}
    assert "Transfer 1" in page(visal, f"/analyst/{SERVICE}")
    undone = visal.post("/admin/transfers/1/undo")
    assert undone.status_code == 303
    assert "This transfer was undone" in page(visal, "/admin/transfers/1")
    assert (versions(kilns), sent.reference != stays.reference) == ({1: 2}, True)
    assert visal.post("/admin/transfers/1/undo").status_code == 409


def test_a_transfer_that_is_not_finished_shows_what_is_left_and_goes_on(visal: FlaskClient, kilns: Kilns) -> None:
    blocked = checking(kilns)
    for _ in range(2):
        kilns.send()
    kilns.draw(2, TIMED)
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.visal.actor
        number = transfers.begin(session, kilns.house, actor, SERVICE, 2, mapping={}, reason="a timer", now=NOW)
    transfers.go_on(kilns.house, number, now=NOW, most=1)
    shown = page(visal, f"/admin/transfers/{number}")
    assert "2 cases are left" in shown
    assert blocked.reference in shown
    assert AT_ONCE > 2
    assert visal.post(f"/admin/transfers/{number}/go-on").status_code == 303
    assert "Every case was looked at" in page(visal, f"/admin/transfers/{number}")
    assert versions(kilns) == {1: 1, 2: 2}


def test_only_administrators_of_the_whole_house_take_cases_anywhere(
    kilns: Kilns, cast: Cast, signed_in: SignIn
) -> None:
    checking(kilns)
    kilns.draw(2, RENAMED)
    let_phally_do_everything_elsewhere(kilns.house, cast)
    with kilns.house.database.transaction() as session:
        transfers.begin(session, kilns.house, cast.visal.actor, SERVICE, 2, mapping={}, reason="words", now=NOW)
    for who in (cast.phally, cast.bopha, cast.chenda):
        browser = signed_in(who)
        for address in (SURVEY, "/admin/transfers/1"):
            assert browser.get(address).status_code == 403
        for address in (SURVEY, "/admin/transfers/1/go-on", "/admin/transfers/1/undo"):
            assert browser.post(address, data={"reason": "x"}).status_code == 403
        assert "Take running cases" not in page(browser, f"/analyst/{SERVICE}?lang=en")
    assert versions(kilns) == {1: 1}
