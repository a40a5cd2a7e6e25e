"""What no browser of ours sends: it is refused with a page, it never breaks one."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.small.cases import SERVICE, Kilns
from tests.web.security.addresses import POSTED, READ, addresses, rules

Browser = Callable[[Member], FlaskClient]
Opened = Callable[[str], FlaskClient]
LONG_NUMBER = "9" * 6_000
"""More digits than Python reads, and than any column holds."""


@pytest.fixture
def opened(signed_in: Browser, cast: Cast) -> Callable[[str], FlaskClient]:
    """The browser of somebody who may open the page behind an endpoint."""
    citizens = {"admin": cast.visal, "analyst": cast.chenda, "results": cast.kunthea}
    browsers: dict[str, FlaskClient] = {}

    def browser(endpoint: str) -> FlaskClient:
        blueprint, _, page = endpoint.partition(".")
        desk = cast.sopheap if page.startswith(("payment", "cashier")) else cast.bopha
        member = desk if blueprint == "office" else citizens.get(blueprint, cast.dara)
        if member.phone not in browsers:
            browsers[member.phone] = signed_in(member)
        return browsers[member.phone]

    return browser


def test_a_sign_that_no_text_holds_is_refused_in_addresses_questions_and_forms(app: Flask, opened: Opened) -> None:
    let_in = []
    for endpoint, address in addresses(app, READ, "a%00b"):
        answers = [opened(endpoint).get(where) for where in (address, f"{address}?q=a%00b", f"{address}?%00=1")]
        refused = 400 if "%00" in address else 404  # a number can hold no such sign
        let_in += [(endpoint, answer.status_code) for answer in answers if answer.status_code not in (400, refused)]
    for rule in rules(app, READ):
        for question in ("q", "code", "page", "office", "service", "from", "element", "next"):
            if not rule.arguments:
                answer = opened(rule.endpoint).get(rule.rule, query_string={question: "a\0b"})
                let_in += [(rule.endpoint, answer.status_code)] * (answer.status_code != 400)
    for endpoint, address in addresses(app, POSTED, "ab"):
        for form in ({"office": "a\0b"}, {"a\0b": "1"}, {"file\0": (BytesIO(b"x"), "x.png")}):
            answer = opened(endpoint).post(address, data=form)
            let_in += [(endpoint, answer.status_code)] * (answer.status_code != 400)
    assert let_in == []


def test_a_number_that_no_record_has_is_not_found(app: Flask, opened: Opened) -> None:
    for number in ("0", "99999999999999999999", "9" * 400):
        for way in (READ, POSTED):
            for endpoint, address in addresses(app, way, number, only="int"):
                answer = opened(endpoint).get(address) if way == READ else opened(endpoint).post(address)
                gone_already = endpoint == "admin.holiday_remove" and answer.status_code == 303
                assert answer.status_code == 404 or gone_already, (endpoint, number)


def test_a_page_number_is_any_text(signed_in: Browser, cast: Cast) -> None:
    officer, administrator, applicant = signed_in(cast.bopha), signed_in(cast.visal), signed_in(cast.dara)
    for page in ("0", "-1", "²", "៣", LONG_NUMBER, "1e9", "02026999999999"):
        asked = {"page": page, "year": page, "q": "sok"}
        for address in ("/office", "/office/search", "/office/handover"):
            assert officer.get(address, query_string=asked).status_code == 200
        for address in ("/admin/incidents", "/admin/clocks/list", "/admin/offices/02", "/admin/holidays"):
            assert administrator.get(address, query_string=asked).status_code == 200
        for address in ("/account", "/account/messages", "/account/looks"):
            assert applicant.get(address, query_string=asked).status_code == 200


def test_hidden_fields_hold_any_text(signed_in: Browser, cast: Cast, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    officer, task = signed_in(cast.bopha), kilns.task(sent, "check")
    officer.post(f"/office/tasks/{task}/claim")
    page = officer.get("/office/walk-in?q=012345601").get_data(as_text=True)
    token = page.split("/office/walk-in/", 2)[-1].split('"')[0]
    for number in ("-1", "²", LONG_NUMBER, "99999999999999999999", "x", ""):
        stale = officer.post(f"/office/tasks/{task}", data={"revision": number, "result": "maybe"})
        assert stale.status_code in (409, 422)
        begun = officer.post(f"/office/walk-in/{token}", data={"service": SERVICE, "office": number})
        assert begun.status_code in (403, 404, 422)
        hours = signed_in(cast.visal).post("/admin/offices/02/hours", data={"revision": number})
        assert hours.status_code in (409, 422)
