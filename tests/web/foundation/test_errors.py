"""Refusals and failures as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import CHEAP_PASSWORDS
from tests.fixtures.houses import settings_for
from tests.web.foundation.conftest import build_app
from web.opening import open_from


def test_a_refusal_is_told_in_the_readers_language(client: FlaskClient) -> None:
    khmer = client.get("/probe/refused/claimed")
    assert khmer.status_code == 409
    assert "មន្ត្រីម្នាក់ទៀតកំពុងធ្វើកិច្ចការនេះរួចហើយ។" in khmer.get_data(as_text=True)
    english = client.get("/probe/refused/claimed?lang=en")
    assert "A colleague is already working on this task." in english.get_data(as_text=True)


def test_the_facts_of_a_refusal_are_written_as_people_here_write_them(client: FlaskClient) -> None:
    assert "២០០\u00a0០០០ រៀល" in client.get("/probe/refused/amount").get_data(as_text=True)
    assert "200,000 riel" in client.get("/probe/refused/amount?lang=en").get_data(as_text=True)


@pytest.mark.parametrize(("status", "shown"), [(404, 404), (403, 403), (400, 400), (418, 400), (502, 500), (503, 503)])
def test_every_http_error_is_a_page_of_ours(client: FlaskClient, status: int, shown: int) -> None:
    answer = client.get(f"/probe/abort/{status}")
    assert answer.status_code == shown
    assert '<html lang="km"' in answer.get_data(as_text=True)


def test_an_unknown_address_and_a_wrong_method_are_not_found(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.get("/sign-out").status_code == 404


def test_a_defect_shows_a_number_that_the_log_knows_and_nothing_about_people(
    client: FlaskClient, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = client.get("/probe/broken")
    assert answer.status_code == 500
    page, lines = answer.get_data(as_text=True), log_lines()
    incident = re.search(r"\b[0-9a-f]{8}\b", page.split("<main")[1])
    assert incident is not None
    failure = next(line for line in lines if line["event"] == "page failed")
    assert failure["incident"] == incident[0]
    assert failure["error"] == "RuntimeError"
    assert any("broken" in place for place in failure["places"])
    assert "Dara" not in page + str(lines)
    assert "012 345" not in page + str(lines)


def test_a_wrong_statement_is_a_defect_with_a_number_on_both_databases(client: FlaskClient) -> None:
    answer = client.get("/probe/wrong-statement")
    assert answer.status_code == 500
    assert re.search(r"\b[0-9a-f]{8}\b", answer.get_data(as_text=True).split("<main")[1])


def test_a_database_that_is_away_is_told_as_a_matter_of_minutes(tmp_path: Path) -> None:
    settings = settings_for("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", tmp_path)
    away = open_from(settings, passwords=CHEAP_PASSWORDS)
    answer = build_app(tmp_path, away).test_client().get("/probe/wrong-statement")
    assert answer.status_code == 503
    assert "បន្តិច" in answer.get_data(as_text=True) or "នាទី" in answer.get_data(as_text=True)
    away.database.close()
