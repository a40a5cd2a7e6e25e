"""The officer's first page over HTTP."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine import localise
from engine.queries.office.inbox import PAGE_SIZE
from engine.queries.shared.stretches import MOST_COUNTED
from tests.cast import Member
from tests.small.cases import Kilns
from tests.small.crowds import crowd

SignedIn = Callable[[Member], FlaskClient]


def test_an_officer_finds_a_task_and_opens_it(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    browser = signed_in(kilns.cast.bopha)
    page = browser.get("/office?lang=en").get_data(as_text=True)
    assert sent.reference in page
    assert f'href="/office/tasks/{kilns.task(sent, "check")}"' in page
    assert browser.get(f"/office/tasks/{kilns.task(sent, 'check')}").status_code == 200


def test_fees_and_handovers_open_at_their_desks(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    assert f'href="/office/cashier/{sent.key}"' in cashier.get("/office").get_data(as_text=True)
    answer = cashier.get(f"/office/tasks/{kilns.task(sent, 'pay')}")
    assert (answer.status_code, answer.location) == (303, f"/office/cashier/{sent.key}")


def test_an_unknown_shelf_and_page_show_the_whole_inbox(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    for address in ("/office?show=nonsense", "/office?page=0", "/office?page=-1", "/office?page=9999999999999"):
        assert browser.get(address).status_code == 200


def test_pages_are_turned_by_links_alone(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, 2 * PAGE_SIZE)
    browser = signed_in(kilns.cast.bopha)

    def turned(page: str, words: str) -> str:
        link = re.search(rf'href="([^"]+)">(?:← )?{words}', page)
        assert link, page
        return browser.get(html.unescape(link[1])).get_data(as_text=True)

    first = browser.get("/office?show=free&lang=en").get_data(as_text=True)
    assert ("Page 1 of 3" in first, "Previous" in first) == (True, False)
    second = turned(first, "Next")
    assert "Page 2 of 3" in second
    last = turned(second, "Next")
    assert ("Page 3 of 3" in last, "Next" in last) == (True, False)
    assert lines(turned(last, "Previous")) == lines(second)
    assert lines(turned(last, "First page")) == lines(turned(second, "Previous")) == lines(first)
    assert 'aria-current="page">To claim' in second
    assert lines(browser.get("/office?show=free&page=2").get_data(as_text=True)) == lines(first)
    assert not set(lines(first)) & set(lines(second))


@pytest.mark.parametrize("asked", ["before=\u200b", "after=" + "9" * 5_000, "after=a&after=b", "before=x&page=-4"])
def test_an_address_that_names_no_task_shows_the_first_page(kilns: Kilns, signed_in: SignedIn, asked: str) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    for address in ("/office", "/office/handover"):
        answer = signed_in(kilns.cast.bopha).get(f"{address}?{asked}")
        assert answer.status_code == 200
    assert sent.reference in signed_in(kilns.cast.bopha).get(f"/office?{asked}").get_data(as_text=True)


def test_more_than_a_thousand_are_said_in_both_languages(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, MOST_COUNTED)
    browser = signed_in(kilns.cast.bopha)
    assert re.search(r"Everything <span[^>]*>1,000\+<", browser.get("/office?lang=en").get_data(as_text=True))
    page = browser.get("/office?lang=km").get_data(as_text=True)
    assert f">{localise.number(MOST_COUNTED, 'km')}+<" in page
    assert f">{localise.number(MOST_COUNTED + 1, 'km')}<" not in page
    assert "ទំព័រ ១<" in page


def lines(page: str) -> list[str]:
    return re.findall(r'href="/office/tasks/([^"]+)"', page)


def test_the_analyst_is_led_to_the_definitions(kilns: Kilns, signed_in: SignedIn) -> None:
    assert signed_in(kilns.cast.chenda).get("/office").location == "/analyst"


def test_a_citizen_may_not_open_it(kilns: Kilns, signed_in: SignedIn) -> None:
    assert signed_in(kilns.cast.dara).get("/office").status_code == 403
