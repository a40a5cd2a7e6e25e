"""Offices are opened, named, closed and given services on pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import Member
from tests.small.cases import SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_an_office_opens_and_says_to_which_its_cases_go(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    page = text(browser.get("/admin/offices/open?lang=en"))
    assert 'value="0203"' in page
    assert 'value="02"' not in page, "it is open already"
    assert 'value="industry"' in page
    for typed in ({}, {"place": "x"}, {"place": "99"}):
        assert browser.post("/admin/offices/open", data=typed).status_code == 422
    opened = browser.post("/admin/offices/open?lang=en", data={"place": "0203", "reason": "Decision 7"})
    assert opened.location == "/admin/offices/0203"
    page = text(browser.get("/admin/offices/0203?lang=en"))
    assert "cases go up to Battambang One Window Service Office" in page
    assert "Decision 7" in text(browser.get("/admin/history?lang=en&office=0203"))
    for stranger in (kilns.cast.kunthea, kilns.cast.phally):
        assert signed_in(stranger).post("/admin/offices/open", data={"place": "0204"}).status_code == 403


def test_name_address_and_telephone_are_changed_and_what_is_wrong_is_said(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    words = {
        "words-name_km": "ការិយាល័យថ្មី", "words-name_en": "New office",
        "words-address_km": "ផ្លូវ ១", "words-address_en": "Street 1",
    }  # fmt: skip
    wrong = browser.post("/admin/offices/02/words?lang=en", data=words | {"words-name_en": "", "words-phone": "12"})
    assert wrong.status_code == 422
    assert "Enter the name of the office" in text(wrong)
    assert 'value="ការិយាល័យថ្មី"' in text(wrong)
    typed = words | {"words-phone": "053 952 123", "words-reason": "Moved"}
    saved = browser.post("/admin/offices/02/words?lang=en", data=typed, follow_redirects=True)
    assert "New office" in text(saved)
    fields = re.findall(r' id="([^"]+)"', text(saved))
    assert len(fields) == len(set(fields)), "each field of the page has an id of its own"
    history = text(browser.get("/admin/history?lang=en&about=offices"))
    assert "Name in English: Battambang One Window Service Office" in history
    assert "Address in English: Street 1" in history


def test_an_offer_gets_days_and_a_last_day_with_a_reason(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    days = {"offer-from-day": "9", "offer-from-month": "3", "offer-from-year": "2026"}
    bad = browser.post("/admin/offices/12/offers?lang=en", data={"service": SERVICE} | days | {"offer-from-day": "32"})
    assert (bad.status_code, "Enter a day that exists" in text(bad)) == (422, True)
    assert browser.post("/admin/offices/12/offers", data={"service": SERVICE} | days).status_code == 303
    page = text(browser.get("/admin/offices/12?lang=en"))
    assert "Monday 9 March 2026 " in page
    until = {"offer-to-month": "3", "offer-to-year": "2026"}
    wrong = (("8", "The last day must not lie before today"), ("20", "on some of these days already"))
    for day, words in wrong:
        typed = {"service": SERVICE} | days | until | {"offer-to-day": day}
        refused = browser.post("/admin/offices/12/offers?lang=en", data=typed)
        assert (refused.status_code, words in text(refused)) == (422, True)
    end = f"/admin/offices/12/offers/{SERVICE}?lang=en"
    assert "Until when is “Brick kiln permit” offered here?" in text(browser.get(end))
    last = {"last-day": "13", "last-month": "3", "last-year": "2026"}
    assert browser.post(end, data=last).status_code == 422
    past = {"last-day": "1", "last-month": "3", "last-year": "2026", "reason": "x"}
    assert browser.post(end, data=past).status_code == 422
    assert browser.post(end, data=last | {"reason": "Trial over"}).location == "/admin/offices/12#offers"
    assert "Friday 13 March 2026" in text(browser.get("/admin/offices/12?lang=en"))
    assert browser.get("/admin/offices/12/offers/industry.nothing").status_code == 404


def test_closing_lists_what_runs_stops_what_comes_in_and_closes_when_nothing_is_left(
    kilns: Kilns, signed_in: SignIn
) -> None:
    kilns.send()
    browser = signed_in(kilns.cast.visal)
    page = text(browser.get("/admin/offices/02/close?lang=en"))
    assert "Applications that came in here and are not finished: 1" in page
    refused = browser.post("/admin/offices/02/close?lang=en", data={"reason": "Merged"})
    assert (refused.status_code, "It cannot be closed" in text(refused) or "cannot be closed yet" in text(refused)) == (
        409,
        True,
    )
    assert browser.post("/admin/offices/02/close", data={"_stop": "1"}).status_code == 422
    stopped = browser.post("/admin/offices/02/close?lang=en", data={"_stop": "1", "reason": "Merged"})
    assert stopped.location == "/admin/offices/02/close"
    assert "to Monday 2 March 2026" in text(browser.get("/admin/offices/02/close?lang=en"))
    closed = browser.post("/admin/offices/12/close?lang=en", data={"reason": "Merged"}, follow_redirects=True)
    assert "This office is closed" in text(closed)
    assert "Phnom Penh" not in text(browser.get("/admin/accounts/invite?lang=en"))
    assert 'value="12"' in text(browser.get("/admin/offices/open?lang=en"))
    assert signed_in(kilns.cast.kunthea).get("/admin/offices/02/close").status_code == 403
