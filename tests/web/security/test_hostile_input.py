"""What no browser of ours sends: it is refused with a page, it never breaks one."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.small.cases import SERVICE, Kilns
from tests.web.security.addresses import POSTED, READ, addresses, rules
from web.office.tokens import token_for

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # the stricter one
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
        desk = cast.kunthea if page.startswith(("team", "case_clock_give")) else desk
        member = desk if blueprint == "office" else citizens.get(blueprint, cast.dara)
        if member.phone not in browsers:
            browsers[member.phone] = signed_in(member)
        return browsers[member.phone]

    return browser


def test_a_sign_that_no_text_holds_is_refused_in_addresses_questions_and_forms(app: Flask, opened: Opened) -> None:
    let_in = []
    for endpoint, address in addresses(app, READ, "a%00b"):
        asked = [*([address] if "%00" in address else ()), f"{address}?q=a%00b", f"{address}?%00=1"]
        answers = [opened(endpoint).get(where) for where in asked]
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


HEAP = "a" + "\u0301" * 100_000 + "\u0327" * 100_000
"""Two kinds of marks on one letter: to bring them into their order takes the square of their number."""
TOO_MUCH: dict[str, tuple[dict[str, Any], int]] = {
    "marks heaped on a letter": ({"login": HEAP}, 413),
    "fewer marks heaped on a letter": ({"login": HEAP[:200] + HEAP[-200:]}, 400),
    "marks in the name of a field": ({HEAP[:200]: "x"}, 400),
    "marks in the name of a file": ({"file": (BytesIO(b"x"), HEAP[:200] + ".png")}, 400),
    "vowels heaped on a letter": ({"name_km": "ក" + "ិ" * 300}, 400),
    "a text that nobody typed": ({"login": "x" * 300_000}, 413),
    "a text somewhat too long": ({"q": "ក" * 20_001}, 413),
    "many fields": ({f"f{n}": "x" for n in range(1_001)}, 413),
    "one field many times": ({"q": ["x"] * 1_001}, 413),
    "much text in many fields": ({f"f{n}": "ក" * 15_000 for n in range(14)}, 413),
    "a field with a long name": ({"x" * 301: "x"}, 413),
    "a file with a long name": ({"file": (BytesIO(b"x"), "x" * 301)}, 413),
    "a signature that no page draws": ({"signature": "x" * 600_001}, 413),
    "a signature in Khmer": ({"signature": "ក" * 20_001}, 413),
}


OF_MACHINES = ("/telegram/updates",)
"""Far less is too much there, and no page says so."""


@pytest.mark.parametrize("what", TOO_MUCH)
def test_more_text_than_a_page_takes_is_refused_before_anything_works_on_it(app: Flask, what: str) -> None:
    """Nobody is signed in: it is refused before anybody asks who it is, on pages that are closed too."""
    form, status = TOO_MUCH[what]
    browser = app.test_client()
    for address in sorted({rule.rule if not rule.arguments else "/sign-in" for rule in rules(app, POSTED)}):
        answer = browser.post(address, data={k: _again(v) for k, v in form.items()}, query_string={"lang": "en"})
        assert answer.status_code == status, address
        if address not in OF_MACHINES:
            assert ("more text than a page takes" in answer.text) == (status == 413)


def _again(value: Any) -> Any:
    """A file is read to its end by whoever posts it; each post gets one of its own."""
    return (BytesIO(b"x"), value[1]) if isinstance(value, tuple) else value


def test_an_address_that_nobody_typed_is_refused(client: FlaskClient) -> None:
    assert client.get("/services", query_string={"q": "x" * 16_001}).status_code == 400
    assert client.get("/" + "x" * 16_001).status_code == 400
    assert client.get("/services", query_string={"q": HEAP[:300]}).status_code == 400
    assert client.get("/verify/" + HEAP[:300]).status_code == 400


def test_what_people_write_is_let_in(client: FlaskClient) -> None:
    for text in ("ស្ត្រីម្នាក់ៗ ខ្ញុំ ឲ្យ ណ្ណ៎ះ", "Nguyễn Thị Ánh", "นี้ก็ดี", "שָׁלוֹם", "x" * 4_000, "ក្" * 2_000):
        assert client.post("/sign-in", data={"login": text, "password": "?"}).status_code == 422


REMOVED_TWICE = ("admin.holiday_remove", "admin.area_day_remove")
"""Removing what is gone already is harmless."""


def test_a_number_that_no_record_has_is_not_found(app: Flask, opened: Opened) -> None:
    for number in ("0", "99999999999999999999", "9" * 400):
        for way in (READ, POSTED):
            for endpoint, address in addresses(app, way, number, only="int"):
                answer = opened(endpoint).get(address) if way == READ else opened(endpoint).post(address)
                gone_already = endpoint in REMOVED_TWICE and answer.status_code == 303
                assert answer.status_code == 404 or gone_already, (endpoint, number)


def test_a_page_number_is_any_text(signed_in: Browser, cast: Cast) -> None:
    officer, administrator, applicant = signed_in(cast.bopha), signed_in(cast.visal), signed_in(cast.dara)
    for page in ("0", "-1", "²", "៣", LONG_NUMBER, "1e9", "02026999999999"):
        asked = {"page": page, "year": page, "q": "sok"}
        for address in ("/office", "/office/search", "/office/handover"):
            assert officer.get(address, query_string=asked).status_code == 200
        for address in ("/admin/incidents", "/admin/clocks/list", "/admin/offices/02", "/admin/holidays"):
            assert administrator.get(address, query_string=asked).status_code == 200
        looks = {"before": page, "person": page, "from": page[:40], "page": page[:40]}
        assert administrator.get("/admin/looks", query_string=looks).status_code == 200
        assert applicant.get("/account/looks", query_string=looks).status_code == 200
        for address in ("/account", "/account/messages"):
            assert applicant.get(address, query_string=asked).status_code == 200


def test_hidden_fields_hold_any_text(app: Flask, signed_in: Browser, cast: Cast, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    officer, task = signed_in(cast.bopha), kilns.task(sent, "check")
    officer.post(f"/office/tasks/{task}/claim")
    with app.app_context():
        token = token_for(cast.bopha.actor, cast.dara.person_id)
    for number in ("-1", "²", LONG_NUMBER, "99999999999999999999", "x", ""):
        stale = officer.post(f"/office/tasks/{task}", data={"revision": number, "result": "maybe"})
        assert stale.status_code in (409, 422)
        begun = officer.post(f"/office/walk-in/{token}", data={"service": SERVICE, "office": number})
        assert begun.status_code in (403, 404, 422)
        assert officer.post("/office/notices/read", data={"up_to": number}).status_code == 303
        chosen = officer.post("/office/notices/settings", data={"digest_hour": number, "quiet_from": number})
        assert chosen.status_code in (303, 422)
        hours = signed_in(cast.visal).post("/admin/offices/02/hours", data={"revision": number})
        assert hours.status_code in (409, 422)
