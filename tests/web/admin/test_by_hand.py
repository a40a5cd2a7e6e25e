"""The administrators' page for acting on a case by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(f"{address}?lang=en").get_data(as_text=True)


def test_a_case_is_suspended_shown_so_to_its_owner_and_resumed(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand"
    assert "It stands at: Pay the fee" in page(browser, address)
    form = {"action": "suspend", "form": "suspend", "revision": "1", "reason": "asked the ministry"}
    done = browser.post(address, data=form)
    assert (done.status_code, done.location) == (303, f"/admin/cases/{sent.key}/history")
    assert "The case was suspended" in page(browser, done.location)
    assert "stands still for the moment" in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")
    assert "Suspend the case" not in page(browser, address)
    browser.post(address, data={**form, "action": "resume"})
    assert "stands still for the moment" not in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")


def test_what_is_missing_is_said_beside_the_form_it_belongs_to(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand?lang=en"
    form = {
        "action": "correct",
        "form": "correct-kilns",
        "revision": "1",
        "name": "kilns",
        "value": "many",
        "reason": "x",
    }
    answer = browser.post(address, data=form)
    assert answer.status_code == 422
    assert "Write a value of the same kind" in answer.get_data(as_text=True)
    assert browser.post(address, data={**form, "reason": ""}).status_code == 422
    assert browser.post(address, data={**form, "revision": "7"}).status_code == 409
    assert browser.post(address, data={**form, "action": "burn"}).status_code == 404
    assert browser.post(address, data={**form, "value": "3"}).status_code == 303


def test_an_ended_case_offers_nothing(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand"
    cancel = {"action": "cancel", "form": "cancel", "revision": "1", "reason": "sent twice"}
    assert browser.post(address, data=cancel).status_code == 303
    assert "This case is over." in page(browser, address)
    assert "The office ended this application" in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")


@pytest.mark.parametrize("member", ["kunthea", "dara", "chenda"])
def test_nobody_else_may_act_by_hand(kilns: Kilns, signed_in: SignIn, member: str) -> None:
    sent = kilns.send()
    browser, address = signed_in(getattr(kilns.cast, member)), f"/admin/cases/{sent.key}/by-hand"
    assert browser.get(address).status_code == 403
    assert browser.post(address, data={"action": "cancel", "revision": "1", "reason": "x"}).status_code == 403
