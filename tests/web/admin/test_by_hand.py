"""The administrators' page for acting on a case by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from engine.flow import by_hand
from tests.administrators import second
from tests.browsers import arriving, serving, window
from tests.cast import NOW, Member
from tests.engine.flow.test_by_hand import at
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(f"{address}?lang=en").get_data(as_text=True)


def test_a_case_is_suspended_shown_so_to_its_owner_and_resumed(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand"
    assert "It stands at: Pay the fee" in page(browser, address)
    form = {"action": "suspend", "form": "suspend", "revision": "1", "suspend-reason": "asked the ministry"}
    done = browser.post(address, data=form)
    assert (done.status_code, done.location) == (303, f"/admin/cases/{sent.key}/history")
    assert "The case was suspended" in page(browser, done.location)
    assert "stands still for the moment" in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")
    assert "Suspend the case" not in page(browser, address)
    browser.post(address, data={"action": "resume", "form": "resume", "revision": "1", "resume-reason": "answered"})
    assert "stands still for the moment" not in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")


def test_what_is_missing_is_said_beside_the_form_it_belongs_to(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand?lang=en"
    form = {
        "action": "correct",
        "form": "correct-kilns",
        "revision": "1",
        "name": "kilns",
        "correct-kilns-value": "many",
        "correct-kilns-reason": "x",
    }
    answer = browser.post(address, data=form)
    assert answer.status_code == 422
    assert "Write a value of the same kind" in answer.get_data(as_text=True)
    assert browser.post(address, data={**form, "correct-kilns-reason": ""}).status_code == 422
    assert browser.post(address, data={**form, "revision": "7"}).status_code == 409
    assert browser.post(address, data={**form, "action": "burn"}).status_code == 404
    assert browser.post(address, data={**form, "correct-kilns-value": "3"}).status_code == 303


def test_an_ended_case_offers_nothing(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand"
    cancel = {"action": "cancel", "form": "cancel", "revision": "1", "cancel-reason": "sent twice"}
    assert browser.post(address, data=cancel).status_code == 303
    assert "This case is over." in page(browser, address)
    assert "The office ended this application" in page(signed_in(kilns.cast.dara), f"/applications/{sent.key}")


def test_what_passes_payment_is_proposed_and_a_second_administrator_confirms_it(
    kilns: Kilns, signed_in: SignIn
) -> None:
    sent, colleague = kilns.send(), second(kilns.house)
    browser, address = signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/by-hand"
    token = at(kilns, sent)["pay"]
    form = {"action": "move", "form": "m", "revision": "1", "token": token, "m-target": "issue", "m-reason": "told to"}
    assert browser.post(address, data=form).location == address
    told = page(browser, address)
    assert "waits for a second administrator" in told
    assert "Take the proposal back" in told
    assert "Confirm and do it" not in told
    confirm = {"action": "confirm", "form": "c", "proposal": "1", "c-reason": "I looked"}
    assert browser.post(address, data=confirm).status_code == 403
    other = signed_in(colleague)
    told = page(other, address)
    assert "Ouch Visal" in told
    assert "Issue the permit (issue)" in told
    assert other.post(address, data={**confirm, "c-reason": ""}).status_code == 422
    assert other.post(address, data=confirm).status_code == 303
    told = page(other, f"/admin/cases/{sent.key}/history")
    assert "Ouch Visal" in told
    assert "Sim Sothea" in told
    assert set(at(kilns, sent)) == {"hand_over"}


@pytest.mark.browser
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_page_is_accessible_and_fits_a_phone(kilns: Kilns, app: Flask, browser: Browser) -> None:
    sent = kilns.send()
    token, other = at(kilns, sent)["pay"], second(kilns.house).actor
    with kilns.house.database.transaction() as session:
        by_hand.move(session, kilns.house, other, sent.key, token, target_id="issue", reason="told to", now=NOW)
    with serving(app) as address:
        for lang, width in (("km", 360), ("en", 1280)):
            page = window(browser, width, 800).new_page()
            page.goto(f"{address}/sign-in")
            page.fill("[name=login]", kilns.cast.visal.phone)
            page.fill("[name=password]", kilns.cast.visal.password)
            with arriving(page):
                page.click("main button[type=submit]")
            page.goto(f"{address}/admin/cases/{sent.key}/by-hand?lang={lang}")
            expect(page.locator("main form").nth(4)).to_be_attached()
            assert Axe().run(page).response["violations"] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.context.close()


@pytest.mark.parametrize("member", ["kunthea", "dara", "chenda"])
def test_nobody_else_may_act_by_hand(kilns: Kilns, signed_in: SignIn, member: str) -> None:
    sent = kilns.send()
    browser, address = signed_in(getattr(kilns.cast, member)), f"/admin/cases/{sent.key}/by-hand"
    assert browser.get(address).status_code == 403
    assert browser.post(address, data={"action": "cancel", "revision": "1"}).status_code == 403
