"""The control room as it is opened: by whom, in which words, and where its numbers lead."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.clockwork import schedule
from tests.cast import Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns
from tests.web.admin.test_pages import text_of
from tests.web.security.stock import belong

SignIn = Callable[[Member], FlaskClient]
ADDRESSES = ("/admin/now", "/admin/now/cases", "/admin/now/ages", "/admin/now/ages/cases")


def test_administrators_heads_and_governors_open_it_and_nobody_else(
    kilns: Kilns, client: FlaskClient, signed_in: SignIn
) -> None:
    belong(kilns.house, kilns.cast.rithy, {"governor"}, kilns.cast.battambang)
    belong(kilns.house, kilns.cast.mony, {"tourism.laboratory"}, kilns.cast.battambang)
    for address in ADDRESSES:
        assert client.get(address).status_code == 303
        for member in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.chenda, kilns.cast.mony):
            assert signed_in(member).get(address).status_code == 403
        for member in (kilns.cast.visal, kilns.cast.kunthea, kilns.cast.rithy):
            assert signed_in(member).get(address).status_code == 200


def test_numbers_lead_to_the_cases_that_a_head_reads(kilns: Kilns, signed_in: SignIn, clock: SetClock) -> None:
    late = kilns.send()
    kilns.pay(late)
    clock.pass_time(days=40)
    schedule.sweep(kilns.house, now=clock.moment)
    fresh = kilns.send(kilns.cast.vannak, now=clock.moment)
    browser = signed_in(kilns.cast.kunthea)
    board = browser.get("/admin/now?lang=en").get_data(as_text=True)
    assert "Control room" in board
    (link,) = set(re.findall(r'href="(/admin/now/cases\?state=breached)"', board))
    cases = browser.get(link).get_data(as_text=True)
    assert late.reference in cases
    assert fresh.reference not in cases
    assert f'href="/office/cases/{late.key}"' in cases
    assert "by-hand" not in cases
    assert browser.get(f"/office/cases/{late.key}").status_code == 200
    by_hand = signed_in(kilns.cast.visal).get(link).get_data(as_text=True)
    assert f"/admin/cases/{late.key}/by-hand" in by_hand


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_speaks_khmer_and_english_and_shrugs_at_nonsense(kilns: Kilns, signed_in: SignIn, address: str) -> None:
    sent, browser = kilns.send(), signed_in(kilns.cast.visal)
    assert "បន្ទប់តាមដាន" in text_of(browser, f"{address}?lang=km")
    assert "Control room" in text_of(browser, f"{address}?lang=en")
    nonsense = "state=x&age=y&officer=%27&after=-&before=zz&page=minus"
    assert "Control room" in text_of(browser, f"{address}?{nonsense}")
    for page in ("/admin/now/cases", "/admin/now/ages/cases"):
        assert sent.reference in text_of(browser, f"{page}?{nonsense}")
    assert sent.reference not in text_of(browser, "/admin/now/cases?officer=999999")
    assert sent.reference not in text_of(browser, f"/admin/now/cases?office={'9' * 5000}")


def test_old_cases_are_counted_by_days_and_lead_to_what_a_head_reads(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    old = kilns.send()
    clock.pass_time(days=12)
    fresh = kilns.send(kilns.cast.vannak, now=clock.moment)
    browser = signed_in(kilns.cast.kunthea)
    assert 'href="/admin/now/ages"' in browser.get("/admin/now").get_data(as_text=True)
    board = browser.get("/admin/now/ages?lang=en").get_data(as_text=True)
    (link,) = set(re.findall(r'href="(/admin/now/ages/cases\?age=20)"', board))
    cases = browser.get(link).get_data(as_text=True)
    assert old.reference in cases
    assert fresh.reference not in cases
    assert f'href="/office/cases/{old.key}"' in cases
    assert browser.get(f"/office/cases/{old.key}").status_code == 200
    file = browser.get(f"{link}&as=csv").get_data(as_text=True)
    assert [line.split(",")[0] for line in file.splitlines()] == ["\ufeffReference number", old.reference]
