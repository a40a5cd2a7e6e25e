"""One line per page: routes and numbers, nothing about people."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.cast import Cast, Member

Browser = Callable[[Member], FlaskClient]
Lines = Callable[[], list[dict[str, Any]]]


def test_a_page_is_one_line_with_its_route_and_what_it_cost(signed_in: Browser, cast: Cast, log_lines: Lines) -> None:
    browser = signed_in(cast.sopheap)
    browser.get("/probe/cashier")
    line = log_lines()[-1]
    assert (line["route"], line["method"], line["status"]) == ("/probe/cashier", "GET", 200)
    assert (line["statements"], line["commits"]) == (1, 1)
    assert line["ms"] >= 0


def test_the_line_names_the_case_and_never_what_stood_in_the_address(client: FlaskClient, log_lines: Lines) -> None:
    client.get("/probe/codes/KHMER-CODE?phone=012345601")
    line = log_lines()[-1]
    assert line["case"] == "02-26-000123-7"
    assert line["route"] == "/probe/codes/<code>"
    assert "KHMER-CODE" not in str(line)
    assert "012345601" not in str(line)


def test_signing_in_leaves_no_name_phone_or_password_in_the_log(
    client: FlaskClient, cast: Cast, log_lines: Lines
) -> None:
    client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    client.post("/sign-in", data={"login": cast.dara.phone, "password": "a-wrong-word"})
    logged = str(log_lines())
    for personal in (cast.dara.phone, cast.dara.password, "a-wrong-word", cast.dara.name_km, cast.dara.name_latin):
        assert personal not in logged


def test_what_libraries_log_is_a_line_of_the_same_kind_without_the_words_of_an_exception(log_lines: Lines) -> None:
    try:
        raise ValueError("Sok Dara, 012 345 601")
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", "/track")
    line = log_lines()[-1]
    assert (line["event"], line["logger"]) == ("Exception while serving /track", "waitress")
    assert (line["level"], line["error"]) == ("error", "ValueError")
    assert "Dara" not in str(line)
