"""How an office keeps its promises, for everybody: the numbers of the register, and nothing about few."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from engine.queries.public.performance import months_before
from storage.tallies import MonthChange, MonthTally
from storage.tallying import rebuild
from tests.cast import Member
from tests.small.cases import SERVICE, Kilns

MONTH = "2026-02"


def kept(kilns: Kilns, **numbers: int) -> None:
    """Numbers of a month, partly folded."""
    cell = {"month": MONTH, "office_id": kilns.cast.battambang, "service_key": SERVICE}
    with kilns.house.database.transaction() as session:
        session.execute(insert(MonthTally).values(**cell, **numbers))
        session.execute(insert(MonthChange).values(**cell, received=1, late=1))


def forget(kilns: Kilns) -> None:
    """What was made up goes, so that the numbers are again what the rows come to."""
    with kilns.house.database.transaction() as session:
        rebuild(session)


def rows_of(client: FlaskClient, address: str) -> dict[str, dict[str, str]]:
    answer = client.get(address)
    assert (answer.status_code, answer.cache_control.public) == (200, True)
    lines = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    return {line["service_key"]: line for line in lines if line["office_code"] == "02"}


def test_the_page_and_the_data_tell_the_same_numbers(kilns: Kilns, client: FlaskClient) -> None:
    kept(kilns, received=40, on_time=19)
    page = client.get("/offices/02/performance?lang=en").get_data(as_text=True)
    data = client.get("/offices/02/performance.json").get_json()
    told = next(row for row in data["rows"] if row["service_key"] == SERVICE)
    assert (told["received"], told["ended"], told["on_time"], told["on_time_percent"]) == (41, 20, 19, 95)
    assert set(told) == set(data["fields"])
    for address in ("/offices/02/performance.csv", "/performance.csv"):
        line = rows_of(client, address)[SERVICE]
        assert (line["received"], line["ended"], line["on_time_percent"]) == ("41", "20", "95")
    assert "95 %" in page
    assert "/offices/02/performance" in client.get("/offices/02").get_data(as_text=True)
    forget(kilns)


@pytest.mark.parametrize("address", ["/offices/02/performance.csv", "/offices/02/performance.json", "/performance.csv"])
def test_what_anybody_may_keep_carries_the_cookies_of_nobody(
    kilns: Kilns, signed_in: Callable[[Member], FlaskClient], address: str
) -> None:
    answer = signed_in(kilns.cast.dara).get(f"{address}?lang=en")
    assert (answer.status_code, answer.cache_control.public) == (200, True)
    assert answer.headers.getlist("Set-Cookie") == []
    assert "Cookie" not in answer.vary


def test_nothing_is_told_of_few(kilns: Kilns, client: FlaskClient) -> None:
    kept(kilns, received=8, on_time=8)
    line = rows_of(client, "/offices/02/performance.csv")[SERVICE]
    assert {line[name] for name in ("received", "ended", "on_time", "on_time_percent", "usual_days_half")} == {""}
    assert "too few" in client.get("/offices/02/performance?lang=en").get_data(as_text=True)
    assert "តិចពេក" in client.get("/offices/02/performance?lang=km").get_data(as_text=True)
    forget(kilns)


def test_all_is_said_of_all_only(kilns: Kilns, client: FlaskClient) -> None:
    kept(kilns, received=999, on_time=999)
    assert rows_of(client, "/performance.csv")[SERVICE]["on_time_percent"] == "99"
    forget(kilns)


@pytest.mark.parametrize("end", ["", ".json", ".csv"])
def test_there_is_nothing_of_an_office_that_there_is_not(kilns: Kilns, client: FlaskClient, end: str) -> None:
    assert client.get(f"/offices/nowhere/performance{end}").status_code == 404


def test_only_whole_months_count() -> None:
    assert months_before(date(2026, 3, 2))[::11] == ("2025-03", "2026-02")
    assert months_before(date(2026, 12, 31))[-1] == "2026-11"
