"""On which grounds an office refused and what was found, for everybody: in the same numbers, and nothing about few."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert

from engine.queries.public.decisions import FEWEST, half_before, told
from storage.step_times import CaseTally, FactKind
from tests.cast import NOW
from tests.properties import given, st
from tests.small.cases import SERVICE, Kilns
from tests.small.grounds import FOUND, FOUND_WORDS, WHY, WORDS, form_with, texts

HALF = ("2025-07", "2025-12")


@pytest.fixture
def with_choices(kilns: Kilns) -> Iterator[Kilns]:
    files = {"forms/check.json": form_with(WHY, FOUND), "texts.yaml": texts(WORDS + FOUND_WORDS)}
    kilns.draw(2, more=files, now=NOW)
    yield kilns
    with kilns.house.database.transaction() as session:
        session.execute(delete(CaseTally))


def counted(kilns: Kilns, kind: FactKind, key: str, *numbers: tuple[str, int]) -> None:
    cell = {"office_id": kilns.cast.battambang, "service_key": SERVICE, "kind": kind, "key": key}
    with kilns.house.database.transaction() as session:
        for month, cases in numbers:
            session.execute(insert(CaseTally).values(**cell, month=month, cases=cases))


def rows_of(client: FlaskClient, address: str) -> dict[str, str]:
    answer = client.get(address)
    assert (answer.status_code, answer.cache_control.public) == (200, True)
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert {(line["first_month"], line["last_month"]) for line in lines} <= {HALF}
    return {line["choice"]: line["cases"] for line in lines if line["office_code"] == "02"}


def test_the_page_and_the_data_tell_the_same_numbers(with_choices: Kilns, client: FlaskClient) -> None:
    """Of the whole half of a year alone, and of few only that they are few."""
    counted(with_choices, FactKind.FOUND, "check:found:smoke", ("2025-07", 30), ("2025-12", 4), ("2026-01", 50))
    counted(with_choices, FactKind.FOUND, "check:found:none", ("2025-09", 12), ("2025-06", 50))
    counted(with_choices, FactKind.GROUND, "check:why:kilns", ("2025-08", 9))
    expected = {"check:found:smoke": "34", "check:found:none": "12", "check:why:kilns": "", "check:why:kiln_name": ""}
    for address in ("/offices/02/decisions.csv", "/decisions.csv"):
        assert rows_of(client, address) == expected
    data = client.get("/offices/02/decisions.json").get_json()
    assert {row["choice"]: row["cases"] for row in data["rows"]} == {
        key: int(number) if number else None for key, number in expected.items()
    }
    assert all(set(row) == set(data["fields"]) for row in data["rows"])
    page = client.get("/offices/02/performance?lang=en").get_data(as_text=True)
    _, _, found = page.partition("What was found")
    assert ("Smoke" in found, "34" in found, "too few" in page, "/offices/02/decisions.csv" in page) == (True,) * 4


def test_where_few_are_hidden_the_least_of_the_others_is_hidden_too(with_choices: Kilns, client: FlaskClient) -> None:
    """Whoever knows how many were decided would reckon the few."""
    counted(with_choices, FactKind.FOUND, "check:found:smoke", ("2025-07", 30))
    counted(with_choices, FactKind.FOUND, "check:found:none", ("2025-09", 3))
    told = rows_of(client, "/offices/02/decisions.csv")
    assert (told["check:found:smoke"], told["check:found:none"]) == ("", "")


@pytest.mark.parametrize("end", [".json", ".csv"])
def test_there_is_nothing_of_an_office_that_there_is_not(kilns: Kilns, client: FlaskClient, end: str) -> None:
    assert client.get(f"/offices/nowhere/decisions{end}").status_code == 404


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), max_size=6))
def test_what_is_hidden_comes_to_nobody_or_to_many(counts: dict[str, int]) -> None:
    shown = told(counts)
    assert set(shown) == set(counts)
    assert all(number is None or number == counts[one] >= FEWEST for one, number in shown.items())
    hidden = sum(counts[one] for one, number in shown.items() if number is None)
    assert hidden == 0 or hidden >= FEWEST or all(number is None for number in shown.values())


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 7, 1), "2025-07", "2025-12"),
        (date(2026, 7, 3), "2026-01", "2026-06"),
        (date(2026, 12, 31), "2026-01", "2026-06"),
        (date(2027, 1, 3), "2026-07", "2026-12"),
    ],
)
def test_halves_of_years_do_not_overlap(today: date, first: str, last: str) -> None:
    months = half_before(today)
    assert (months[0], months[-1], len(months)) == (first, last, 6)
