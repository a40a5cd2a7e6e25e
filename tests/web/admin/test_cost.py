"""Lists cost the same number of statements however much they list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import Kilns
from tests.statements import counted

SignIn = Callable[[Member], FlaskClient]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "address",
    [
        *("/admin/clocks", "/admin/clocks/list", "/admin/now?office=02", "/admin/now/cases"),
        *("/admin/incidents", "/admin/outbox", "/admin/reports"),
    ],
)
def test_a_list_of_many_cases_costs_what_one_case_costs(kilns: Kilns, signed_in: SignIn, address: str) -> None:
    browser = signed_in(kilns.cast.visal)
    kilns.pay(kilns.send())
    browser.get(address)
    with counted(kilns.house.database) as few:
        assert browser.get(address).status_code == 200
    for member in (kilns.cast.bopha, kilns.cast.vannak, kilns.cast.rithy, kilns.cast.mony):
        kilns.pay(kilns.send(member))
    with counted(kilns.house.database) as many:
        assert browser.get(address).status_code == 200
    assert many.statements == few.statements <= 11


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_long_list_comes_in_pages(kilns: Kilns, signed_in: SignIn) -> None:
    sent = [kilns.send().reference for _ in range(26)]
    browser = signed_in(kilns.cast.visal)
    first = browser.get("/admin/clocks/list?lang=en").get_data(as_text=True)
    second = browser.get("/admin/clocks/list?page=2").get_data(as_text=True)
    beyond = browser.get("/admin/clocks/list?page=999").get_data(as_text=True)
    assert "52 clocks" in first
    assert "Page 1 of 2" in first
    assert sent[0] in first
    assert sent[-1] in second
    assert "Page 2 of 2" in beyond
