"""Long tables of administrators come in pages: what is above them is of everything, and their links lead on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from engine.queries.admin import clock_list, clocks, reports
from tests.cast import NOW, Member
from tests.small.cases import FEE, Kilns

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def visal(kilns: Kilns, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Signed in, with three cases of three months, on pages of two rows."""
    for module in (clock_list, clocks, reports):
        monkeypatch.setattr(module, "PAGE_SIZE", 2)
    for month, who in enumerate((kilns.cast.dara, kilns.cast.vannak, kilns.cast.rithy)):
        now = NOW + timedelta(days=31 * month)
        kilns.pay(kilns.send(who, now=now), now=now)
    return signed_in(kilns.cast.visal)


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def led_to(page: str, rel: str) -> str:
    (found,) = re.findall(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found)


def test_the_list_of_clocks_is_read_on_from_where_a_page_ends(visal: FlaskClient) -> None:
    first = text_of(visal, "/admin/clocks/list?lang=en&kind=norm")
    assert "3 clocks, due first" in first
    onwards = led_to(first, "next")
    assert re.search(r"\?after=\d+-\d+&page=2&kind=norm$", onwards)
    second = text_of(visal, onwards)
    assert "Page 2 of 2" in second
    back = text_of(visal, led_to(second, "prev"))
    references = re.compile(r"02-26-\d+-\d")
    assert references.findall(back) == references.findall(first)
    assert len(set(references.findall(first) + references.findall(second))) == 3


@pytest.mark.parametrize("mark", ["", "1", "-", "x'--", "9" * 40, "999999999999999999-1", "1-1-1"])
def test_a_mark_that_is_none_is_as_none(visal: FlaskClient, mark: str) -> None:
    page = visal.get("/admin/clocks/list", query_string={"page": "2", "after": mark, "before": mark, "lang": "en"})
    assert page.status_code == 200
    assert "Page 2 of" in page.get_data(as_text=True)


def test_the_overview_counts_everything_above_each_of_its_pages(visal: FlaskClient) -> None:
    first = text_of(visal, "/admin/clocks?lang=en&office=02")
    second = text_of(visal, led_to(first, "next"))
    assert "office=02&page=2" in led_to(first, "next")
    assert "Page 2 of 2" in second
    assert "Page 2 of 2" in text_of(visal, "/admin/clocks?lang=en&office=02&page=999")
    tiles = re.compile(r'ow-tile__value">([^<]+)<')
    assert tiles.findall(first) == tiles.findall(second)


def test_the_report_sums_and_sends_more_than_the_page_it_shows(visal: FlaskClient) -> None:
    address = "from=2026-01&to=2026-12&lang=en"
    first = text_of(visal, f"/admin/reports?{address}")
    second = text_of(visal, led_to(first, "next"))
    total = f"{3 * FEE:,}"
    assert total in first
    assert total in second
    assert "Page 2 of 2" in second
    beyond = text_of(visal, f"/admin/reports?{address}&page=99")
    assert beyond.count("Page 2 of 2") == 1
    sent = visal.get(f"/admin/reports.csv?{address}").get_data().decode("utf-8-sig")
    assert [row["Month"] for row in csv.DictReader(io.StringIO(sent))] == ["2026-03", "2026-04", "2026-05"]
