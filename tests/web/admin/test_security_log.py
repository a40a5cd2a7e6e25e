"""The page of the security log, and what pages write into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from engine.people import security_log
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast, Member

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def visal(signed_in: Browser, cast: Cast) -> FlaskClient:
    return signed_in(cast.visal)


def page(browser: FlaskClient, **query: str) -> str:
    return unescape(browser.get("/admin/security-log", query_string={"lang": "en", **query}).get_data(as_text=True))


def kinds(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)))


def test_signing_in_and_out_and_a_refusal_are_written_without_what_was_typed(
    client: FlaskClient, cast: Cast, house: House
) -> None:
    for login, password in ((cast.dara.phone, "typed-by-a-thief"), ("thief@example.org", "typed-by-a-thief")):
        assert client.post("/sign-in", data={"login": login, "password": password}).status_code == 422
    client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    client.post("/sign-out")
    assert kinds(house) == ["sign_in_failed", "sign_in_failed", "signed_in", "signed_out"]
    security_log.seal_new(house, now=NOW)
    with house.database.reading() as session:
        text = json.dumps(security_log.sealed_after(session, 0))
    for secret in ("typed-by-a-thief", "thief@example.org", cast.dara.phone, "127.0.0.1"):
        assert secret not in text
    assert "127.0.0.*" in text


def test_an_administrator_reads_who_did_what_to_whom_and_from_where(visal: FlaskClient, cast: Cast) -> None:
    visal.post(f"/admin/accounts/{cast.bopha.person_id}/disable", data={"confirmed": "yes"})
    shown = page(visal)
    assert shown.rindex("Account disabled") < shown.rindex("Signed in")
    for text in (cast.bopha.name_latin, cast.visal.name_latin, "127.0.0.*"):
        assert text in shown


def test_lines_are_found_by_kind_and_by_person(visal: FlaskClient, signed_in: Browser, cast: Cast) -> None:
    signed_in(cast.dara)
    assert cast.dara.name_latin in page(visal, login=str(cast.dara.email), kind="signed_in")
    assert cast.dara.name_latin not in page(visal, login=cast.bopha.phone)
    assert "Nothing is written down." in page(visal, kind="exported")
    assert "No account has this" in page(visal, login="nobody@example.org")
    assert "Signed in" in page(visal, kind="no such kind", before="x")


def test_figures_that_are_taken_away_are_written_down(visal: FlaskClient, house: House) -> None:
    assert visal.get("/admin/reports.csv").status_code == 200
    assert kinds(house)[-1] == "exported"
    assert "one-window-" in page(visal, kind="exported")


def test_nobody_else_reads_it(signed_in: Browser, cast: Cast) -> None:
    for who, status in ((cast.bopha, 403), (cast.chenda, 403), (cast.dara, 403)):
        assert signed_in(who).get("/admin/security-log").status_code == status
